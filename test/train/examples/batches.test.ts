/** @file Rows and steps: every example as often as it should be, in rows that are full, known by seed and step. */
import { describe, expect, test } from "vitest";
import { randomStream } from "../../../src/rating/random.ts";
import { type BatchOptions, batches } from "../../../src/train/examples/batches.ts";
import type { Example } from "../../../src/train/examples/example.ts";
import {
  packExamples,
  packRows,
  paddedTokens,
  type Row,
  toRow,
} from "../../../src/train/examples/packing.ts";
import { splitForEvaluation } from "../../../src/train/examples/split.ts";

/** An example of this length, each token of which is its name. */
function example(name: number, length: number): Example {
  const weights = new Float32Array(length).fill(1, Math.min(length, 2));
  return { tokens: new Int32Array(length).fill(name), weights, place: `${name}` };
}

/** Lengths as conversations have them: many short, few long. */
function examples(count: number, longest = 256, seed = 1): Example[] {
  const random = randomStream(seed);
  return Array.from({ length: count }, (_, name) =>
    example(name, 4 + Math.floor((longest - 3) * random() ** 4)),
  );
}

const options: BatchOptions = {
  contextSize: 256,
  batchTokens: 1024,
  packing: true,
  epochs: 1,
  maxSteps: null,
  seed: 7,
};

const namesOf = ({ tokens, positions }: Row) =>
  [...tokens].filter((_, index) => positions[index] === 0);

