/** @file A `models.yaml` entry as `serveWorker` takes it. */
import { statSync } from "node:fs";
import { requiredTemplate } from "../chat/fastchat/named-template.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { ModelConfig } from "../protocol/config.ts";
import { templateSource } from "./template-source.ts";

/**
 * What `serveWorker` takes beside addresses and names; what is left to it is left out.
 *
 * @throws {UsageError} there is no such template, or a folder is none.
 */
export function toWorkerOptions(model: ModelConfig) {
  return {
    ...given({
      contextSize: model.context_size,
      slots: model.slots,
      batchSize: model.batch_size,
      gpu: model.gpu,
      gpuLayers: model.gpu_layers,
      threads: model.threads,
      split: splitOptions(model),
      kvType: model.cache_type_k === "auto" ? model.kv_type : model.cache_type_k,
      valueType: model.cache_type_v === "auto" ? model.kv_type : model.cache_type_v,
      rope: ropeOptions(model),
      flashAttention: model.flash_attn,
      promptCacheBytes: model.cache_ram * 2 ** 20,
      lora: model.lora,
      loraDir: adapterFolder(model.lora_dir),
      speculation: speculationOf(model),
      embedding: model.embedding,
      limitConcurrency: model.limit_worker_concurrency,
    }),
    ...diskOptions(model),
    ...templateOptions(model),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], null | "auto"> };

/** Without the settings that say nothing. */
function given<T extends object>(settings: T): Given<T> {
  const said = Object.entries(settings).filter(([, value]) => value !== null && value !== "auto");
  return Object.fromEntries(said) as Given<T>;
}

function splitOptions(model: ModelConfig) {
  const { devices, tensor_split: shares } = model;
  return given({
    devices: devices.length > 0 ? devices : null,
    splitMode: model.split_mode,
    tensorSplit: shares.length > 0 ? shares : null,
    mainGpu: model.main_gpu,
  });
}

function ropeOptions(model: ModelConfig) {
  return given({
    scaling: model.rope_scaling,
    frequencyBase: model.rope_freq_base,
    frequencyScale: frequencyScale(model),
    originalContext: model.yarn_orig_ctx,
    extrapolation: model.yarn_ext_factor,
    attentionFactor: model.yarn_attn_factor,
    betaSlow: model.yarn_beta_slow,
    betaFast: model.yarn_beta_fast,
  });
}

function frequencyScale({ rope_scale: scale, rope_freq_scale: frequency }: ModelConfig) {
  return scale === "auto" ? frequency : 1 / scale;
}

function adapterFolder(folder: string | null): string | null {
  if (folder === null || statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new UsageError(`There is no folder '${folder}' for the adapters of --lora-dir.`);
}

type Disk = Pick<ModelConfig, "prompt_cache_dir" | "prompt_cache_disk">;

function diskOptions({ prompt_cache_dir: folder, prompt_cache_disk: budgetMib }: Disk) {
  return folder === null ? {} : { promptCacheDisk: { folder, budgetBytes: budgetMib * 2 ** 20 } };
}

/** Null where nothing drafts; the draft model as the settings name it. */
function speculationOf({ speculative, draft_model: draftModel, draft_max: draftMax }: ModelConfig) {
  const ngram = speculative === "ngram";
  if (speculative === "none" || (!ngram && draftModel === null)) return null;
  return { ngram, draftMax, draftModel };
}

type Templates = Pick<ModelConfig, "chat_template" | "conv_template">;

function templateOptions({ chat_template: chat, conv_template: conversation }: Templates) {
  if (conversation !== null) return { convTemplate: requiredTemplate(conversation).name };
  if (chat === null) return {};
  const source = templateSource(chat);
  return "jinja" in source
    ? { chatTemplate: source.jinja }
    : { convTemplate: source.fastchat.name };
}
