/**
 * @file The flags of `fastchat train`: one for each key of `TrainConfig`, which holds their ranges
 * and defaults; FastChat's own names for them are taken too, with - or _.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { gpus } from "../protocol/config.ts";
import {
  loraTargets,
  precisions,
  quantizations,
  schedules,
  superviseOptions,
  TrainConfig,
  trainMethods,
  transposeOptions,
} from "../protocol/training.ts";
import { list, number, numberOrAuto } from "./flags.ts";

type Key = Exclude<keyof TrainConfig, "init">;

type Flag = {
  key: Key;
  /** `<tokens>`; a flag without one is a switch. */
  value?: string;
  says: string;
  /** From text, and from what was given before. */
  read?: (text: string, before: unknown) => unknown;
  /** What FastChat or transformers call it, in snake_case. */
  aliases?: string[];
};

/** In the order of `--help`, by heading. */
const flags: Record<string, Flag[]> = {
  "What:": [
    {
      key: "model_path",
      value: "<path>",
      says: "the base: a GGUF file, hf:owner/repo[:quant], fastchat-tiny or fastchat-micro",
      aliases: ["model_name_or_path"],
    },
    {
      key: "data",
      value: "<path[:weight]>",
      says: "conversations: a file or a folder; may be given again",
      read: addData,
      aliases: ["data_path"],
    },
    {
      key: "output",
      value: "<folder>",
      says: "where everything is written",
      aliases: ["output_dir"],
    },
    { key: "method", value: "<method>", says: trainMethods.join(", ") },
    { key: "skip_bad", says: "leave bad rows out, and count them" },
    {
      key: "supervise",
      value: "<which>",
      says: `answers that teach: ${superviseOptions.join(", ")}`,
    },
    { key: "chat_template", value: "<file>", says: "a Jinja template in place of the model's own" },
  ],
  "LoRA:": [
    { key: "lora_r", value: "<n>", says: "rank of the adapter", read: number },
    { key: "lora_alpha", value: "<x>", says: "its scale is alpha / r", read: number },
    { key: "lora_dropout", value: "<share>", says: "share of inputs left out", read: number },
    { key: "rslora", says: "scale by alpha / √r" },
    {
      key: "lora_targets",
      value: "<a,b>",
      says: `matrices that get one: ${loraTargets.join(", ")}`,
      read: toTargets,
      aliases: ["lora_target_modules"],
    },
  ],
  "How long, how fast:": [
    {
      key: "epochs",
      value: "<n>",
      says: "passes over the data",
      read: number,
      aliases: ["num_train_epochs"],
    },
    { key: "max_steps", value: "<n>", says: "end after so many steps", read: number },
    {
      key: "context_size",
      value: "<tokens>",
      says: "the longest conversation, and one packed row",
      read: number,
      aliases: ["model_max_length"],
    },
    { key: "batch_tokens", value: "<tokens>", says: "tokens of one step", read: number },
    { key: "packing", says: "a row for each conversation" },
    {
      key: "learning_rate",
      value: "<x>",
      says: "(default: 2e-4 LoRA, 2e-5 full, 1e-3 from scratch)",
      read: number,
    },
    {
      key: "schedule",
      value: "<name>",
      says: `of the learning rate: ${schedules.join(", ")}`,
      aliases: ["lr_scheduler_type"],
    },
    {
      key: "warmup",
      value: "<share>",
      says: "share of the steps in which it rises",
      read: number,
      aliases: ["warmup_ratio"],
    },
    { key: "min_learning_rate", value: "<share>", says: "what it ends at", read: number },
    { key: "beta1", value: "<x>", says: "AdamW's", read: number, aliases: ["adam_beta1"] },
    { key: "beta2", value: "<x>", says: "AdamW's", read: number, aliases: ["adam_beta2"] },
    { key: "weight_decay", value: "<x>", says: "AdamW's", read: number },
    { key: "max_grad_norm", value: "<x>", says: "clip the gradient; 0 does not", read: number },
    { key: "seed", value: "<n>", says: "the same seed trains the same", read: number },
  ],
  "Measuring and keeping:": [
    {
      key: "eval_data",
      value: "<path>",
      says: "conversations to measure on",
      aliases: ["eval_data_path"],
    },
    {
      key: "eval_split",
      value: "<share>",
      says: "share kept back to measure on, without --eval-data",
      read: number,
    },
    {
      key: "eval_every",
      value: "<steps>",
      says: "(default: ten times a run)",
      read: number,
      aliases: ["eval_steps"],
    },
    {
      key: "save_every",
      value: "<steps>",
      says: "(default: with each evaluation)",
      read: number,
      aliases: ["save_steps"],
    },
    {
      key: "keep_checkpoints",
      value: "<n>",
      says: "beside the best one",
      read: number,
      aliases: ["save_total_limit"],
    },
    { key: "patience", value: "<n>", says: "end after n evaluations without a fall", read: number },
    { key: "merge", says: "LoRA: also write the base with the adapter in it" },
    {
      key: "quantize",
      value: "<a,b>",
      says: `also write: ${quantizations.join(", ")}`,
      read: list,
    },
  ],
  "Machine:": [
    { key: "gpu", value: "<kind>", says: gpus.join(", ") },
    { key: "threads", value: "<n>", says: "CPU threads", read: numberOrAuto },
    {
      key: "gradient_checkpointing",
      value: "<when>",
      says: "compute activations again to save memory: auto, on, off",
      read: whenOrAuto,
    },
    {
      key: "precision",
      value: "<format>",
      says: `multiply F32 weights in: ${precisions.join(", ")} (faster where layers are wide)`,
    },
    {
      key: "transpose",
      value: "<how>",
      says: `keep transposed weights as: ${transposeOptions.join(", ")}`,
    },
  ],
};

