/** @file Which layout a row has, told by its keys: each is turned into the one that is rated. */

import { BadRow, checked, type Row } from "../files/bad-row.ts";
import { FastChatVoteRecord, fastChatVotes } from "../protocol/battle.ts";
import type { Battle } from "../rating/battles.ts";
import { toBattle, type Wanted } from "./battle-row.ts";
import type { CleaningRule } from "./cleaning-rules.ts";
import { cleanVote, type Dropped } from "./fastchat-log.ts";
import { unfoldOneHot } from "./one-hot-row.ts";

export type Cleaning = {
  /** Rules that are switched off. */
  keep: ReadonlySet<CleaningRule>;
  /** Voters: FastChat's ip, or the name that `judge` has. */
  banned: ReadonlySet<string>;
};

/** A line that is no battle by design: a chat, a share, a vote on one answer alone. */
export const notAVote = Symbol("not a vote");

/** @throws {BadRow} it is meant to be a battle, but cannot be rated. */
export function readRow(
  value: unknown,
  wanted: Wanted,
  cleaning: Cleaning,
): Battle | Dropped | typeof notAVote {
  if (!isRow(value)) throw new BadRow("must be an object");
  if ("winner_model_a" in value) return readRecord(unfoldOneHot(value), wanted, cleaning);
  const isLogLine = !("model_a" in value) && typeof value.type === "string";
  if (!isLogLine) return readRecord(value, wanted, cleaning);
  if (!Object.hasOwn(fastChatVotes, value.type as string)) return notAVote;
  const cleaned = cleanVote(checked(FastChatVoteRecord, value), cleaning.keep);
  return "rule" in cleaned ? cleaned : readRecord(cleaned, wanted, cleaning);
}

const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readRecord(record: Row, wanted: Wanted, { keep, banned }: Cleaning): Battle | Dropped {
  const battle = toBattle(record, wanted);
  if (record.quarantine && !keep.has("quarantined")) return { rule: "quarantined", words: [] };
  if (banned.size > 0 && isBanned(battle.judge, banned) && !keep.has("banned"))
    return { rule: "banned", words: [] };
  return battle;
}

function isBanned(judge: string | null, banned: ReadonlySet<string>): boolean {
  return judge !== null && (banned.has(judge) || banned.has(judge.replace(/^arena_user_/, "")));
}
