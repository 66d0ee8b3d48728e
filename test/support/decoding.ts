/** @file A few tokens through llama.cpp, to see that a model computes. */
import { Context, TokenBatch } from "../../src/llama/context.ts";
import type { Model } from "../../src/llama/model.ts";
import type { Native } from "../../src/llama/native.ts";

/** "ok", or what llama.cpp says instead. */
export function decoded(native: Native, model: Model, text: string) {
  const options = {
    contextSize: 256,
    batchSize: 64,
    sequences: 1,
    threads: 1,
    kvType: "f16",
    flashAttention: "auto",
  } as const;
  const context = new Context(native, model, options, () => null);
  const batch = new TokenBatch(64, 1);
  model.vocab.tokenize(text).forEach((token, position) => {
    batch.add(token, position, 0, true);
  });
  const result = context.decode(batch.columns);
  context.free();
  return result;
}
