/** @file The texts of the Arena's battles, for those who may see them: kept beside the log, not in it. */
import type { Seat } from "../protocol/arena.ts";
import type { BattleRecord, Turn } from "../protocol/battle.ts";
import type { StoredChat } from "../store/arena-chat.ts";
import type { ArenaStore } from "../store/arena-store.ts";
import type { ArenaBattles, CastVote } from "./arena-battles.ts";

/** A vote as it is released: why it does not count, where it does not. */
export function releasedRecord(battles: ArenaBattles, vote: CastVote): BattleRecord {
  const hold = battles.holdOf(vote);
  return hold === null ? vote.record : { ...vote.record, quarantine: hold };
}

/** The same with both conversations, where the voter agreed to that and they are still there. */
export function recordWithTexts(
  store: ArenaStore,
  battles: ArenaBattles,
  vote: CastVote,
): BattleRecord {
  const record = releasedRecord(battles, vote);
  const chat = mayShow(battles, vote) ? store.chat(vote.chat) : undefined;
  if (chat === undefined) return record;
  const [a, b] = (["a", "b"] as const).map((seat) => conversationOf(chat, seat));
  return { ...record, conversation_a: a, conversation_b: b };
}

/** What moderation flagged is nobody's to read. */
export function mayShow(battles: ArenaBattles, vote: CastVote): boolean {
  return battles.isPublic(vote) && !vote.tags.includes("flagged");
}

/** What was said on one side, up to its last answer; turns that were never answered are left out. */
function conversationOf(chat: StoredChat, seat: Seat): Turn[] {
  const { system, history } = chat.settings;
  const before = system === null ? history : [{ role: "system", content: system }, ...history];
  const answers = new Map(
    chat.answers.filter((one) => one.seat === seat).map((one) => [one.turn, one.text]),
  );
  const turns = chat.prompts.flatMap(({ text }, turn) => {
    const answer = answers.get(turn);
    if (answer === undefined) return [];
    return [
      { role: "user", content: text },
      { role: "assistant", content: answer },
    ];
  });
  return [...before, ...turns];
}
