/** @file `fastchat data render`: prints the prompt that a chat template makes of a conversation. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { z } from "zod";
import { templateNames } from "../chat/fastchat/named-template.ts";
import { UsageError } from "../errors/usage-error.ts";
import { checkFlags } from "./flags.ts";
import { renderedPrompt } from "./rendered-prompt.ts";

const notes = `
FILE has a conversation as OpenAI's API takes it: a list of messages, or an object of messages and tools. The
prompt asks for an answer where the user spoke last, or the last message is an assistant's without content;
where that has content, it is written to its end. Nothing but the prompt goes to stdout.

--template is a file with a Jinja template, or one of FastChat's by its name; without it, the one that
FastChat has for the name of the model, and for a name it does not know the plain chat format.

Examples:
  fastchat data render messages.json --template vicuna_v1.1
  fastchat data render messages.json --template chat_template.jinja --bos "<s>" --eos "</s>"
  fastchat data render messages.json --model-path lmsys/vicuna-7b-v1.5
  echo '[{"role": "user", "content": "Hi"}]' | fastchat data render - --template llama-3
  fastchat data render --list

Exit codes: 0 done, 1 there is no such file or template or it cannot write this conversation, 2 the command
line is wrong.`;

const Flags = z.object({
  template: z.string().min(1).nullable().default(null),
  model_path: z.string().min(1).nullable().default(null),
  bos: z.string().default(""),
  eos: z.string().default(""),
  list: z.boolean().default(false),
});

export function renderCommand(): Command {
  const command: Command = new Command("render")
    .description("print the prompt that a chat template makes of a conversation")
    .argument("[file]", "the conversation as JSON; - is stdin")
    .option("--template <file|name>", "a Jinja file, or the name of one of FastChat's templates")
    .option("--model-path <name>", "take the template that FastChat has for this model")
    .option("--bos <token>", "what bos_token is in a Jinja template (default: nothing)")
    .option("--eos <token>", "what eos_token is in a Jinja template (default: nothing)")
    .option("--list", "print the names of FastChat's templates instead")
    .addHelpText("after", notes);
  return command.action(async (file: string | undefined, given: Record<string, unknown>) => {
    const flags = checkFlags(Flags, { ...given, model_path: given.modelPath });
    if (flags.list) return console.log(templateNames.join("\n"));
    if (file === undefined) command.error("error: missing required argument 'file'");
    const prompt = await renderedPrompt(readText(file), flags);
    process.stdout.write(process.stdout.isTTY ? `${prompt}\n` : prompt);
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read the conversation: ${(error as Error).message}.`);
  }
}
