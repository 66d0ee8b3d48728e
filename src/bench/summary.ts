/** @file What a round of requests amounts to: rates, percentiles, failures by kind. */
import { type Percentiles, percentiles } from "./percentiles.ts";
import type { Sample } from "./sample.ts";

export type Summary = {
  requests: number;
  /** Failed requests by kind; they count in no other figure. */
  errors: Record<string, number>;
  wallMs: number;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  requestsPerSecond: number;
  /** Completion tokens. */
  tokensPerSecond: number;
  /** Prompt and completion tokens. */
  totalTokensPerSecond: number;
  ttftMs: Percentiles | null;
  /** Of the second turn and later ones, whose history the server has seen. */
  laterTtftMs: Percentiles | null;
  tpotMs: Percentiles | null;
  endToEndMs: Percentiles | null;
};

export function summarise(samples: readonly Sample[]): Summary {
  const good = samples.filter(({ error }) => error === null);
  const wallMs = spanMs(samples);
  const sum = (pick: (sample: Sample) => number) => good.reduce((all, one) => all + pick(one), 0);
  const perSecond = (count: number) => (wallMs > 0 ? (count * 1000) / wallMs : 0);
  const promptTokens = sum((sample) => sample.promptTokens);
  const completionTokens = sum((sample) => sample.completionTokens);
  return {
    requests: samples.length,
    errors: countErrors(samples),
    wallMs,
    promptTokens,
    cachedTokens: sum((sample) => sample.cachedTokens),
    completionTokens,
    requestsPerSecond: perSecond(good.length),
    tokensPerSecond: perSecond(completionTokens),
    totalTokensPerSecond: perSecond(promptTokens + completionTokens),
    ttftMs: spread(
      good.filter(({ turn }) => turn === 1),
      "ttftMs",
    ),
    laterTtftMs: spread(
      good.filter(({ turn }) => turn > 1),
      "ttftMs",
    ),
    tpotMs: spread(good, "tpotMs"),
    endToEndMs: percentiles(good.map(({ startMs, endMs }) => endMs - startMs)),
  };
}

function spread(samples: readonly Sample[], figure: "ttftMs" | "tpotMs"): Percentiles | null {
  return percentiles(samples.flatMap((sample) => sample[figure] ?? []));
}

function spanMs(samples: readonly Sample[]): number {
  if (samples.length === 0) return 0;
  const first = samples.reduce((least, { startMs }) => Math.min(least, startMs), Infinity);
  const last = samples.reduce((most, { endMs }) => Math.max(most, endMs), -Infinity);
  return last - first;
}

function countErrors(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { error } of samples) if (error !== null) counts[error] = (counts[error] ?? 0) + 1;
  return counts;
}
