/** @file What an answer cost, in tokens and in ms, out of its choices' timings. */
import type { ChoiceTimings } from "../protocol/answer.ts";
import type { Timings, Usage } from "../protocol/openai.ts";

/** Choices of one prompt share its reading, so only those that did not fork count its tokens. */
export function toUsage(timings: readonly ChoiceTimings[]): Usage {
  const prompts = timings.filter(({ forked }) => !forked);
  const promptTokens = sum(prompts.map(({ promptTokens }) => promptTokens));
  const completionTokens = sum(timings.map(({ completionTokens }) => completionTokens));
  const { drafted, accepted } = toDrafts(timings);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: {
      cached_tokens: sum(prompts.map(({ cachedTokens }) => cachedTokens)),
    },
    completion_tokens_details: {
      reasoning_tokens: sum(timings.map(({ reasoningTokens }) => reasoningTokens)),
      ...(drafted > 0 && {
        accepted_prediction_tokens: accepted,
        rejected_prediction_tokens: drafted - accepted,
      }),
    },
  };
}

export function toTimings(timings: readonly ChoiceTimings[]): Timings {
  const prompts = timings.filter(({ forked }) => !forked);
  const read = sum(prompts.map(({ promptTokens, cachedTokens }) => promptTokens - cachedTokens));
  const prefillMs = sum(prompts.map(({ prefillMs }) => prefillMs));
  const written = sum(timings.map(({ completionTokens }) => completionTokens));
  const { drafted, accepted } = toDrafts(timings);
  const decodeMs = Math.max(0, ...timings.map(({ decodeMs }) => decodeMs));
  return {
    queue_ms: round(Math.max(0, ...timings.map(({ queueMs }) => queueMs))),
    prompt_n: read,
    prompt_ms: round(prefillMs),
    prompt_per_second: round(perSecond(read, prefillMs)),
    predicted_n: written,
    predicted_ms: round(decodeMs),
    predicted_per_second: round(perSecond(written, decodeMs)),
    cache_n: sum(prompts.map(({ cachedTokens }) => cachedTokens)),
    ...(drafted > 0 && { draft_n: drafted, draft_n_accepted: accepted }),
  };
}

function toDrafts(timings: readonly ChoiceTimings[]): { drafted: number; accepted: number } {
  const drafted = sum(timings.map(({ draft }) => draft?.tokens ?? 0));
  return { drafted, accepted: sum(timings.map(({ draft }) => draft?.accepted ?? 0)) };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const round = (value: number) => Math.round(value * 1000) / 1000;
const perSecond = (tokens: number, ms: number) => (ms > 0 ? (tokens / ms) * 1000 : 0);
