/** @file A tokenizer's vocabulary, and the `tokenizer.*` metadata that tells llama.cpp about it. */

import {
  bool,
  float32s,
  type GgufValue,
  int32s,
  text,
  texts,
  uint32,
} from "../llama/gguf-value.ts";

export type Vocabulary = {
  /** llama.cpp's name of the algorithm: byte-level BPE, SentencePiece BPE, WordPiece. */
  model: "gpt2" | "llama" | "bert";
  /** Which regular expression splits text into words before BPE: `gpt-2`, `llama-bpe`, `qwen2`. */
  pre?: string;
  /** A token's id is its place. */
  tokens: readonly Token[];
  /** `gpt2` only: pairs to join, the first learned first. */
  merges?: readonly string[];
};

export type Token = { text: string; type: TokenType; score?: number };

/** `control` tokens are hidden from text; `special` ones (user-defined) are whole, but visible. */
export type TokenType = keyof typeof tokenTypeIds;

const tokenTypeIds = {
  normal: 1,
  unknown: 2,
  control: 3,
  special: 4,
  unused: 5,
  byte: 6,
} as const;

/** Which tokens play which part, by their text. */
export type SpecialTokens = {
  bos?: string;
  eos?: string;
  eot?: string;
  unk?: string;
  pad?: string;
  sep?: string;
  mask?: string;
  addBos: boolean;
  addSpacePrefix?: boolean;
};

function tokenId(vocabulary: Vocabulary, token: string): number {
  const id = vocabulary.tokens.findIndex(({ text }) => text === token);
  if (id === -1) throw new RangeError(`The vocabulary has no token '${token}'.`);
  return id;
}

export function tokenizerMetadata(
  vocabulary: Vocabulary,
  special: SpecialTokens,
): Map<string, GgufValue> {
  const { model, pre, tokens, merges } = vocabulary;
  const metadata = new Map<string, GgufValue>([["tokenizer.ggml.model", text(model)]]);
  if (pre !== undefined) metadata.set("tokenizer.ggml.pre", text(pre));
  metadata.set("tokenizer.ggml.tokens", texts(tokens.map((token) => token.text)));
  metadata.set("tokenizer.ggml.token_type", int32s(tokens.map(({ type }) => tokenTypeIds[type])));
  if (model === "llama") {
    metadata.set("tokenizer.ggml.scores", float32s(tokens.map(({ score = 0 }) => score)));
  }
  if (merges !== undefined) metadata.set("tokenizer.ggml.merges", texts(merges));
  for (const [part, key] of Object.entries(specialKeys)) {
    const token = special[part as keyof typeof specialKeys];
    if (token !== undefined) {
      metadata.set(`tokenizer.ggml.${key}`, uint32(tokenId(vocabulary, token)));
    }
  }
  metadata.set("tokenizer.ggml.add_bos_token", bool(special.addBos));
  if (special.addSpacePrefix !== undefined) {
    metadata.set("tokenizer.ggml.add_space_prefix", bool(special.addSpacePrefix));
  }
  return metadata;
}

const specialKeys = {
  bos: "bos_token_id",
  eos: "eos_token_id",
  eot: "eot_token_id",
  unk: "unknown_token_id",
  pad: "padding_token_id",
  sep: "seperator_token_id", // llama.cpp's own spelling
  mask: "mask_token_id",
} as const;
