/** @file A row of logits as log-probabilities that a client can read: the token picked, and its rivals. */
import type { Vocab } from "../llama/vocab.ts";
import type { TokenLogprobs, TokenProbability } from "../protocol/answer.ts";
import { logSoftmax } from "./log-softmax.ts";

/** OpenAI's figure for what is as good as impossible; JSON knows no −∞. */
const impossible = -9999;

/**
 * @param logits (vocabulary,)
 * @param top    How many of the likeliest tokens to tell, the picked one among them if it is one.
 */
export function tokenLogprobs(
  vocab: Vocab,
  logits: Float32Array,
  token: number,
  top: number,
): TokenLogprobs {
  const { top: best, logSum } = logSoftmax(logits, Math.max(1, top));
  const tell = (id: number): TokenProbability => {
    const { bytes, text } = vocab.piece(id, true);
    const logprob = (logits[id] as number) - logSum;
    return {
      id,
      token: text ?? new TextDecoder().decode(bytes),
      bytes: Array.from(bytes),
      logprob: Number.isFinite(logprob) ? logprob : impossible,
    };
  };
  return { ...tell(token), top: best.slice(0, top).map(tell) };
}
