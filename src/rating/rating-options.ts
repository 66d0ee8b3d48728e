/** @file What can be chosen when battles are rated, and what is chosen when nobody does. */
import type { TiePolicy } from "./pair-outcomes.ts";

export const intervalMethods = ["sandwich", "bootstrap"] as const;
type IntervalMethod = (typeof intervalMethods)[number];

type Anchor = { model: string; rating: number };

export type RatingOptions = {
  /** Bradley–Terry looks at all battles at once; Elo goes through them in their order. */
  system: "bradley-terry" | "elo";
  interval: IntervalMethod;
  /** The share of intervals that hold the truth; of all at once with `simultaneous`. */
  level: number;
  simultaneous: boolean;
  /** Of the bootstrap. */
  rounds: number;
  seed: number;
  ties: TiePolicy;
  /** Each pair counts alike, however often it met. */
  reweight: boolean;
  /** Without one, the mean of the rated models is 1000. */
  anchor: Anchor | null;
  /**
   * Whether the anchor is exact by definition, as with FastChat, so that every interval is one of a
   * difference to it; otherwise it only shifts the scale.
   */
  anchorInside: boolean;
  /** `fastchat` or `arena-rank`: whose penalty. Null: without style control. */
  style: "fastchat" | "arena-rank" | null;
  /** A model with fewer battles is listed without a rating. */
  minBattles: number;
  /** The most an Elo rating moves in one battle. */
  eloK: number;
};

export const defaultRatingOptions: RatingOptions = {
  system: "bradley-terry",
  interval: "sandwich",
  level: 0.95,
  simultaneous: false,
  rounds: 100,
  seed: 0,
  ties: "half",
  reweight: false,
  anchor: null,
  anchorInside: false,
  style: null,
  minBattles: 0,
  eloK: 4,
};
