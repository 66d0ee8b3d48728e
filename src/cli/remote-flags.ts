/** @file The flags of a model that another server computes, beside those that every model has. */
import { type Command, Option } from "commander";
import { backends, RemoteConfig, upstreamKinds } from "../protocol/remote-config.ts";
import { FlagError } from "./flag-error.ts";
import { add, checkFlags, list, number } from "./flags.ts";

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new FlagError("--extra-body", "must be a JSON object");
  }
};
const switches: Record<string, boolean> = { true: true, false: false };
const switchOrAuto = (text: string) => switches[text] ?? text;

const option = (flags: string, about: string, read?: (text: string, before: never) => unknown) => {
  const made = new Option(flags, about).helpGroup("A model of another server:");
  return read === undefined
    ? made
    : made.argParser(read as (text: string, before: unknown) => unknown);
};

const options: Partial<Record<keyof RemoteConfig, Option>> = {
  backend: option(
    "--backend <api>",
    `a model of another server, which has this API: ${backends.join(", ")}`,
  ),
  upstream: option("--upstream <url>", "where it is (default: the provider's own address)"),
  upstream_kind: option(
    "--upstream-kind <kind>",
    `what it is: ${upstreamKinds.join(", ")} (default: auto)`,
  ),
  upstream_model: option(
    "--upstream-model <name>",
    "what the model is called there (default: every model that it lists)",
  ),
  api_key_env: option(
    "--api-key-env <name>",
    "the environment variable with its key (default: the provider's usual one)",
  ),
  vision: option(
    "--vision <when>",
    "whether it sees pictures: auto, true, false (default: auto)",
    switchOrAuto,
  ),
  capabilities: option(
    "--capabilities <a,b>",
    "what it can do: chat, completions, embeddings, rerank (default: as it says)",
    list,
  ),
  streams: option("--no-streams", "it is asked for whole answers only"),
  upstream_timeout: option(
    "--upstream-timeout <s>",
    "silence that is too long (default: 300)",
    number,
  ),
  temperature: option(
    "--temperature <t>",
    "for requests that say none (default: the server's)",
    number,
  ),
  top_p: option("--top-p <p>", "for requests that say none (default: the server's)", number),
  max_tokens: option(
    "--max-tokens <n>",
    "for requests that say none (default: the server's)",
    number,
  ),
  extra_body: option("--extra-body <json>", "fields that every request is given", json),
  allowed_image_hosts: option(
    "--allowed-image-hosts <host>",
    "whose pictures are fetched for it; may repeat (default: none)",
    add,
  ),
};

/** In commander's names, of the flags that files have too. */
const shared: Partial<Record<keyof RemoteConfig, string>> = {
  names: "modelNames",
  context_size: "contextSize",
  limit_worker_concurrency: "limitWorkerConcurrency",
};

export function addRemoteFlags(command: Command): Command {
  for (const one of Object.values(options)) command.addOption(one);
  return command;
}

/** Those that were given though only another server's model has them. */
export function remoteFlagsIn(given: Record<string, unknown>): string[] {
  return Object.values(options).flatMap((one) => {
    const value = given[one.attributeName()];
    const isLeftOut = one.negate ? value !== false : value === undefined;
    return isLeftOut ? [] : (one.long ?? []);
  });
}

/**
 * @param given What commander made of the flags; `undefined` takes the default.
 * @throws {FlagError} a value out of its range.
 */
export function remoteFromFlags(given: Record<string, unknown>): RemoteConfig {
  const own = Object.entries(options).map(([key, one]) => [key, given[one.attributeName()]]);
  const others = Object.entries(shared).map(([key, name]) => [key, given[name]]);
  return checkFlags(RemoteConfig, Object.fromEntries([...own, ...others]), {
    names: "--model-names",
    streams: "--no-streams",
  });
}
