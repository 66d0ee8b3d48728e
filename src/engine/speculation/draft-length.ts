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

/** A step must be faster by so much, or it is left as it is: estimates are never exact. */
const worthwhile = 1.02;

/**
 * @param slots All slots that decode: each brings one token without a draft.
 * @param room  Rows there are for drafts, all slots together.
 * @returns     (slots,) tokens to draft.
 */
export function draftLengths(slots: readonly Drafting[], room: number, costs: Costs): number[] {
  const plain = slots.map(() => 0);
  let best = { lengths: plain, speed: (slots.length / costs.step(slots.length)) * worthwhile };
  const deepest = Math.max(0, ...slots.map(({ most, byModel }) => (byModel ? most : 0)));
  for (let depth = 0; depth <= deepest; depth++) {
    const found = bestWithin(slots, room, depth, costs);
    if (found.speed > best.speed) best = found;
  }
  return best.lengths;
}

/** The best when the draft model drafts `depth` tokens. */
function bestWithin(slots: readonly Drafting[], room: number, depth: number, costs: Costs) {
  const rows = slots
    .flatMap((slot, i) => likelihoods(slot, depth).map((likelihood) => ({ slot: i, likelihood })))
    .sort((a, b) => b.likelihood - a.likelihood)
    .slice(0, room);
  let tokens = slots.length;
  let best = { count: 0, speed: 0 };
  for (const [i, { likelihood }] of rows.entries()) {
    tokens += likelihood;
    const speed = tokens / (costs.step(slots.length + i + 1) + depth * costs.draftStepMs);
    if (speed > best.speed) best = { count: i + 1, speed };
  }
  const lengths = slots.map(() => 0);
  for (const { slot } of rows.slice(0, best.count)) lengths[slot] = (lengths[slot] ?? 0) + 1;
  return { lengths, speed: best.speed };
}

function likelihoods({ rate, most, byModel }: Drafting, depth: number): number[] {
  const length = byModel ? Math.min(most, depth) : most;
  return Array.from({ length }, (_, i) => rate ** (i + 1));
}