/** Adds them all to the command. */
export function addTrainFlags(command: Command): Command {
  for (const [heading, group] of Object.entries(flags))
    for (const flag of group) {
      command.addOption(toOption(flag, long(flag.key)).helpGroup(heading));
      for (const name of otherNames(flag)) command.addOption(toOption(flag, name).hideHelp());
    }
  return command;
}

/** What was given on the command line, by key, and what it was called there. */
export type GivenSettings = Map<Key, { flag: string; value: unknown }>;

/** @param options as commander gives them. */
export function givenSettings(options: Record<string, unknown>): GivenSettings {
  const given: GivenSettings = new Map();
  for (const flag of Object.values(flags).flat())
    for (const name of [...otherNames(flag), long(flag.key)]) {
      const value = options[new Option(`--${name}`).attributeName()];
      if (value === undefined || (flag.key === "packing" && value === true)) continue;
      given.set(flag.key, { flag: `--${name}`, value });
    }
  return given;
}

const long = (key: Key) => (key === "packing" ? "no-packing" : key.replaceAll("_", "-"));

function otherNames({ key, aliases = [] }: Flag): string[] {
  const names = [...(key.includes("_") ? [key] : []), ...aliases];
  return names
    .flatMap((name) => [name, name.replaceAll("_", "-")])
    .filter((name) => name !== long(key));
}

function toOption({ key, value, says, read }: Flag, name: string): Option {
  if (value === undefined) return new Option(`--${name}`, says);
  const words = says.includes("(default") ? says : `${says}${defaultOf(key)}`;
  const option = new Option(`--${name} ${value}`, words);
  return read ? option.argParser(read) : option;
}

/** The schema's own default, in the words of `--help`. */
function defaultOf(key: Key): string {
  const { data } = TrainConfig.shape[key].safeParse(undefined);
  return data === undefined || data === null || `${data}` === "" ? "" : ` (default: ${data})`;
}

/** `FILE` or `FILE:WEIGHT`, added to those before it. */
function addData(text: string, before: unknown): unknown[] {
  const [, path, weight] = /^(.+?)(?::(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  const data = { path: path ?? text, ...(weight !== undefined && { weight: Number(weight) }) };
  return [...(Array.isArray(before) ? before : []), data];
}

/** `q,v`; of transformers' `q_proj` the first part counts. */
function toTargets(text: string): string[] {
  return list(text).map((name) => name.replace(/_proj$/, ""));
}

function whenOrAuto(text: string): boolean | "auto" {
  if (text === "auto") return text;
  if (/^(on|true)$/i.test(text)) return true;
  if (/^(off|false)$/i.test(text)) return false;
  throw new InvalidArgumentError("must be auto, on or off");
}
