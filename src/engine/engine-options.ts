/** @file What an engine is started with: the files, the machine, and how much of it to use. */
import type { FlashAttention, Pooling } from "../llama/context.ts";
import type { GpuSplit } from "../llama/gpu-split.ts";
import type { KvType } from "../llama/kv-types.ts";
import type { GpuChoice, Libraries } from "../llama/libraries.ts";
import type { LogLevel } from "../llama/native.ts";
import type { RopeOptions } from "../llama/rope.ts";
import type { LengthPolicy } from "./speculation/draft-length.ts";

export type EngineOptions = {
  libraries: Libraries;
  gpu: GpuChoice;
  modelPath: string;
  gpuLayers: number | "all";
  split?: GpuSplit;
  /** In tokens, shared by all slots; 0 takes the model's own. */
  contextSize: number;
  slots: number;
  batchSize: number;
  threads: number;
  kvType: KvType;
  /** Of the cache's values, where it is not that of its keys. */
  valueType?: KvType | undefined;
  rope?: RopeOptions;
  flashAttention: FlashAttention;
  /** Loaded at the start; numbered from 0, and all together the set that the engine warms up with. */
  lora: { path: string; scale: number }[];
  /** Answers embeddings; `embeddingOnly` models have no generation context at all. */
  embedding: boolean;
  embeddingOnly: boolean;
  pooling: Pooling;
  /** An input's row is its last token's, in a causal model: inputs may share their beginning. */
  pooledLast?: boolean;
  /** RAM for prefixes that slots had to give up. */
  promptCacheBytes: number;
  /** A folder for those that RAM has no room for, and for all of them at the end; null: none. */
  promptCacheDisk: { folder: string; budgetBytes: number } | null;
  /** What is drafted, to be verified in the shared batch; null drafts nothing. */
  speculation: SpeculationChoice | null;
  /** Requests in flight, waiting ones included, past which a request is refused with 429. */
  maxRequests: number;
  onLog: (level: LogLevel, line: string) => void;
  /** Told what of the engine's own goes wrong and costs only speed. */
  onNotice: (line: string) => void;
};

export type SpeculationChoice = {
  /** Look the text's end up in the text itself. */
  ngram: boolean;
  /** Most tokens of one draft. */
  draftMax: number;
  /** A smaller model that drafts where the text itself has nothing. */
  draftModel: string | null;
  lengths?: LengthPolicy;
};

/** What the side that asks keeps to itself. */
export type OwnOptions = "onLog" | "onNotice" | "maxRequests";

/** What the thread that owns the model is started with. */
export type ThreadOptions = Omit<EngineOptions, OwnOptions> & {
  gauges: SharedArrayBuffer;
};
