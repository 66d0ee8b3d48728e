/**
 * @file Battles as LMArena publishes them, for release: its columns, with users under salted names.
 *
 * Source: the columns of lmarena-ai/arena-human-preference-140k (July 2025).
 */
import { createHash } from "node:crypto";
import type { BattleRecord, Turn } from "../protocol/battle.ts";
import type { Dropped } from "./dropped.ts";
import { turnText } from "./turn-text.ts";

type Part = { type: "text"; text: string };
type PublishedTurn = { role: string; content: Part[] };

export type HumanPreferenceRow = {
  id: string;
  model_a: string;
  model_b: string;
  winner: BattleRecord["winner"];
  /** Battles of one voter share it; it is no session's own name. */
  evaluation_session_id: string;
  /** Which of the voter's it is, from 1. */
  evaluation_order: number;
  conversation_a: PublishedTurn[];
  conversation_b: PublishedTurn[];
  /** Each question with both its answers. */
  full_conversation: {
    user: PublishedTurn;
    model_side_a: PublishedTurn;
    model_side_b: PublishedTurn;
  }[];
  conv_metadata: BattleRecord["conv_metadata"];
  category_tag: BattleRecord["category_tag"];
  language: string | null;
  is_code: boolean;
  timestamp: string | null;
};

/**
 * Only battles with texts, which is those whose voters agreed; none that is held back.
 *
 * @param salt keeps users from being recognised by who knows their names here.
 */
export async function* humanPreferenceRows(
  records: AsyncIterable<BattleRecord>,
  salt: string,
  dropped: Dropped,
): AsyncGenerator<HumanPreferenceRow, void> {
  const orders = new Map<string, number>();
  for await (const record of records) {
    const { conversation_a: a, conversation_b: b } = record;
    if (record.quarantine) dropped("held back", "");
    else if (!a || !b) dropped("without texts", "");
    else {
      const user = hashOf(salt, record.judge ?? record.judge_hash ?? "");
      const order = (orders.get(user) ?? 0) + 1;
      orders.set(user, order);
      yield toRow(record, [published(a), published(b)], user, order, salt);
    }
  }
}

function toRow(
  record: BattleRecord,
  [a, b]: readonly [PublishedTurn[], PublishedTurn[]],
  user: string,
  order: number,
  salt: string,
): HumanPreferenceRow {
  const { model_a, model_b, winner, conv_metadata, category_tag, language, is_code } = record;
  return {
    id: hashOf(salt, String(record.question_id ?? record.id ?? "")),
    model_a,
    model_b,
    winner,
    evaluation_session_id: user,
    evaluation_order: order,
    conversation_a: a,
    conversation_b: b,
    full_conversation: toRounds(a, b),
    conv_metadata: conv_metadata ?? null,
    category_tag: category_tag ?? null,
    language: language ?? null,
    is_code: is_code ?? false,
    timestamp: toTimestamp(record),
  };
}

/** A name of 32 hexadecimal digits, the same for the same salt. */
const hashOf = (salt: string, name: string) =>
  createHash("sha256").update(`${salt}\n${name}`).digest("hex").slice(0, 32);

const published = (turns: readonly Turn[]): PublishedTurn[] =>
  turns.map(({ role, content }) => ({
    role,
    content: [{ type: "text", text: turnText(content) }],
  }));

function toRounds(a: readonly PublishedTurn[], b: readonly PublishedTurn[]) {
  return a.flatMap((user, i) => {
    const [ofA, ofB] = [a[i + 1], b[i + 1]];
    const isRound = user.role === "user" && ofA?.role === "assistant" && ofB?.role === "assistant";
    return isRound && ofA && ofB ? [{ user, model_side_a: ofA, model_side_b: ofB }] : [];
  });
}

function toTimestamp({ tstamp, timestamp }: BattleRecord): string | null {
  if (typeof tstamp === "number") return new Date(tstamp * 1000).toISOString();
  return timestamp === null || timestamp === undefined ? null : new Date(timestamp).toISOString();
}
