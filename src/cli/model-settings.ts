/** @file One model's settings in their three forms: flags, a `models.yaml` entry, worker options. */
import { requiredTemplate } from "../chat/fastchat/named-template.ts";
import { UsageError } from "../errors/usage-error.ts";
import { Lora, ModelConfig } from "../protocol/config.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags } from "./flags.ts";
import { templateSource } from "./template-source.ts";

/** What commander makes of the worker's model flags. */
export type ModelFlags = {
  modelPath: string;
  modelNames?: string[];
  contextSize?: number | string;
  slots?: number;
  batchSize?: number;
  gpu?: string;
  gpuLayers?: number | string;
  threads?: number | string;
  kvType?: string;
  flashAttn?: string;
  cacheRam?: number;
  lora?: Lora[];
  loraDir?: string;
  embedding?: boolean;
  chatTemplate?: string;
  convTemplate?: string;
  limitWorkerConcurrency?: number | string;
};

/** @throws {FlagError} a value out of its range. */
export function fromFlags(flags: ModelFlags): ModelConfig {
  const settings = {
    path: flags.modelPath,
    names: flags.modelNames,
    context_size: flags.contextSize,
    slots: flags.slots,
    batch_size: flags.batchSize,
    gpu: flags.gpu,
    gpu_layers: flags.gpuLayers,
    threads: flags.threads,
    kv_type: flags.kvType,
    flash_attn: flags.flashAttn,
    cache_ram: flags.cacheRam,
    lora: flags.lora,
    lora_dir: flags.loraDir,
    embedding: flags.embedding,
    chat_template: flags.chatTemplate,
    conv_template: flags.convTemplate,
    limit_worker_concurrency: flags.limitWorkerConcurrency,
  };
  return checkFlags(ModelConfig, settings, {
    path: "--model-path",
    names: "--model-names",
  });
}

/** The flags with which `fastchat worker` serves a model; settings at `auto` are left out. */
export function toFlags(model: ModelConfig): string[] {
  const settings: [string, string | number | null][] = [
    ["--model-path", model.path],
    ["--model-names", model.names.length > 0 ? JSON.stringify(model.names) : null],
    ["--context-size", model.context_size],
    ["--slots", model.slots],
    ["--batch-size", model.batch_size],
    ["--gpu", model.gpu],
    ["--gpu-layers", model.gpu_layers],
    ["--threads", model.threads],
    ["--kv-type", model.kv_type],
    ["--flash-attn", model.flash_attn],
    ["--cache-ram", model.cache_ram],
    ["--chat-template", model.chat_template],
    ["--conv-template", model.conv_template],
    ["--limit-worker-concurrency", model.limit_worker_concurrency],
    ["--lora-dir", model.lora_dir],
    ...model.lora.map((one): [string, string] => ["--lora", loraFlag(one)]),
  ];
  const given = settings.filter(([, value]) => value !== null && value !== "auto");
  return [
    ...given.map(([flag, value]) => `${flag}=${value}`),
    ...(model.embedding ? ["--embedding"] : []),
  ];
}

/**
 * What `serveWorker` takes beside addresses and names; settings at `auto` are left out.
 *
 * @throws {UsageError} there is no such template.
 */
export function toWorkerOptions(model: ModelConfig) {
  return {
    slots: model.slots,
    batchSize: model.batch_size,
    gpu: model.gpu,
    kvType: model.kv_type,
    flashAttention: model.flash_attn,
    promptCacheBytes: model.cache_ram * 2 ** 20,
    lora: model.lora,
    ...(model.lora_dir !== null && { loraDir: model.lora_dir }),
    embedding: model.embedding,
    ...(model.context_size !== "auto" && { contextSize: model.context_size }),
    ...(model.gpu_layers !== "auto" && { gpuLayers: model.gpu_layers }),
    ...(model.threads !== "auto" && { threads: model.threads }),
    ...templateOptions(model),
    ...(model.limit_worker_concurrency !== "auto" && {
      limitConcurrency: model.limit_worker_concurrency,
    }),
  };
}

/**
 * `FILE`, `FILE=SCALE` or `{"path": FILE, "scale": SCALE, "name": NAME}`, added to those before it.
 *
 * @throws {FlagError} the JSON is none, or has other keys.
 */
export function addLora(text: string, before: Lora[] = []): Lora[] {
  if (text.startsWith("{")) return [...before, readLora(text)];
  const [, path, scale] = /^(.*?)(?:=(-?[\d.]+))?$/.exec(text) ?? [];
  return [...before, { path: path ?? text, scale: scale === undefined ? 1 : Number(scale) }];
}

export function loraFlag(lora: Lora): string {
  return lora.name === undefined ? `${lora.path}=${lora.scale}` : JSON.stringify(lora);
}

function readLora(text: string): Lora {
  const parsed = Lora.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new FlagError("--lora", `must be FILE, FILE=SCALE or {"path": …, "scale": …, "name": …}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Templates = Pick<ModelConfig, "chat_template" | "conv_template">;

function templateOptions({ chat_template: chat, conv_template: conversation }: Templates) {
  if (chat !== null && conversation !== null)
    throw new UsageError("A model has one template: give --chat-template or --conv-template.");
  if (conversation !== null) return { convTemplate: requiredTemplate(conversation).name };
  if (chat === null) return {};
  const source = templateSource(chat);
  return "jinja" in source
    ? { chatTemplate: source.jinja }
    : { convTemplate: source.fastchat.name };
}
