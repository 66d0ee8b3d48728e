/**
 * @file Battles as columns of numbers: what every rating is computed from.
 *
 * A million battles take some 40 MB. Names become indices; models are in the order of their names,
 * so that the order of the rows, and from which file they came, changes no rating.
 */
import type { Winner } from "../protocol/battle.ts";

/** One battle as a reader hands it over. */
export type Battle = {
  modelA: string;
  modelB: string;
  winner: Winner;
  /** Unix time, s; NaN where nothing says it. */
  time: number;
  judge: string | null;
  /** The voter did not know the names. */
  anonymous: boolean;
  language: string | null;
  /** A bit for each of `categories` (categories.ts). */
  categories: number;
  /** Hash of what the user asked (deduplication.ts); 0 where the text is not there. */
  prompt: number;
  /** (2k,) the k style features of A's answer, then of B's; null where they are not known. */
  style: ArrayLike<number> | null;
};

/** Columns of `length` rows, oldest first (rows without a time keep their place). Never changed. */
export type Battles = {
  readonly length: number;
  /** Ascending; `a` and `b` are places in it. */
  readonly models: readonly string[];
  readonly judges: readonly string[];
  readonly languages: readonly string[];
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** A place in `winners`. */
  readonly outcome: Uint8Array;
  /** Unix time, s; NaN where unknown. */
  readonly time: Float64Array;
  /** A place in `judges`; -1 where unknown, or not asked for. */
  readonly judge: Int32Array;
  /** A place in `languages`; -1 where unknown. */
  readonly language: Int32Array;
  readonly anonymous: Uint8Array;
  readonly categories: Uint32Array;
  /** 0 where unknown. */
  readonly prompt: Float64Array;
  readonly features: readonly string[];
  /** (length, 2k) the k features of A's answer, then of B's; NaN where unknown. */
  readonly style: Float32Array;
};