/** How often each example comes in these steps. */
function shown(all: ReturnType<typeof batches>, from = 0, to = all.steps): number[] {
  const counts: number[] = [];
  for (let step = from; step < to; step++)
    for (const name of all.rows(step).flatMap(namesOf)) counts[name] = (counts[name] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}

describe("packRows", () => {
  test("puts each example into the fullest row that has room", () => {
    expect(packRows([5, 8, 1, 4, 2], 10)).toEqual([
      [1, 4],
      [0, 3, 2],
    ]);
  });

  test("packs as a search of every open row does", () => {
    const lengths = examples(500).map(({ tokens }) => tokens.length);
    const rows: number[] = [];
    for (const length of [...lengths].sort((a, b) => b - a)) {
      const fits = rows.filter((room) => room >= length);
      const row = fits.length === 0 ? rows.push(256) - 1 : rows.indexOf(Math.min(...fits));
      rows[row] = (rows[row] ?? 0) - length;
    }
    const sums = packRows(lengths, 256).map((row) =>
      row.reduce((room, index) => room - (lengths[index] ?? 0), 256),
    );
    expect(sums.sort()).toEqual(rows.sort());
  });

  test("packs a hundred thousand examples in no time", () => {
    const lengths = examples(100_000, 4096).map(({ tokens }) => tokens.length);
    const started = performance.now();
    const rows = packRows(lengths, 4096);
    expect(performance.now() - started).toBeLessThan(5000); // a search of all rows for each takes minutes
    expect(rows.flat()).toHaveLength(100_000);
  });

  test("refuses an example that no row can hold", () => {
    expect(() => packRows([11], 10)).toThrow(RangeError);
  });

  test("needs half the tokens that padding does, and less", () => {
    const some = examples(1000);
    const padded = paddedTokens(packExamples(some, { ...options, packing: false }), 256);
    const packed = paddedTokens(packExamples(some, options), 256);
    expect(padded / packed).toBeGreaterThan(2);
    const tokens = some.reduce((sum, each) => sum + each.tokens.length, 0);
    expect(packed / tokens).toBeLessThan(1.02);
  });
});

describe("toRow", () => {
  test("lays examples end to end, positions from 0 in each", () => {
    const row = toRow([example(5, 3), example(9, 2)]);
    expect([...row.tokens]).toEqual([5, 5, 5, 9, 9]);
    expect([...row.positions]).toEqual([0, 1, 2, 0, 1]);
    expect([...row.segments]).toEqual([0, 0, 0, 1, 1]);
    expect([...row.weights]).toEqual([0, 0, 1, 0, 0]);
  });
});

describe("batches", () => {
  const some = examples(400);
  const set = [{ examples: some, weight: 1 }];

  test("shows every example once an epoch", () => {
    const all = batches(set, { ...options, epochs: 3 });
    expect(all.steps).toBe(3 * all.epoch.steps);
    for (const epoch of [0, 1, 2]) {
      const counts = shown(all, epoch * all.epoch.steps, (epoch + 1) * all.epoch.steps);
      expect(counts).toEqual(some.map(() => 1));
    }
  });

  test("packs no row beyond the context, and deals out steps of about equal tokens", () => {
    const all = batches(set, options);
    const share = all.epoch.tokens / all.steps;
    expect(Math.abs(share - 1024)).toBeLessThan(64);
    for (let step = 0; step < all.steps; step++) {
      const rows = all.rows(step);
      for (const { tokens } of rows) expect(tokens.length).toBeLessThanOrEqual(256);
      const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
      expect(Math.abs(tokens - share)).toBeLessThanOrEqual(256);
    }
  });

  test("gives any step alone as it comes in turn", () => {
    const inTurn = batches(set, { ...options, epochs: 3 });
    const rows = Array.from({ length: inTurn.steps }, (_, step) => inTurn.rows(step));
    for (const step of [0, inTurn.epoch.steps + 3, inTurn.steps - 1])
      expect(batches(set, { ...options, epochs: 3 }).rows(step)).toEqual(rows[step]);
  });

  test("packs another way in each epoch, and by another seed", () => {
    const all = batches(set, { ...options, epochs: 2 });
    const rowsOf = (from: number, steps = all) =>
      Array.from({ length: steps.epoch.steps }, (_, step) => steps.rows(from + step)).flat();
    const partners = (rows: Row[]) => new Set(rows.map((row) => namesOf(row).sort().join(" ")));
    const first = partners(rowsOf(0));
    const again = [...partners(rowsOf(all.epoch.steps))].filter((row) => first.has(row));
    expect(again.length).toBeLessThan(first.size / 2);
    expect(rowsOf(0)).not.toEqual(rowsOf(0, batches(set, { ...options, seed: 8 })));
  });

  test("shows a file of weight 2 twice an epoch, one of weight 0.5 in two epochs", () => {
    const sets = [
      { examples: some.slice(0, 100), weight: 2 },
      { examples: some.slice(100, 201), weight: 0.5 },
    ];
    const all = batches(sets, { ...options, epochs: 2 });
    const first = shown(all, 0, all.epoch.steps);
    expect(first.slice(0, 100)).toEqual(some.slice(0, 100).map(() => 2));
    expect(first.slice(100).reduce((sum, count) => sum + count, 0)).toBe(51);
    expect(shown(all)).toEqual(some.slice(0, 201).map((_, name) => (name < 100 ? 4 : 1)));
  });

  test("ends within an epoch, and at the last step allowed", () => {
    const { epoch } = batches(set, options);
    const half = batches(set, { ...options, epochs: 1.5 });
    expect(half.steps).toBe(epoch.steps + Math.ceil(epoch.steps / 2));
    expect(half.epochAfter(half.steps - 1)).toBeCloseTo(half.steps / epoch.steps);
    expect(half.epochAfter(epoch.steps - 1)).toBe(1);
    expect(batches(set, { ...options, maxSteps: 5 }).steps).toBe(5);
    expect(() => batches(set, { ...options, maxSteps: 5 }).rows(5)).toThrow(RangeError);
  });

  test("counts what an epoch holds", () => {
    const { epoch } = batches(set, options);
    const tokens = some.reduce((sum, each) => sum + each.tokens.length, 0);
    expect(epoch.tokens).toBe(tokens);
    expect(epoch.supervisedTokens).toBe(tokens - 2 * some.length);
  });

  test("without packing, gives each example a row of its own", () => {
    const all = batches(set, { ...options, packing: false });
    expect(all.epoch.rows).toBe(400);
    expect(all.rows(0).every((row) => namesOf(row).length === 1)).toBe(true);
  });

  test("never leaves a step empty, however small its share", () => {
    for (const batchTokens of [16, 100, 300, 5000, 1e6])
      for (const packing of [true, false]) {
        const all = batches(set, { ...options, batchTokens, packing });
        const sizes = Array.from({ length: all.steps }, (_, step) => all.rows(step).length);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(all.epoch.rows);
      }
  });

  test("has no steps where there are no examples", () => {
    expect(batches([{ examples: [], weight: 1 }], options).steps).toBe(0);
  });
});

describe("splitForEvaluation", () => {
  const items = Array.from({ length: 200 }, (_, index) => index);

  test("keeps back a share, the same for the same seed, and loses nothing", () => {
    const { train, evaluation } = splitForEvaluation(items, 0.1, 3);
    expect(evaluation).toHaveLength(20);
    expect([...train, ...evaluation].sort((a, b) => a - b)).toEqual(items);
    expect(splitForEvaluation(items, 0.1, 3).evaluation).toEqual(evaluation);
    expect(splitForEvaluation(items, 0.1, 4).evaluation).not.toEqual(evaluation);
  });

  test("leaves something to learn from, and keeps nothing back of a few", () => {
    expect(splitForEvaluation([1], 0.5, 3)).toEqual({ train: [1], evaluation: [] });
    expect(splitForEvaluation(items.slice(0, 19), 0.02, 3).evaluation).toEqual([]);
  });

  test("keeps one back of twenty, but only where a share is wished", () => {
    expect(splitForEvaluation(items.slice(0, 20), 0.001, 3).evaluation).toHaveLength(1);
    expect(splitForEvaluation(items, 0, 3).evaluation).toEqual([]);
  });
});
