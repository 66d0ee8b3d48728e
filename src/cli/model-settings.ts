/** @file A `models.yaml` entry as `serveWorker` takes it. */
import { requiredTemplate } from "../chat/fastchat/named-template.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { ModelConfig } from "../protocol/config.ts";
import { templateSource } from "./template-source.ts";

/**
 * What `serveWorker` takes beside addresses and names; what is left to it is left out.
 *
 * @throws {UsageError} there is no such template.
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
      kvType: model.kv_type,
      flashAttention: model.flash_attn,
      promptCacheBytes: model.cache_ram * 2 ** 20,
      lora: model.lora,
      loraDir: model.lora_dir,
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

type Disk = Pick<ModelConfig, "prompt_cache_dir" | "prompt_cache_disk">;

function diskOptions({ prompt_cache_dir: folder, prompt_cache_disk: budgetMib }: Disk) {
  return folder === null ? {} : { promptCacheDisk: { folder, budgetBytes: budgetMib * 2 ** 20 } };
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
