/** @file `fastchat up`, and bare `fastchat`: options and `models.yaml` in, everything running out. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { FastChatConfig, ModelConfig } from "../protocol/config.ts";
import { readConfigFile } from "./config-file.ts";
import { add, checkFlags, list, number, numberOrAuto, readApiKeys, requireLock } from "./flags.ts";

const usualConfig = "models.yaml";

const notes = `
Starts the controller, the api, the Arena and one worker process per model, and
restarts what dies. Flags win over the file; without --config, ${usualConfig} is
read where there is one. With no models, the embedded ones are served.
models.example.yaml shows every key of the file.

The Arena is a page where people compare the models, blind. It asks for no key,
so it stays on this machine whatever --host says, until --arena-host opens it to
others.

Remote workers may join when FASTCHAT_JOIN_TOKEN is set: the controller then
listens on --host too.

Ctrl-C lets running answers end, for up to 30 s; a second one ends all at once.

Examples:
  fastchat
  fastchat --model-path model.gguf --api-port 0 --no-arena
  FASTCHAT_API_KEYS=key1,key2 fastchat up --config models.yaml --host 0.0.0.0`;

export function upCommand(): Command {
  return new Command("up")
    .description("Start everything on this machine.")
    .optionsGroup("What to serve:")
    .option("--config <file>", `what to serve (default: ${usualConfig}, if there is one)`)
    .option(
      "--model-path <path>",
      "serve this GGUF file too, or hf:owner/repo[:quant], fastchat-tiny, fastchat-micro; may repeat",
      add,
    )
    .optionsGroup("Where it listens:")
    .option("--host <host>", "address to listen on (default: 127.0.0.1)")
    .option("--api-port <port>", "the OpenAI API; 0 takes any free one (default: 8000)", number)
    .option("--arena-host <host>", "address the Arena listens on (default: 127.0.0.1)")
    .option(
      "--arena-port <port>",
      "the Arena's page (default: auto, 7860 or any free one)",
      numberOrAuto,
    )
    .option("--no-arena", "no Arena; in the file, arena_port: null")
    .option("--controller-port <port>", "the registry of workers (default: 21001)", number)
    .optionsGroup("Files and keys:")
    .option(
      "--data-dir <folder>",
      "where FastChat keeps its files (default: your user's data folder)",
    )
    .option("--api-keys <a,b>", "keys clients must send (better: FASTCHAT_API_KEYS)", list)
    .option("--api-keys-file <file>", "the same, one key a line")
    .option("--insecure", "listen beyond this machine without an API key")
    .addHelpText("after", notes)
    .action(async (options: UpFlags) => {
      const config = mergeFlags(readFile(options.config), options);
      requireLock(config.host, config.api_keys.length > 0, "--api-keys", config.insecure);
      const { runUp } = await import("./up-run.ts");
      await runUp(config);
    });
}

type UpFlags = {
  config?: string;
  modelPath?: string[];
  host?: string;
  apiPort?: number;
  arenaHost?: string;
  arenaPort?: number | "auto";
  arena: boolean;
  controllerPort?: number;
  dataDir?: string;
  apiKeys?: string[];
  apiKeysFile?: string;
  insecure?: boolean;
};

function readFile(path: string | undefined): FastChatConfig {
  if (path !== undefined) return readConfigFile(path);
  return existsSync(usualConfig) ? readConfigFile(usualConfig) : FastChatConfig.parse({});
}

function mergeFlags(file: FastChatConfig, flags: UpFlags): FastChatConfig {
  const models = (flags.modelPath ?? []).map((path) => ModelConfig.parse({ path }));
  return checkFlags(FastChatConfig, {
    ...file,
    ...given("host", flags.host),
    ...given("api_port", flags.apiPort),
    ...given("arena_host", flags.arenaHost),
    ...given("arena_port", flags.arena ? flags.arenaPort : null),
    ...given("controller_port", flags.controllerPort),
    ...given("data_dir", flags.dataDir),
    ...given("insecure", flags.insecure),
    api_keys: [...readApiKeys(flags.apiKeys, flags.apiKeysFile), ...file.api_keys],
    models: [...file.models, ...models],
  });
}

const given = (key: string, value: unknown) => (value === undefined ? {} : { [key]: value });
