/** @file `fastchat chat`: options in, a conversation in the terminal out. */
import { Command } from "commander";
import { z } from "zod";
import { SamplingFields } from "../protocol/sampling.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags, number } from "./flags.ts";
import { addLora } from "./lora-flag.ts";

const notes = `
While it runs: /help lists the commands, """ begins and ends a message of several lines, a line
that ends in \\ goes on in the next, Ctrl-C stops an answer and, at an empty prompt, ends the chat.

Examples:
  fastchat chat
  fastchat chat --model-path model.gguf --temperature 0
  echo "Say hello" | fastchat chat --api-base http://127.0.0.1:8000/v1`;

const Flags = z.object({
  temperature: SamplingFields.temperature,
  repetition_penalty: SamplingFields.repetition_penalty,
  max_new_tokens: z.int().min(1).max(10_000_000),
});

export function chatCommand(): Command {
  return new Command("chat")
    .description("Talk to a model in the terminal: of a running server, or straight from a file.")
    .option("--api-base <url>", "a server, up to and including /v1", "http://127.0.0.1:8000/v1")
    .option("--model <id>", "its model (default: the server's first)")
    .option("--api-key <key>", "its key (better: FASTCHAT_API_KEY)")
    .option(
      "--model-path <path>",
      "no server: a GGUF file, hf:owner/repo[:quant], fastchat-tiny or fastchat-micro",
    )
    .option("--lora <file[=scale]>", "a LoRA adapter for that file; may be given again", addLora)
    .option("--conv-system-msg <text>", "the system message")
    .option("--temperature <t>", "0…2", number, 0.7)
    .option("--repetition-penalty <p>", "above 1 repeats less", number, 1)
    .option("--max-new-tokens <n>", "longest answer", number, 512)
    .option("--no-history", "forget each question once it is answered")
    .addHelpText("after", notes)
    .action(async (options) => {
      if (options.lora !== undefined && options.modelPath === undefined)
        throw new FlagError("--lora", "needs --model-path");
      const flags = checkFlags(Flags, {
        temperature: options.temperature,
        repetition_penalty: options.repetitionPenalty,
        max_new_tokens: options.maxNewTokens,
      });
      const { runChat } = await import("./chat-run.ts");
      await runChat({
        ...options,
        apiKey: options.apiKey ?? process.env.FASTCHAT_API_KEY,
        sampling: {
          temperature: flags.temperature,
          repetition_penalty: flags.repetition_penalty,
          max_tokens: flags.max_new_tokens,
        },
      });
    });
}
