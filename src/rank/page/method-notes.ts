/** @file How the numbers were made, in sentences, from the options that decided them. */
import { z } from "zod";
import { toGrouped, toPercent } from "../../page/number-words.ts";
import type { Leaderboard } from "../../protocol/leaderboard.ts";

/** The options that have a sentence; one that is not there is passed over. */
const MethodOptions = z
  .object({
    system: z.enum(["bradley-terry", "elo"]),
    elo_k: z.number(),
    interval: z.enum(["sandwich", "bootstrap"]),
    level: z.number(),
    simultaneous: z.boolean(),
    rounds: z.number(),
    seed: z.number(),
    ties: z.enum(["half", "drop", "both-bad-apart"]),
    reweight: z.boolean(),
    anchor: z.object({ model: z.string(), rating: z.number() }),
    anchor_inside: z.boolean(),
    style: z.string(),
    min_battles: z.number(),
  })
  .partial();
type MethodOptions = z.infer<typeof MethodOptions>;

/**
 * A sentence or two for each thing a reader of the board would ask.
 *
 * @param rated Whether any model is: what is said of ratings and intervals would else be of nothing.
 */
export function methodNotes(all: Leaderboard["options"], rated = true): string[] {
  const options = readOptions(all);
  return [
    ratingNote(options),
    rated ? scaleNote(options) : "",
    options.ties === undefined ? "" : ties[options.ties],
    ...(rated ? [intervalNote(options), rankNote] : []),
    options.reweight ? "Pairs that met often weigh less, so that each pair counts alike." : "",
    rated ? styleNote(options) : "",
    "A model that only won, only lost, or is not linked to the others by both has no finite rating on their scale, and gets none.",
    options.min_battles
      ? `Nor does a model with fewer than ${toGrouped(options.min_battles)} battles.`
      : "",
  ].filter((note) => note !== "");
}

const rankNote =
  "A model's rank is one more than the number of models that are certainly better: their whole interval lies above its own. The spread is the best and the worst rank that the intervals allow.";

/** Each option for itself: one of another kind must not hide the rest. */
function readOptions(all: Leaderboard["options"]): MethodOptions {
  const known = Object.entries(MethodOptions.shape).filter(
    ([name, schema]) => schema.safeParse(all[name]).success,
  );
  return MethodOptions.parse(Object.fromEntries(known.map(([name]) => [name, all[name]])));
}

function ratingNote({ system, elo_k: k }: MethodOptions): string {
  if (system !== "elo") {
    return "Ratings are Bradley–Terry strengths: those that make what was voted most likely, whatever the order of the votes.";
  }
  const most = k === undefined ? "a little" : `by at most ${k} points`;
  return `Ratings are online Elo: each battle in the order of time moves both models ${most}. They depend on that order.`;
}

function scaleNote({ anchor, anchor_inside: inside }: MethodOptions): string {
  const scale = "400 points are odds of ten to one.";
  if (anchor === undefined) return `${scale} The mean of the rated models is ${toGrouped(1000)}.`;
  const fixed = `${scale} The board is moved so that ${anchor.model} has ${toGrouped(anchor.rating)}.`;
  return inside
    ? `${fixed} Its rating is exact by definition: the other intervals are of the difference to it.`
    : fixed;
}

const ties = {
  half: "A tie counts as half a win for each, and so does a battle in which both answers were bad.",
  drop: "Ties are left out, and so are battles in which both answers were bad.",
  "both-bad-apart":
    "A tie counts as half a win for each. Battles in which both answers were bad are left out and shown apart.",
};

function intervalNote(options: MethodOptions): string {
  const { interval, level = 0.95, simultaneous, rounds, seed } = options;
  const share = toPercent(level);
  const reach = simultaneous
    ? `All intervals together hold the truth in ${share} of cases.`
    : `Each interval for itself holds the truth in ${share} of cases.`;
  if (options.system === "elo" || interval === "bootstrap") {
    const count = rounds === undefined ? "many" : toGrouped(rounds);
    const from = seed === undefined ? "" : ` (seed ${seed})`;
    return `${reach} They are the middle of what ${count} rounds of battles drawn anew with replacement gave${from}.`;
  }
  if (interval !== "sandwich") return "";
  return `${reach} They are from the sandwich estimator, which is right also where ties make votes vary less than wins and losses would.`;
}

function styleNote({ style }: MethodOptions): string {
  if (style === undefined) return "";
  return "Style control: what length and formatting alone are worth was fitted together with the ratings and taken out of them.";
}

/** An option's value as it may stand in a sentence or a table. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(toText).join(", ");
  if (typeof value !== "object") return `${value}`;
  const entries = Object.entries(value).map(([name, one]) => `${name} = ${toText(one)}`);
  return entries.length === 0 ? "none" : entries.join(", ");
}
