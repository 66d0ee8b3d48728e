/** @file Reads `models.yaml`. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { namedTemplate, unknownTemplate } from "../chat/fastchat/named-template.ts";
import { embeddedModel } from "../models/embedded.ts";
import type { Key } from "../protocol/complaint.ts";
import { FastChatConfig, isRemote, type ModelConfig } from "../protocol/config.ts";
import type { RemoteConfig } from "../protocol/remote-config.ts";
import { conflictsIn } from "./setting-conflicts.ts";
import { checkYaml, readYamlFile, type YamlFile } from "./yaml-file.ts";

/**
 * Reads and checks a configuration file. Relative paths in it are taken from the file's folder.
 *
 * @throws {UsageError} no such file, no YAML, an unknown key, a bad value, a setting that does
 *         nothing, or a model file that is not there.
 */
export function readConfigFile(path: string): FastChatConfig {
  const file = readYamlFile(path);
  const config = checkYaml(file, FastChatConfig);
  for (const [i, model] of config.models.entries())
    if (!isRemote(model)) refuseConflicts(model, ["models", i], file);
  return resolvePaths(config, file);
}

/** Those that do no harm are the worker's to speak of. */
function refuseConflicts(model: ModelConfig, at: Key, { failAt }: YamlFile): void {
  const [first] = conflictsIn(model, spelling).filter(({ isHarmless }) => !isHarmless);
  if (first) failAt([...at, first.key], first.complaint);
}

function spelling(key: keyof ModelConfig, value?: string | number): string {
  if (value === undefined) return key;
  return `${key}: ${key === "devices" ? `[${value}]` : value}`;
}

/**
 * Reads the same file for what the Arena needs: the models in it may be on other machines. `-` is
 * standard input.
 *
 * @throws {UsageError} no such file, no YAML, an unknown key, or a bad value.
 */
export function readArenaFile(path: string): FastChatConfig {
  const file = readYamlFile(path);
  const config = checkYaml(file, FastChatConfig);
  return { ...config, data_dir: config.data_dir && resolve(file.folder, config.data_dir) };
}

/**
 * Reads the same file for the models in it that other servers compute. `-` is standard input.
 *
 * @throws {UsageError} as `readArenaFile`; and when there is none of them.
 */
export function readRemoteFile(path: string): RemoteConfig[] {
  const file = readYamlFile(path);
  const models = checkYaml(file, FastChatConfig).models.filter(isRemote);
  return models.length > 0 ? models : file.failAt(["models"], "none of them has a backend");
}

function resolvePaths(config: FastChatConfig, { folder, failAt }: YamlFile): FastChatConfig {
  const file = (key: Key, path: string) => {
    const found = resolve(folder, path);
    return existsSync(found) ? found : failAt(key, `there is no file '${found}'`);
  };
  const named = (key: Key, name: string) =>
    namedTemplate(name) ? name : failAt(key, unknownTemplate(name));
  const template = (key: Key, given: string) =>
    namedTemplate(given) && !existsSync(resolve(folder, given)) ? given : file(key, given);
  const embedded = (path: string) =>
    existsSync(resolve(folder, path)) ? undefined : embeddedModel(path);
  const modelFile = (key: Key, path: string) =>
    path.startsWith("hf:") ? path : (embedded(path) ?? file(key, path));
  const model = (it: ModelConfig, i: number): ModelConfig => ({
    ...it,
    path: modelFile(["models", i, "path"], it.path),
    draft_model: it.draft_model && modelFile(["models", i, "draft_model"], it.draft_model),
    chat_template: it.chat_template && template(["models", i, "chat_template"], it.chat_template),
    conv_template: it.conv_template && named(["models", i, "conv_template"], it.conv_template),
    lora_dir: it.lora_dir && file(["models", i, "lora_dir"], it.lora_dir),
    prompt_cache_dir: it.prompt_cache_dir && resolve(folder, it.prompt_cache_dir),
    lora: it.lora.map((one, k) => ({
      ...one,
      path: file(["models", i, "lora", k, "path"], one.path),
    })),
  });
  return {
    ...config,
    data_dir: config.data_dir && resolve(folder, config.data_dir),
    models: config.models.map((it, i) => (isRemote(it) ? it : model(it, i))),
  };
}
