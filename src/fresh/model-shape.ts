/** @file The size of a model to write: how deep, how wide, how long its context. */
import type { Architecture } from "./families.ts";

export type ModelShape = {
  architecture: Architecture;
  layers: number;
  embeddingLength: number;
  heads: number;
  kvHeads: number;
  /** Values per head. */
  headLength: number;
  feedForward: number;
  contextLength: number;
  vocabularySize: number;
  /** The output matrix is the token embedding, turned round. */
  tied: boolean;
  /** Tokens that local layers look back on, where there are some; absent: a quarter of the context. */
  slidingWindow?: number;
  /** How token embeddings become one per text; absent: the model is for generation. */
  pooling?: Pooling;
};

type Pooling = "none" | "mean" | "cls" | "last" | "rank";
