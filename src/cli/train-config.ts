/** @file What to train, from the flags, `train.yaml` and the run that is resumed, in that order. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import { embeddedModel } from "../models/embedded.ts";
import { type Key, toComplaint } from "../protocol/complaint.ts";
import { InitConfig, TrainConfig } from "../protocol/training.ts";
import { readHistory } from "../train/report/run-history.ts";
import { FlagError } from "./flag-error.ts";
import type { GivenSettings } from "./train-flags.ts";
import { checkYaml, readYamlFile, type YamlFile } from "./yaml-file.ts";

export type TrainSources = {
  flags: GivenSettings;
  /** `train.yaml`. */
  file?: string | undefined;
  /** A file with a new model's shape. */
  init?: string | undefined;
  /** What the run in the output folder began with comes first. */
  resume?: boolean;
};

/**
 * One configuration, whole and checked; files that are to be read are there, and paths absolute.
 *
 * @throws {FlagError} a flag is wrong.
 * @throws {UsageError} a file is: `train.yaml:3: epochs: must be more than 0`.
 */
export function readTrainConfig({ flags, init, ...sources }: TrainSources): TrainConfig {
  const file = sources.file === undefined ? undefined : readYamlFile(sources.file);
  const given: Record<string, unknown> = {
    ...(file && fromFile(file)),
    ...Object.fromEntries([...flags].map(([key, { value }]) => [key, value])),
    ...(init !== undefined && { init: checkYaml(readYamlFile(init), InitConfig) }),
  };
  const fail: Fail = (key, words) => {
    const flag = flagOf(flags, key);
    if (flag === undefined && file !== undefined) return file.failAt(key, words);
    throw new FlagError(flag ?? `--${String(key[0]).replaceAll("_", "-")}`, words);
  };
  const settings = sources.resume ? { ...configBefore(given.output), ...given } : withMethod(given);
  const parsed = TrainConfig.safeParse(settings);
  if (!parsed.success) return fail(...toComplaint(parsed.error, settings));
  assertOneModel(parsed.data, fail);
  return withFiles(parsed.data, (key, path) => {
    const flag = flagOf(flags, key);
    if (flag === undefined && file !== undefined)
      file.failAt(key, `there is no file '${resolve(path)}'`);
    throw new UsageError(`There is no file '${path}'${flag === undefined ? "" : ` for ${flag}`}.`);
  });
}

type Fail = (key: Key, words: string) => never;

const flagOf = (flags: GivenSettings, key: Key) =>
  [...flags].find(([name]) => name === key[0])?.[1].flag;

/** The settings of `train.yaml`; relative paths in it are taken from its folder. */
function fromFile({ settings, folder, failAt }: YamlFile): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(settings);
  if (!parsed.success) return failAt([], "must be settings, each as `key: value`");
  const toPath = (path: unknown) =>
    typeof path === "string" && !isRemote(path) ? resolve(folder, path) : path;
  const model = parsed.data.model_path;
  const paths = Object.fromEntries(
    ["output", "eval_data", "chat_template"]
      .filter((key) => key in parsed.data)
      .map((key) => [key, toPath(parsed.data[key])]),
  );
  if (typeof model === "string") paths.model_path = modelFile(model, folder);
  const data = z.array(z.looseObject({ path: z.string() })).safeParse(parsed.data.data);
  if (data.success) paths.data = data.data.map((one) => ({ ...one, path: toPath(one.path) }));
  return { ...parsed.data, ...paths };
}

/** Of an embedded model by its name alone too. */
function modelFile(path: string, folder = "."): string {
  const found = resolve(folder, path);
  if (isRemote(path)) return path;
  return existsSync(found) ? found : (embeddedModel(path) ?? found);
}

export const isRemote = (path: string) => /^(hf|huggingface|https?):/.test(path);

function configBefore(output: unknown): TrainConfig {
  const folder = TrainConfig.shape.output.safeParse(output).data ?? String(output);
  const before = readHistory(folder)?.start.config;
  if (before === undefined) throw new UsageError(`There is no run to resume in '${folder}'.`);
  return { ...before, output: folder };
}

/** A new model has nothing that an adapter could be added to. */
const withMethod = (settings: Record<string, unknown>) =>
  settings.init && settings.method === undefined ? { ...settings, method: "full" } : settings;

function assertOneModel({ model_path, init, method }: TrainConfig, fail: Fail): void {
  if (model_path === null && init === null)
    fail(["model_path"], "is missing: name the model to train, or say --init for a new one");
  if (model_path !== null && init !== null)
    fail(["model_path"], "does not go with init, which makes a new model");
  if (init !== null && method === "lora")
    fail(["method"], "must be full where init makes the model");
}

/** @param missing Ends with the sentence that a file is not there. */
function withFiles(config: TrainConfig, missing: (key: Key, path: string) => never): TrainConfig {
  const there = (key: Key, path: string) => (existsSync(path) ? resolve(path) : missing(key, path));
  const { model_path: model, eval_data, chat_template } = config;
  return {
    ...config,
    model_path: model === null ? null : modelFile(model),
    data: config.data.map((one, i) => ({ ...one, path: there(["data", i, "path"], one.path) })),
    eval_data: eval_data && there(["eval_data"], eval_data),
    chat_template: chat_template && there(["chat_template"], chat_template),
  };
}
