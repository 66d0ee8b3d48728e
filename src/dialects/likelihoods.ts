/** @file Log-probabilities and progress in the shapes that the dialects share. */
import type { PromptProgress, TokenLogprobs, TokenProbability } from "../protocol/answer.ts";

type Told = Pick<TokenProbability, "token" | "logprob" | "bytes">;

/** OpenAI's chat shape, which Responses and Ollama took over. */
export function toLogprobs(
  logprobs: readonly TokenLogprobs[],
): (Told & { top_logprobs: Told[] })[] {
  const tell = ({ token, logprob, bytes }: TokenProbability) => ({ token, logprob, bytes });
  return logprobs.map((one) => ({ ...tell(one), top_logprobs: one.top.map(tell) }));
}

/** llama-server's shape. */
export function toProgress({ total, cached, processed, ms }: PromptProgress) {
  return { total, cache: cached, processed, time_ms: Math.round(ms) };
}
