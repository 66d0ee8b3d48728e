/** @file What a worker is started with; what is left out is chosen for the model and the machine. */
import type { SpeculationChoice } from "../engine/engine-options.ts";
import type { FlashAttention } from "../llama/context.ts";
import type { GpuSplit } from "../llama/gpu-split.ts";
import type { KvType } from "../llama/kv-types.ts";
import type { GpuChoice } from "../llama/libraries.ts";
import type { RopeOptions } from "../llama/rope.ts";
import type { GivenAdapter } from "./adapters.ts";
import type { ChatFormatOptions } from "./chat-format-choice.ts";

export type WorkerOptions = ChatFormatOptions & {
  modelPath: string;
  /** The model's id, then other names for it. */
  names: readonly [string, ...string[]];
  host: string;
  port: number;
  /** Where the api reaches this worker, if not at its own URL. */
  workerAddress?: string;
  controllerAddress?: string;
  /** What the controller asks of workers; who calls the worker itself must send it as API key. */
  joinToken?: string;
  /** Whether to register with the controller. */
  register?: boolean;
  contextSize?: number;
  slots?: number;
  batchSize?: number;
  gpu?: GpuChoice;
  gpuLayers?: number | "all";
  split?: GpuSplit;
  threads?: number;
  kvType?: KvType;
  /** Of the cache's values, where it is not that of its keys. */
  valueType?: KvType;
  rope?: RopeOptions;
  flashAttention?: FlashAttention;
  lora?: GivenAdapter[];
  /** Where adapters lie that a request may have loaded. */
  loraDir?: string;
  /** Serve embeddings beside chat; a model made for embeddings serves nothing else anyway. */
  embedding?: boolean;
  /** Requests that may run or wait at once. */
  limitConcurrency?: number;
  promptCacheBytes?: number;
  /** Where prefixes outlive the worker; left out: nowhere. */
  promptCacheDisk?: { folder: string; budgetBytes: number };
  /** What is drafted, to be verified in the shared batch; null drafts nothing. */
  speculation?: SpeculationChoice | null;
  log?: (line: string) => void;
};
