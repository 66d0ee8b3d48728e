/**
 * @file Which rows each optimiser step learns from: known from the seed and the step's number alone,
 * so that a run goes on where it was stopped.
 *
 * An epoch draws from each file, shuffles, packs, and deals its rows out in steps that are as nearly
 * equal as whole rows allow. With weights that are whole numbers each epoch has as many steps as the
 * first: packing depends on nothing but how long the examples are.
 */
import { randomStream } from "../../rating/random.ts";
import { type Example, supervisedTokens } from "./example.ts";
import { packExamples, type Row, tokensOf, toRow } from "./packing.ts";
import { shuffled } from "./shuffle.ts";

export type ExampleSet = {
  examples: readonly Example[];
  /** How often an epoch shows each example: 2 is twice, 0.5 one half of them, then the other. */
  weight: number;
};

export type BatchOptions = {
  contextSize: number;
  /** Tokens of one optimiser step, as nearly as whole rows allow. */
  batchTokens: number;
  packing: boolean;
  /** The last may be a part of one. */
  epochs: number;
  maxSteps: number | null;
  seed: number;
};

export type Batches = {
  /** Optimiser steps of the whole run; 0 when there is no example. */
  steps: number;
  /** Of the first epoch. */
  epoch: { tokens: number; supervisedTokens: number; rows: number; steps: number };
  /** @param step from 0. */
  rows(step: number): Row[];
  /** How many epochs have passed when the step is done. */
  epochAfter(step: number): number;
};

export function batches(sets: readonly ExampleSet[], options: BatchOptions): Batches {
  const layout = keepingLast((epoch) => layOut(sets, options, epoch));
  const alike = sets.every(({ weight }) => Number.isInteger(weight));
  const counts = new Map<number, number>();
  const stepsOf = (epoch: number) => {
    const like = alike ? 0 : epoch;
    const count = counts.get(like) ?? layout(like).length;
    counts.set(like, count);
    return count;
  };
  const first = layout(0).flat();
  const counted = first.flat().map(({ weights }) => supervisedTokens(weights));
  const summary = {
    tokens: tokensOf(first.flat()),
    supervisedTokens: counted.reduce((sum, count) => sum + count, 0),
    rows: first.length,
    steps: stepsOf(0),
  };
  const ends = epochEnds(stepsOf, options);

  function locate(step: number): { epoch: number; within: number } {
    const epoch = ends.findIndex((end) => step < end);
    if (epoch < 0 || step < 0) throw new RangeError(`no step ${step} of ${ends.at(-1) ?? 0}`);
    return { epoch, within: step - (ends[epoch - 1] ?? 0) };
  }

  return {
    steps: ends.at(-1) ?? 0,
    epoch: summary,
    rows(step) {
      const { epoch, within } = locate(step);
      return (layout(epoch)[within] ?? []).map(toRow);
    },
    epochAfter(step) {
      const { epoch, within } = locate(step);
      return epoch + (within + 1) / stepsOf(epoch);
    },
  };
}

/** (epochs,) the step at which each ends; the last may end in its midst. */
function epochEnds(
  stepsOf: (epoch: number) => number,
  { epochs, maxSteps }: BatchOptions,
): number[] {
  const most = maxSteps ?? Infinity;
  const ends: number[] = [];
  for (let epoch = 0, end = 0; epoch < epochs && end < most; epoch++) {
    const share = Math.min(1, epochs - epoch);
    end = Math.min(most, end + Math.ceil(share * stepsOf(epoch)));
    ends.push(end);
  }
  return ends;
}

/** (steps, rows, examples of the row) of one epoch. */
function layOut(sets: readonly ExampleSet[], options: BatchOptions, epoch: number): Example[][][] {
  const { seed, batchTokens } = options;
  const drawn = sets.flatMap((set, file) => draw(set, epoch, (pass) => stream(seed, file, pass)));
  const order = shuffled(drawn, stream(seed, orderOfExamples, epoch));
  const rows = shuffled(packExamples(order, options), stream(seed, orderOfRows, epoch));
  return deal(rows, batchTokens);
}

/** What is shuffled, beside the files: their numbers are from 0. */
const [orderOfExamples, orderOfRows] = [-1, -2];

function stream(seed: number, what: number, epoch: number) {
  return randomStream(seed + (what + 3) * 2 ** 32, epoch);
}

/**
 * What an epoch takes from a file: the file is read as an endless row of passes, each a shuffle of
 * its own, and each epoch takes up where the last one stopped.
 */
function draw(
  { examples, weight }: ExampleSet,
  epoch: number,
  random: (pass: number) => () => number,
): Example[] {
  const count = examples.length;
  const [from, to] = [epoch, epoch + 1].map((n) => Math.round(n * weight * count)) as [
    number,
    number,
  ];
  const passes: Example[][] = [];
  for (let at = from; at < to; ) {
    const pass = Math.floor(at / count);
    const end = Math.min(to, (pass + 1) * count);
    passes.push(shuffled(examples, random(pass)).slice(at - pass * count, end - pass * count));
    at = end;
  }
  return passes.flat();
}

/**
 * Deals rows out in order: each belongs to the step in whose share of the tokens its middle lies. No
 * step is empty, since a share is never smaller than the longest row.
 */
function deal(rows: readonly Example[][], batchTokens: number): Example[][][] {
  const lengths = rows.map(tokensOf);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  if (tokens === 0) return [];
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const count = Math.max(
    1,
    Math.min(Math.round(tokens / batchTokens), Math.floor(tokens / longest)),
  );
  const steps: Example[][][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const [index, row] of rows.entries()) {
    const length = lengths[index] ?? 0;
    steps[Math.floor(((before + length / 2) * count) / tokens)]?.push(row);
    before += length;
  }
  return steps;
}

/** Remembers the last answer only: steps follow one another, and an epoch is large. */
function keepingLast<T>(make: (epoch: number) => T): (epoch: number) => T {
  let last: { epoch: number; value: T } | undefined;
  return (epoch) => {
    if (last?.epoch !== epoch) last = { epoch, value: make(epoch) };
    return last.value;
  };
}
