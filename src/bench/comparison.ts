/**
 * @file Two servers against each other: each pair of neighbouring rounds gives one ratio, so that
 * what slows the machine for a while slows both sides of it.
 */
import { percentile } from "./percentiles.ts";
import type { Summary } from "./summary.ts";

/** The median over the pairs of rounds, and the least and greatest. */
export type Ratio = {
  median: number;
  least: number;
  greatest: number;
  pairs: number;
};

export const figures = {
  tokensPerSecond: (one: Summary) => one.tokensPerSecond,
  totalTokensPerSecond: (one: Summary) => one.totalTokensPerSecond,
  requestsPerSecond: (one: Summary) => one.requestsPerSecond,
  ttftMs: (one: Summary) => one.ttftMs?.p50,
  laterTtftMs: (one: Summary) => one.laterTtftMs?.p50,
  tpotMs: (one: Summary) => one.tpotMs?.p50,
  endToEndMs: (one: Summary) => one.endToEndMs?.p50,
};
export type Figure = keyof typeof figures;

/** First server ÷ second: above 1 is better for what is per second, below 1 for what is in ms. */
export type Comparison = Record<Figure, Ratio | null>;

/** @param pairs (first server's round, second server's round), measured one after the other. */
export function compare(pairs: readonly (readonly [Summary, Summary])[]): Comparison {
  const ratio = (figure: Figure) => toRatio(pairs.flatMap((pair) => quotient(pair, figure)));
  return {
    tokensPerSecond: ratio("tokensPerSecond"),
    totalTokensPerSecond: ratio("totalTokensPerSecond"),
    requestsPerSecond: ratio("requestsPerSecond"),
    ttftMs: ratio("ttftMs"),
    laterTtftMs: ratio("laterTtftMs"),
    tpotMs: ratio("tpotMs"),
    endToEndMs: ratio("endToEndMs"),
  };
}

function quotient([a, b]: readonly [Summary, Summary], figure: Figure): number[] {
  const [above, below] = [figures[figure](a), figures[figure](b)];
  return above && below ? [above / below] : [];
}

function toRatio(values: readonly number[]): Ratio | null {
  if (values.length === 0) return null;
  return {
    median: percentile(values, 0.5),
    least: Math.min(...values),
    greatest: Math.max(...values),
    pairs: values.length,
  };
}
