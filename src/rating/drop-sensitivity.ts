/**
 * @file How few votes decide who is first: the smallest set we find whose removal changes it.
 *
 * Removing one battle moves the strengths by about −H⁻¹ g, g being its score; so each kind of battle
 * (who met whom, how it ended) has a price in terms of the leader's lead. The most harmful kinds are
 * removed until the lead would be gone, the rest is rated anew, and the search goes on from there:
 * what is reported has been tried, but a smaller set may exist.
 *
 * Source: T. Broderick, R. Giordano, R. Meager, "An Automatic Finite-Sample Robustness Metric",
 * arXiv:2011.14999; for arenas J. Huang et al., arXiv:2508.11847.
 */
import { type Fit, fitBradleyTerry, information, pinSum, positions } from "./bradley-terry.ts";
import { factorise, solve } from "./cholesky.ts";
import type { PairOutcomes } from "./pair-outcomes.ts";

export type DropSensitivity = {
  /** Places in the table's models: who leads, and who would after the removal. */
  leader: number;
  successor: number;
  /** How many battles had to go. */
  dropped: number;
};

/** Only so many runners-up are tried: the farther behind, the more votes it takes. */
const mostChallengers = 2;
const mostRounds = 100;
const partOfLead = 0.7;

const kinds = ["wins", "losses", "draws"] as const;

/**
 * Undefined where fewer than two models are listed and rated, or two share the first place.
 *
 * @param isListed (models,) only these stand on the board.
 */
export function dropSensitivity(
  outcomes: PairOutcomes,
  isListed: readonly boolean[],
): DropSensitivity | undefined {
  const fit = fitBradleyTerry(outcomes);
  const ranked = [...fit.rated]
    .filter((model) => isListed[model])
    .sort((one, other) => fit.strengths[other] - fit.strengths[one]);
  const [leader, ...others] = ranked;
  const found = others.slice(0, mostChallengers).flatMap((challenger) => {
    const dropped = overtake(outcomes, fit, leader, challenger);
    return dropped ? [{ leader, successor: challenger, dropped }] : [];
  });
  return found.sort((one, other) => one.dropped - other.dropped)[0];
}

/** Removes battles until the leader is behind the challenger; the fewest of them that suffice. */
function overtake(
  outcomes: PairOutcomes,
  fit: Fit,
  leader: number,
  challenger: number,
): number | undefined {
  let [left, now, lead] = [outcomes, fit, leadOf(fit, leader, challenger)];
  if (!(lead > rounding)) return undefined;
  for (let round = 0; round < mostRounds; round++) {
    const removals = worstRemovals(left, now, leader, challenger, lead);
    const next = without(left, removals, Number.POSITIVE_INFINITY);
    now = fitBradleyTerry(next, now.strengths);
    lead = leadOf(now, leader, challenger);
    if (Number.isNaN(lead) || removals.length === 0) return undefined;
    if (lead < -rounding) {
      const before = count(outcomes) - count(left);
      return before + fewestOf(left, removals, (fewer) => leadOf(fewer, leader, challenger));
    }
    left = next;
  }
  return undefined;
}

/** Two as strong as this are level. */
const rounding = 1e-9;

const leadOf = ({ strengths }: Fit, leader: number, challenger: number) =>
  strengths[leader] - strengths[challenger];

/** How many of the removals, in their order, already turn the lead; all of them do. */
function fewestOf(
  outcomes: PairOutcomes,
  removals: readonly Removal[],
  leadAfter: (fit: Fit) => number,
): number {
  let [tooFew, enough] = [0, removals.reduce((sum, { battles }) => sum + battles, 0)];
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (leadAfter(fitBradleyTerry(without(outcomes, removals, middle))) < -rounding)
      enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** Battles of one kind that go. */
type Removal = { pair: number; kind: (typeof kinds)[number]; battles: number };

/** The table without the first `most` battles of the removals. */
function without(outcomes: PairOutcomes, removals: readonly Removal[], most: number): PairOutcomes {
  const { wins, losses, draws } = outcomes;
  const kept = { wins: wins.slice(), losses: losses.slice(), draws: draws.slice() };
  let left = most;
  for (const { pair, kind, battles } of removals) {
    const taken = Math.min(battles, left);
    kept[kind][pair] -= taken;
    left -= taken;
  }
  return { ...outcomes, ...kept };
}

/**
 * The battles that most support the lead, until a part of it should be gone: what is left weighs
 * more then, so that aiming at the whole of it would remove too many. Never fewer than it takes to
 * turn a lead of nothing.
 */
function worstRemovals(
  outcomes: PairOutcomes,
  fit: Fit,
  leader: number,
  challenger: number,
  lead: number,
): Removal[] {
  const removals: Removal[] = [];
  let left = Math.max(lead * partOfLead, rounding);
  for (const { pair, kind, each } of leadSupport(outcomes, fit, leader, challenger)) {
    const battles = Math.min(outcomes[kind][pair], Math.max(1, Math.floor(left / each)));
    removals.push({ pair, kind, battles });
    left -= battles * each;
    if (left <= 0) break;
  }
  return removals;
}

/** The kinds of battles that add the most to the lead, by how much one of them does, most first. */
function leadSupport(outcomes: PairOutcomes, fit: Fit, leader: number, challenger: number) {
  const direction = leadDirection(outcomes, fit, leader, challenger);
  const position = positions(fit.rated, outcomes.models);
  const { i, j, weight } = outcomes;
  const support = new Float64Array(i.length * kinds.length);
  for (let pair = 0; pair < i.length; pair++) {
    const [row, across] = [position[i[pair]], position[j[pair]]];
    if (row === -1 || across === -1) continue;
    const p = 1 / (1 + Math.exp(fit.strengths[j[pair]] - fit.strengths[i[pair]]));
    const pull = weight[pair] * (direction[row] - direction[across]);
    for (let k = 0; k < kinds.length; k++)
      if (outcomes[kinds[k]][pair] > 0) support[pair * kinds.length + k] = (scores[k] - p) * pull;
  }
  const least = support.reduce((most, one) => Math.max(most, one), 0) * worthSorting;
  return [...support.keys()]
    .filter((at) => support[at] > 0 && support[at] >= least)
    .map((at) => ({
      pair: Math.floor(at / kinds.length),
      kind: kinds[at % kinds.length],
      each: support[at],
    }))
    .sort((one, other) => other.each - one.each || one.pair - other.pair);
}

/** What supports less than this share of the most has its turn in a later round. */
const worthSorting = 0.25;

/** What i scores in each of `kinds`. */
const scores = [1, 0, 0.5];

/** (m,) H⁻¹ (e_leader − e_challenger). */
function leadDirection(outcomes: PairOutcomes, fit: Fit, leader: number, challenger: number) {
  const n = fit.rated.length;
  const hessian = information(outcomes, fit);
  pinSum(hessian, n);
  factorise(hessian, n);
  const direction = new Float64Array(n);
  direction[fit.rated.indexOf(leader)] = 1;
  direction[fit.rated.indexOf(challenger)] = -1;
  solve(hessian, n, direction);
  return direction;
}

function count({ wins, losses, draws }: PairOutcomes): number {
  let sum = 0;
  for (const column of [wins, losses, draws]) for (const one of column) sum += one;
  return sum;
}
