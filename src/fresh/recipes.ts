/**
 * @file What sets each architecture apart: one line each, read by architectures.ts and layers.ts.
 *
 * Left out means as in Llama: RMSNorm before attention and before a gated feed-forward network,
 * separate projections without biases, an output matrix of its own.
 *
 * Source: src/models/*.cpp and src/llama-arch.cpp of llama.cpp v0.5.0.
 */
import type { Architecture } from "./families.ts";

export type Recipe = {
  /** LayerNorm in place of RMSNorm, with or without a bias. */
  norm?: "layer" | "layer-and-bias";
  /** Where a layer's norms stand; `shared` is one for attention and feed-forward side by side. */
  norms?: "before" | "after" | "both" | "shared";
  /** What mixes the tokens; the hybrids' even layers are recurrent, their odd ones attend. */
  mixer?: "attention" | Recurrence | { even: Recurrence };
  /** Queries, keys and values in one matrix. */
  fused?: true;
  /** Norms of queries and keys: of each head, or of all heads at once. */
  queryNorms?: "head" | "all";
  /** Which matrices have a bias. */
  biases?: "none" | "queries" | "all" | "all-and-output";
  /** `fused` keeps gate and up in one matrix; `plain` has no gate. */
  feedForward?: "gated" | "fused" | "plain" | "experts" | "none";
  /** A learned vector for each position, in place of rotations. */
  learnedPositions?: true;
  /** There is no output matrix to write. */
  alwaysTied?: true;
  /** Some layers look back on a few tokens only. */
  slidingWindow?: true;
  /** The last norm's name, where it is not `output_norm`. */
  lastNorm?: string;
  /** More of the metadata: numbers are float32. */
  floats?: Readonly<Record<string, number>>;
  flags?: Readonly<Record<string, boolean>>;
};

export type Recurrence = "mamba" | "mamba2" | "convolution";

const gptLike = { norm: "layer-and-bias", biases: "all", feedForward: "plain" } as const;
const cohereLike = { norm: "layer", norms: "shared", alwaysTied: true } as const;

/** BERT alone has no recipe: it reads, and does not generate. */
export const recipes: Readonly<Record<Exclude<Architecture, "bert">, Recipe>> = {
  llama: {},
  internlm2: {},
  smollm3: {},
  exaone: {},
  granite: { floats: { logit_scale: 2, residual_scale: 0.5, embedding_scale: 2 } },
  qwen2: { biases: "queries" },
  qwen3: { queryNorms: "head" },
  qwen3moe: { queryNorms: "head", feedForward: "experts" },
  phi3: { fused: true, feedForward: "fused" },
  gemma: { alwaysTied: true },
  gemma2: {
    alwaysTied: true,
    norms: "both",
    slidingWindow: true,
    floats: { attn_logit_softcapping: 50, final_logit_softcapping: 30 },
  },
  gemma3: { norms: "both", queryNorms: "head", slidingWindow: true },
  olmo2: { norms: "after", queryNorms: "all" },
  glm4: { norms: "both", feedForward: "fused" },
  "command-r": { ...cohereLike, floats: { logit_scale: 12 } },
  cohere2: { ...cohereLike, slidingWindow: true, floats: { logit_scale: 12 } },
  stablelm: { norm: "layer-and-bias" },
  starcoder2: gptLike,
  gpt2: { ...gptLike, fused: true, learnedPositions: true },
  gptneox: { ...gptLike, fused: true, flags: { use_parallel_residual: true } },
  phi2: { ...gptLike, norms: "shared", biases: "all-and-output" },
  mamba: { mixer: "mamba", feedForward: "none" },
  mamba2: { mixer: "mamba2", feedForward: "none" },
  granitehybrid: { mixer: { even: "mamba2" } },
  lfm2: { mixer: { even: "convolution" }, queryNorms: "head", lastNorm: "token_embd_norm" },
};

/** Tokens that the recurrent layers' convolution sees. */
export const convolutionLength = 4;
export const experts = { count: 4, used: 2 };

/** The numbers of a recurrent layer; `inner` is twice the width, the one ratio llama.cpp takes. */
export function recurrentSizes(recurrence: Recurrence, width: number) {
  const inner = 2 * width;
  const mamba = { inner, state: 8, steps: Math.ceil(width / 16), groups: 1 };
  return recurrence === "mamba2" ? { ...mamba, state: 16, steps: 4 } : mamba;
}

export function recurrenceOf({ mixer = "attention" }: Recipe, layer: number): Recurrence | null {
  if (typeof mixer === "object") return layer % 2 === 0 ? mixer.even : null;
  return mixer === "attention" ? null : mixer;
}
