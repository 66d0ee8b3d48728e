/**
 * @file How many tokens to draft for each slot, so that a step brings the most tokens per ms.
 *
 * The j-th drafted token of a slot is picked with probability rateʲ. For any number of rows the best
 * ones are those likeliest to be picked, whatever rows cost; so they are added in that order, and the
 * best place to stop is looked for.
 *
 * Source: Y. Leviathan et al., "Fast Inference from Transformers via Speculative Decoding", 2023,
 * §3. https://arxiv.org/abs/2211.17192
 */

export type Drafting = {
  /** Probability that a drafted token is picked, given that those before it were. */
  rate: number;
  /** Tokens that may be drafted. */
  most: number;
  /** Whether drafting takes the draft model's time. */
  byModel: boolean;
};

export type Costs = {
  /** Ms of a step of so many rows. */
  step: (rows: number) => number;
  /** Ms of the draft model for one more token of every slot that it drafts for. */
  draftStepMs: number;
};

/**
 * How long drafts are: as long as pays by what steps cost, which is the default, or always as long as
 * they may be. The latter depends on no clock: it is for tests and measurements.
 */
export type LengthPolicy = "best" | "most";

/** A drafted token: the first of its slot has place 1. */
type Row = { slot: number; place: number; byModel: boolean; likelihood: number };

/** A step must be faster by so much, or it is left as it is: estimates are never exact. */
const worthwhile = 1.02;
/** Depths in a row, each slower than the one before, after which none deeper is looked at. */
const patience = 3;

/**
 * @param slots All slots that decode: each brings one token without a draft.
 * @param room  Rows there are for drafts, all slots together.
 * @returns     (slots,) tokens to draft.
 */
export function draftLengths(slots: readonly Drafting[], room: number, costs: Costs): number[] {
  const rows = likeliestFirst(slots);
  const known = { ...costs, step: remembered(costs.step) };
  const deepest = Math.max(0, ...slots.map(({ most, byModel }) => (byModel ? most : 0)));
  const plainSpeed = slots.length / known.step(slots.length);
  let best = { rows: [] as Row[], speed: plainSpeed * worthwhile };
  for (let depth = 0, before = 0, falls = 0; depth <= deepest && falls < patience; depth++) {
    const within = rows.filter(({ place, byModel }) => !byModel || place <= depth).slice(0, room);
    const found = fastest(within, slots.length, depth, known);
    if (found.speed > best.speed) best = found;
    falls = found.speed < before ? falls + 1 : 0;
    before = found.speed;
  }
  return countBySlot(best.rows, slots.length);
}

/** As many tokens as may be drafted, the first slots first. */
export function longestDrafts(slots: readonly Drafting[], room: number): number[] {
  let left = room;
  return slots.map(({ most }) => {
    const length = Math.min(most, left);
    left -= length;
    return length;
  });
}

/** The best number of rows when the draft model drafts `depth` tokens. */
function fastest(rows: Row[], slots: number, depth: number, { step, draftStepMs }: Costs) {
  let tokens = slots;
  let best = { count: 0, speed: 0 };
  for (const [i, { likelihood }] of rows.entries()) {
    tokens += likelihood;
    const speed = tokens / (step(slots + i + 1) + depth * draftStepMs);
    if (speed > best.speed) best = { count: i + 1, speed };
  }
  return { rows: rows.slice(0, best.count), speed: best.speed };
}

function likeliestFirst(slots: readonly Drafting[]): Row[] {
  return slots
    .flatMap(({ rate, most, byModel }, slot) =>
      Array.from({ length: most }, (_, i) => {
        return { slot, place: i + 1, byModel, likelihood: rate ** (i + 1) };
      }),
    )
    .sort((a, b) => b.likelihood - a.likelihood);
}

function countBySlot(rows: readonly Row[], slots: number): number[] {
  const lengths = new Array<number>(slots).fill(0);
  for (const { slot } of rows) lengths[slot] = (lengths[slot] ?? 0) + 1;
  return lengths;
}

/** Computes each number of rows once. */
function remembered(step: (rows: number) => number): (rows: number) => number {
  const known: number[] = [];
  return (rows) => {
    known[rows] ??= step(rows);
    return known[rows];
  };
}
