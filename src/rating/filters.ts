/**
 * @file Which battles are rated: one rule after the other, each with a count of what it dropped.
 *
 * The order is that of FastChat's `monitor/elo_analysis.py`; what lies outside the time asked for
 * goes first, so that no other rule looks at it.
 */
import { anomalousVoters } from "./anomalous-voters.ts";
import type { Battles } from "./battles.ts";
import { categoryBit } from "./categories.ts";
import { capDailyVotes } from "./daily-cap.ts";
import { dropFrequentPrompts } from "./deduplication.ts";
import type { Random } from "./random.ts";
import { selectRows } from "./select.ts";

/** What to keep; null and the empty list ask for nothing. */
export type BattleFilter = {
  /** Unix time, s: since ≤ time < until. Battles without a time are dropped when either is asked. */
  since: number | null;
  until: number | null;
  /** A name of `categories`. */
  category: string | null;
  /** English name; capitals do not matter. */
  language: string | null;
  /** Models whose battles are left out. */
  exclude: readonly string[];
  anonymousOnly: boolean;
  /** Votes of one voter that count in a day. */
  dailyCap: number | null;
  /** Thins out too frequent prompts. */
  dedup: boolean;
  /** Leaves out the voters whom `anomalousVoters` flags. */
  dropAnomalous: boolean;
};

export type Filtered = {
  battles: Battles;
  /** Every rule that was asked for, in the order they were applied, and the rows it dropped. */
  dropped: [rule: string, rows: number][];
};

/** @throws {UsageError} there is no such category. */
export function filterBattles(battles: Battles, filter: BattleFilter, random: Random): Filtered {
  const dropped: Filtered["dropped"] = [];
  let kept = battles;
  for (const [rule, keep] of rulesOf(filter, random)) {
    const selected = selectRows(kept, keep(kept));
    dropped.push([rule, kept.length - selected.length]);
    kept = selected;
  }
  return { battles: kept, dropped };
}

/** (length,) 1 for each row that stays. */
type Mask = (battles: Battles) => Uint8Array;

function rulesOf(filter: BattleFilter, random: Random): [rule: string, keep: Mask][] {
  const { since, until, category, language, exclude, dailyCap } = filter;
  const rules: [rule: string, keep: Mask][] = [];
  if (since !== null || until !== null) rules.push(["no_time", keepTimed]);
  if (since !== null) rules.push(["before_since", keepSince(since)]);
  if (until !== null) rules.push(["after_until", keepUntil(until)]);
  if (category !== null) rules.push(["category", keepCategory(category)]);
  if (language !== null) rules.push(["language", keepLanguage(language)]);
  if (exclude.length > 0) rules.push(["excluded_model", keepOthers(exclude)]);
  if (filter.anonymousOnly) rules.push(["named", (battles) => battles.anonymous]);
  if (dailyCap !== null) rules.push(["daily_cap", (battles) => capDailyVotes(battles, dailyCap)]);
  if (filter.dedup)
    rules.push(["frequent_prompt", (battles) => dropFrequentPrompts(battles, random)]);
  if (filter.dropAnomalous) rules.push(["anomalous_voter", keepUnsuspected]);
  return rules;
}

/** A mask from a test of each row. */
function rowsWhere({ length }: Battles, holds: (row: number) => boolean): Uint8Array {
  const keep = new Uint8Array(length);
  for (let row = 0; row < length; row++) if (holds(row)) keep[row] = 1;
  return keep;
}

function keepTimed(battles: Battles): Uint8Array {
  return rowsWhere(battles, (row) => !Number.isNaN(battles.time[row]));
}

function keepSince(since: number): Mask {
  return (battles) => rowsWhere(battles, (row) => battles.time[row] >= since);
}

function keepUntil(until: number): Mask {
  return (battles) => rowsWhere(battles, (row) => battles.time[row] < until);
}

function keepCategory(name: string): Mask {
  const bit = categoryBit(name);
  return (battles) => rowsWhere(battles, (row) => (battles.categories[row] & bit) !== 0);
}

function keepLanguage(name: string): Mask {
  const wanted = name.toLowerCase();
  return (battles) => {
    const isWanted = battles.languages.map((language) => language.toLowerCase() === wanted);
    return rowsWhere(battles, (row) => isWanted[battles.language[row]] === true);
  };
}

function keepOthers(exclude: readonly string[]): Mask {
  const excluded = new Set(exclude);
  return (battles) => {
    const isOut = battles.models.map((model) => excluded.has(model));
    return rowsWhere(battles, (row) => !isOut[battles.a[row]] && !isOut[battles.b[row]]);
  };
}

function keepUnsuspected(battles: Battles): Uint8Array {
  const flagged = anomalousVoters(battles).filter((voter) => voter.flagged);
  const names = new Set(flagged.map(({ judge }) => judge));
  const isOut = battles.judges.map((judge) => names.has(judge));
  return rowsWhere(battles, (row) => isOut[battles.judge[row]] !== true);
}
