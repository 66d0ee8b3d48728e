/** @file Log-probabilities straight from a model's logits, evaluated in one batch beside any engine. */
import { Context, type ContextOptions, TokenBatch } from "../../src/llama/context.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { startNative } from "../../src/llama/native.ts";

const longest = 512;

/** ln p of every token after every position: (tokens, vocabulary). */
export function directLogprobs(
  modelPath: string,
  tokens: readonly number[],
  more: Partial<ContextOptions> = {},
): number[][] {
  const native = startNative(findLibraries("cpu"), "cpu", () => {});
  const model = new Model(native, modelPath, { gpuLayers: 0 }, () => null);
  const options = {
    contextSize: longest,
    batchSize: longest,
    sequences: 1,
    threads: 1,
    kvType: "f16",
    flashAttention: "auto",
    ...more,
  } as const;
  const context = new Context(native, model, options, () => null);
  const batch = new TokenBatch(longest, 1);
  for (const [position, token] of tokens.entries()) batch.add(token, position, 0, true);
  context.decode(batch.columns);
  const rows = tokens.map((_, row) => logSoftmax(context.logits(row, model.vocab.size)));
  context.free();
  model.free();
  return rows;
}

function logSoftmax(logits: Float32Array): number[] {
  const max = logits.reduce((a, b) => Math.max(a, b));
  const total = max + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - max), 0));
  return Array.from(logits, (x) => x - total);
}
