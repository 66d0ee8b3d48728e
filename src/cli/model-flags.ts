/**
 * @file The flags of one model: each key of a `models.yaml` entry is one, described in one table.
 *
 * What commander reads, what the schema checks and what a child is started with all come from it.
 */
import { type Command, Option } from "commander";
import {
  flashAttentions,
  gpus,
  kvTypes,
  type Lora,
  ModelConfig,
  ropeScalings,
  speculations,
  splitModes,
} from "../protocol/config.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags, list, number, numberOrAuto, numbers } from "./flags.ts";
import { addLora, loraFlag } from "./lora-flag.ts";
import { conflictsIn } from "./setting-conflicts.ts";

type ModelFlag = {
  about: string;
  /** What stands for the value in `--help`; a flag without it is a switch. */
  value?: string;
  /** Where it is not the key's own name. */
  name?: string;
  read?: (text: string, before: never) => unknown;
};

/** In the order of `--help`. */
const table: Record<keyof ModelConfig, ModelFlag> = {
  path: {
    name: "model-path",
    value: "<path>",
    about: "a GGUF file, hf:owner/repo[:quant] to download, or fastchat-tiny or fastchat-micro",
  },
  names: {
    name: "model-names",
    value: "<a,b>",
    about: "the model's id, then other names (default: the file's)",
    read: list,
  },
  context_size: {
    value: "<tokens>",
    about: "KV cache, shared by all slots (default: the model's length, at most 8192)",
    read: numberOrAuto,
  },
  slots: { value: "<n>", about: "requests that run at once (default: 8)", read: number },
  batch_size: {
    value: "<tokens>",
    about: "tokens evaluated in one step (default: 512)",
    read: number,
  },
  gpu: { value: "<kind>", about: `${gpus.join(", ")} (default: auto, the best there is)` },
  gpu_layers: {
    value: "<n>",
    about: "layers kept on the GPU (default: all)",
    read: numberOrAuto,
  },
  devices: {
    value: "<a,b>",
    about: "GPUs to use (fastchat models devices), or none (default: all)",
    read: list,
  },
  split_mode: { value: "<how>", about: `between GPUs: ${splitModes.join(", ")} (default: layer)` },
  tensor_split: {
    value: "<a,b>",
    about: "each GPU's part, as proportions: 3,1 (default: by their free memory)",
    read: numbers,
  },
  main_gpu: {
    value: "<n>",
    about: "the GPU for split modes none and row (default: 0)",
    read: number,
  },
  threads: {
    value: "<n>",
    about: "CPU threads (default: the cores that are free)",
    read: numberOrAuto,
  },
  kv_type: { value: "<type>", about: `of keys and values: ${kvTypes.join(", ")} (default: f16)` },
  cache_type_k: { value: "<type>", about: "of the keys alone (default: --kv-type's)" },
  cache_type_v: { value: "<type>", about: "of the values alone (default: --kv-type's)" },
  flash_attn: {
    value: "<when>",
    about: `flash attention: ${flashAttentions.join(", ")} (default: auto)`,
  },
  rope_scaling: {
    value: "<how>",
    about: `how positions are stretched: ${ropeScalings.join(", ")}`,
  },
  rope_scale: {
    value: "<n>",
    about: "reads n times the trained length",
    read: numberOrAuto,
  },
  rope_freq_base: {
    value: "<n>",
    about: "RoPE's base frequency, for NTK-aware scaling",
    read: numberOrAuto,
  },
  rope_freq_scale: { value: "<n>", about: "1 ÷ --rope-scale", read: numberOrAuto },
  yarn_orig_ctx: { value: "<tokens>", about: "YaRN: length before scaling", read: numberOrAuto },
  yarn_ext_factor: {
    value: "<n>",
    about: "YaRN: 0 interpolates all frequencies, 1 is usual",
    read: numberOrAuto,
  },
  yarn_attn_factor: { value: "<n>", about: "YaRN: attention's magnitude", read: numberOrAuto },
  yarn_beta_slow: {
    value: "<n>",
    about: "YaRN: rotations up to which all is interpolated",
    read: numberOrAuto,
  },
  yarn_beta_fast: {
    value: "<n>",
    about: "YaRN: rotations from which nothing is",
    read: numberOrAuto,
  },
  cache_ram: {
    value: "<MiB>",
    about: "room for those that lost their slot; 0 keeps none (default: 256)",
    read: number,
  },
  prompt_cache_dir: {
    value: "<folder>",
    about: "keeps them on disk too, past the worker's end (default: nowhere)",
  },
  prompt_cache_disk: {
    value: "<MiB>",
    about: "room for them in that folder (default: 4096)",
    read: number,
  },
  lora: {
    value: "<file[=scale]>",
    about:
      "an adapter, for all requests at that scale (default: 1); 0 is for requests for 'model:name' alone; may repeat",
    read: addLora,
  },
  lora_dir: {
    value: "<folder>",
    about: "adapters that /v1/load_lora_adapter may load (default: none)",
  },
  speculative: {
    value: "<how>",
    about: `who guesses: ${speculations.join(", ")}; auto is --draft-model, ngram the text so far first (default: auto)`,
  },
  draft_model: {
    value: "<path>",
    about: "a smaller model of the same vocabulary: a file or hf:… (default: none)",
  },
  draft_max: { value: "<tokens>", about: "guessed at once, at most (default: 16)", read: number },
  embedding: { about: "serve embeddings too; models made for them do anyway" },
  chat_template: {
    value: "<file|name>",
    about: "Jinja, or one of FastChat's (default: the model's own)",
  },
  conv_template: {
    value: "<name>",
    about: "one of FastChat's alone (fastchat data render --list)",
  },
  limit_worker_concurrency: {
    value: "<n>",
    about: "running and waiting requests, more get a 429 (default: 5 × slots)",
    read: numberOrAuto,
  },
};

