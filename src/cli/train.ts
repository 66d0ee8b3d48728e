/** @file `fastchat train`: flags and `train.yaml` in, a trained model out. */
import { Command } from "commander";
import { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import { defaultDataDir } from "../models/data-dir.ts";
import { Address } from "../protocol/config.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags, readJoinToken } from "./flags.ts";
import { findUp } from "./running-up.ts";
import { readTrainConfig } from "./train-config.ts";
import { addTrainFlags, type GivenSettings, givenSettings } from "./train-flags.ts";

const notes = `
Conversations are ShareGPT's, OpenAI's messages or Alpaca's, as JSON, JSONL, CSV or Parquet, gzipped
or not; only the assistant's answers teach. train.yaml has the keys that the flags are named for, with
_ for -, and relative paths in it are taken from its folder; flags win over it.

--init FILE may say, each of them or none: architecture (llama, qwen2, qwen3), name, vocabulary_size, layers,
embedding_length, heads, kv_heads, feed_forward, context_length, tied, temperature.

Ctrl-C writes a checkpoint and stops (exit code 130); a second one ends at once. --resume goes on from
the last checkpoint of the output folder, with the settings the run began with. In that folder lie
metrics.jsonl, report.html, README.md, the checkpoints and the result. --register serves the result
until Ctrl-C as a worker of the fastchat up that runs here.

Examples:
  fastchat train --model-path base.gguf --data chats.jsonl
  fastchat train --model-path hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q8_0 --data chats/ --data faq.json:3 \\
    --lora-r 16 --lora-targets q,k,v,o --epochs 2 --quantize Q4_K_M --merge --output qwen-chats
  fastchat train --init tiny.yaml --data lessons/ --epochs 20 --quantize Q8_0 --output tiny
  fastchat train --config train.yaml --learning-rate 1e-4
  fastchat train --resume --output qwen-chats --register qwen-chats`;

type Switches = {
  config?: string;
  init?: string;
  resume?: boolean;
  register?: string;
  controllerAddress?: string;
  joinToken?: string;
  dataDir?: string;
};

export function trainCommand(): Command {
  return addTrainFlags(new Command("train"))
    .description("Teach a model conversations: a LoRA adapter, all its weights, or a new model.")
    .option("--config <file>", "settings in YAML")
    .option("--init <file>", "make a new model of the shape in this YAML file")
    .option("--resume", "go on from the last checkpoint in --output")
    .option("--register <name>", "serve the result under this name when it is done")
    .option("--controller-address <url>", "where to (default: that of the fastchat up that runs)")
    .option("--join-token <token>", "the controller's join token (better: FASTCHAT_JOIN_TOKEN)")
    .option("--data-dir <folder>", "of downloads and of the up that runs (default: your user's)")
    .addHelpText("after", notes)
    .action(async (options: Switches) => train(givenSettings({ ...options }), options));
}

async function train(flags: GivenSettings, options: Switches): Promise<void> {
  const { config: file, init, resume = false, register, dataDir, controllerAddress } = options;
  checkFlags(z.object({ controller_address: Address.optional() }), {
    controller_address: controllerAddress,
  });
  if (register === undefined && controllerAddress !== undefined)
    throw new FlagError("--controller-address", "needs --register");
  const config = readTrainConfig({ flags, file, init, resume });
  const { runTrain, serveTrained } = await import("./train-run.ts");
  const servable = await runTrain({ config, resume, dataDir });
  if (register === undefined) return;
  if (servable === undefined) throw new UsageError("The run wrote no model to register.");
  await serveTrained(servable, { name: register, ...controllerOf(options) });
}

/** Looked up when it is needed: an `up` may have been started in the hours between. */
function controllerOf({ controllerAddress, joinToken, dataDir = defaultDataDir() }: Switches) {
  const up = findUp(dataDir);
  if (up === undefined && controllerAddress === undefined)
    console.error(
      `no fastchat up runs with the data folder ${dataDir} (--data-dir names another): trying ${usualController}`,
    );
  const address = controllerAddress ?? up?.controller ?? usualController;
  const ownToken = address === up?.controller ? up.join_token : undefined;
  return { controllerAddress: address, joinToken: readJoinToken(joinToken) ?? ownToken };
}

const usualController = "http://127.0.0.1:21001";
