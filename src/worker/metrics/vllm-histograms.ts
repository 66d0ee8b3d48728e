/**
 * @file How long answers took, under the names and in the buckets that vLLM's dashboards graph.
 *
 * Source: vLLM's docs/usage/metrics.md.
 */
import { createMetrics } from "../../http/metrics.ts";
import type { ChoiceTimings } from "../../protocol/answer.ts";

/** Where one choice's time went. */
export type Timed = Omit<ChoiceTimings, "reasoningTokens">;

/** vLLM's buckets: seconds until the first token, for a token, for a whole answer; then tokens. */
const buckets = {
  first: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20],
  token: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20],
  whole: [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920],
  tokens: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
};

/** @param model Labels the figures, as `model_name`. */
export function vllmHistograms(model: () => string) {
  const metrics = createMetrics();
  const histogram = (name: string, help: string, bounds: number[]) => {
    const { observe } = metrics.histogram(`vllm:${name}`, help, bounds);
    return (value: number) => observe(value, { model_name: model() });
  };
  const { first, token, whole, tokens } = buckets;
  const ttft = histogram("time_to_first_token_seconds", "Request in to first token out.", first);
  const tpot = histogram("time_per_output_token_seconds", "Per token after the first.", token);
  const e2e = histogram("e2e_request_latency_seconds", "Request in to last token out.", whole);
  const queue = histogram("request_queue_time_seconds", "Waiting for a slot.", whole);
  const prefill = histogram("request_prefill_time_seconds", "Reading the prompt.", whole);
  const decode = histogram("request_decode_time_seconds", "Generating.", whole);
  const prompt = histogram("request_prompt_tokens", "Tokens of the prompt.", tokens);
  const generation = histogram("request_generation_tokens", "Tokens of the answer.", tokens);
  return {
    observe: ({ queueMs, prefillMs, decodeMs, promptTokens, completionTokens }: Timed) => {
      ttft((queueMs + prefillMs) / 1000);
      if (completionTokens > 1) tpot(decodeMs / (completionTokens - 1) / 1000);
      e2e((queueMs + prefillMs + decodeMs) / 1000);
      queue(queueMs / 1000);
      prefill(prefillMs / 1000);
      decode(decodeMs / 1000);
      prompt(promptTokens);
      generation(completionTokens);
    },
    metricsText: () => metrics.metricsText(),
  };
}