const keys = Object.keys(table) as (keyof ModelConfig)[];

/** Headings of `--help`: each stands above a setting and those after it. */
const headings: [first: keyof ModelConfig, heading: string][] = [
  ["path", "A model in a file:"],
  ["gpu", "Where it computes:"],
  ["kv_type", "Its KV cache:"],
  ["rope_scaling", "Reading more than it was trained on (default: as its file says):"],
  ["cache_ram", "Conversations that are kept:"],
  ["lora", "LoRA adapters:"],
  ["speculative", "Speculative decoding (guessed tokens, checked several at a time):"],
  ["embedding", "What it serves, and how prompts are made:"],
];

const headingOf = (key: keyof ModelConfig) =>
  headings.findLast(([first]) => keys.indexOf(first) <= keys.indexOf(key))?.[1] ?? "";

const flags = keys.map((key) => ({
  key,
  option: toOption(key, table[key]).helpGroup(headingOf(key)),
}));

function toOption(key: string, flag: ModelFlag): Option {
  const { name = key.replaceAll("_", "-"), value, about, read } = flag;
  const option = new Option(value === undefined ? `--${name}` : `--${name} ${value}`, about);
  if (read !== undefined) option.argParser(read as (text: string, before: unknown) => unknown);
  return option;
}

/** All of them. */
export function addModelFlags(command: Command): Command {
  for (const { option } of flags) command.addOption(option);
  return command;
}

/**
 * @param options What commander made of the flags.
 * @throws {FlagError} a value out of its range.
 */
export function fromFlags(options: Record<string, unknown>): ModelConfig {
  if (options.modelPath === undefined)
    throw new FlagError(
      "--model-path",
      "must be given, or, for models of other servers, '--backend', '--config' or '--register-api-endpoint-file'",
    );
  const settings = flags.map(({ key, option }) => [key, options[option.attributeName()]]);
  const names = flags.map(({ key, option }) => [key, option.long]);
  return checkFlags(ModelConfig, Object.fromEntries(settings), Object.fromEntries(names));
}

const longName = (key: keyof ModelConfig) =>
  flags.find((flag) => flag.key === key)?.option.long ?? key;

/**
 * A line for each flag that does nothing, and no harm.
 *
 * @throws {FlagError} one does nothing, which must be a mistake.
 */
export function idleFlags(model: ModelConfig): string[] {
  const spell = (key: keyof ModelConfig, value?: string | number) =>
    value === undefined ? longName(key) : `${longName(key)} ${value}`;
  return conflictsIn(model, spell).map(({ key, complaint, isHarmless }) => {
    const error = new FlagError(longName(key), complaint);
    if (!isHarmless) throw error;
    return error.message;
  });
}

/** Those that were given though only a file's model has them. */
export function fileFlagsIn(options: Record<string, unknown>): string[] {
  const shared = ["names", "context_size", "limit_worker_concurrency"];
  return flags.flatMap(({ key, option }) =>
    shared.includes(key) || options[option.attributeName()] === undefined
      ? []
      : (option.long ?? []),
  );
}

/** The flags with which `fastchat worker` serves a model; those at `auto` are left out. */
export function toFlags(model: ModelConfig): string[] {
  return flags.flatMap(({ key, option: { long } }) => {
    const values = toValues(key, model);
    return values.map((value) => (value === true ? `${long}` : `${long}=${value}`));
  });
}

/** One for each time that the flag is given; `true` is a switch, which has no value. */
function toValues(key: keyof ModelConfig, model: ModelConfig): (string | number | true)[] {
  if (key === "lora") return model.lora.map((one: Lora) => loraFlag(one));
  const value = model[key];
  if (Array.isArray(value)) return value.length > 0 ? [JSON.stringify(value)] : [];
  return value === null || value === false || value === "auto" ? [] : [value];
}
