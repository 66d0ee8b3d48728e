/** @file The leaderboard as `fastchat rank --json` writes it and the Arena's page reads it. */
import { z } from "zod";

/** Why a model has no rating: the battles cannot place it beside the others. */
const unratedReasons = ["only_wins", "only_losses", "not_connected", "too_few_battles"] as const;
export type UnratedReason = (typeof unratedReasons)[number];

const Finite = z.number();

export const LeaderboardRow = z.object({
  model: z.string(),
  /** Elo scale: 400 points are odds of ten to one. Null where `unrated` says why. */
  rating: Finite.nullable(),
  /** Of the interval; null also where it has no end on this side. */
  lower: Finite.nullable(),
  upper: Finite.nullable(),
  /** 1 + how many models are certainly better: their whole interval lies above this one's. */
  rank: z.int().nullable(),
  /** The best and the worst rank the intervals allow. */
  rank_lower: z.int().nullable(),
  rank_upper: z.int().nullable(),
  /** Battles it took part in, ties counted. */
  battles: z.int(),
  unrated: z.enum(unratedReasons).optional(),
  /** Share of its battles in which both answers were bad; only with `--ties both-bad-apart`. */
  both_bad: Finite.optional(),
});
export type LeaderboardRow = z.infer<typeof LeaderboardRow>;

/** What the style of an answer is worth: log-odds for one standard deviation more than the rival's. */
export const StyleCoefficient = z.object({
  feature: z.string(),
  coefficient: Finite,
  /** Null where the feature never differs between two answers: nothing is known of its worth. */
  lower: Finite.nullable(),
  upper: Finite.nullable(),
});
export type StyleCoefficient = z.infer<typeof StyleCoefficient>;

/** How few votes decide who is first. */
export const FirstPlace = z.object({
  model: z.string(),
  /** Who would be first without `votes` of the battles; a smaller set may do it too. */
  successor: z.string(),
  votes: z.int(),
});
export type FirstPlace = z.infer<typeof FirstPlace>;

export const Leaderboard = z.object({
  /** By rank, then by rating; the unrated last, by name. */
  models: z.array(LeaderboardRow),
  style: z.array(StyleCoefficient).optional(),
  first_place: FirstPlace.optional(),
  /** Everything that decides the numbers, defaults written out. */
  options: z.record(z.string(), z.unknown()),
  /** `sha256:` of the file; of several, of their digests in ascending order, one a line. */
  data_hash: z.string(),
  counts: z.object({
    rows: z.int(),
    /** Lines that are no battles by design: chats, shares, model switches. */
    not_votes: z.int(),
    bad_rows: z.int(),
    /** Rule → rows it dropped, in the order the rules were applied. */
    dropped: z.record(z.string(), z.int()),
    battles: z.int(),
  }),
});
export type Leaderboard = z.infer<typeof Leaderboard>;
