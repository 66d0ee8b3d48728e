/**
 * @file What people preferred, as training reads it: of two answers to one conversation the better
 * and the worse one, or each answer with a thumb up or down.
 *
 * Source: TRL's dataset formats (`prompt`, `chosen`, `rejected`; `prompt`, `completion`, `label`).
 */
import { createHash } from "node:crypto";
import type { BattleRecord, Turn } from "../protocol/battle.ts";
import { randomStream } from "../rating/random.ts";
import type { Dropped } from "./dropped.ts";
import { turnText } from "./turn-text.ts";

export type Message = { role: string; content: string };

/** One conversation with the two answers it got, and who was preferred. */
export type Judged = {
  prompt: Message[];
  a: Message[];
  b: Message[];
  winner: BattleRecord["winner"];
};

type DpoRow = { prompt: Message[]; chosen: Message[]; rejected: Message[] };
type KtoRow = { prompt: Message[]; completion: Message[]; label: boolean };
export type PreferenceRow = DpoRow | KtoRow;

export const preferenceFormats = ["dpo", "kto"] as const;
export type PreferenceFormat = (typeof preferenceFormats)[number];

/**
 * Battles that may be learned from. Left out is, and counted by rule: what is held back, what names
 * were known in, what nobody agreed to publish (it has no texts), what has no whole answer.
 */
export async function* judgedBattles(
  records: AsyncIterable<BattleRecord>,
  dropped: Dropped,
): AsyncGenerator<Judged, void> {
  for await (const record of records) {
    const found = toJudged(record);
    if (typeof found === "string") dropped(found, String(record.question_id ?? record.id ?? ""));
    else yield found;
  }
}

/** The rows of a format; those that were there before are left out, and ties by DPO. */
export async function* preferenceRows(
  judged: AsyncIterable<Judged>,
  format: PreferenceFormat,
  dropped: Dropped,
): AsyncGenerator<PreferenceRow, void> {
  const seen = new Set<string>();
  for await (const one of judged) {
    const rows = format === "dpo" ? toDpo(one) : toKto(one);
    if (rows.length === 0) dropped("a tie", "");
    for (const row of rows) {
      const key = digestOf(row);
      if (seen.has(key)) dropped("the same row", "");
      else yield row;
      seen.add(key);
    }
  }
}

/**
 * Whether rows of this prompt are for testing. The prompt alone decides, with the seed: none is on
 * both sides, and what is added later moves no other.
 *
 * @param share of the prompts, about.
 */
export function isForTest(prompt: readonly Message[], share: number, seed: number): boolean {
  const digest = createHash("sha256").update(JSON.stringify(prompt)).digest();
  return randomStream(seed, digest.readInt32LE())() < share;
}

const notWhole = "without a whole answer";

/** The battle, or the rule that keeps it out. */
function toJudged(record: BattleRecord): Judged | string {
  if (record.quarantine) return "held back";
  if (record.anony === false) return "with known names";
  const { conversation_a: a, conversation_b: b, winner } = record;
  if (!a || !b) return "without texts";
  const [ofA, ofB] = [a, b].map(toMessages);
  if (!ofA || !ofB) return notWhole;
  const shared = sharedLength(ofA, ofB);
  const [prompt, restA, restB] = [ofA.slice(0, shared), ofA.slice(shared), ofB.slice(shared)];
  if (![restA, restB].every(isAnswer) || prompt.at(-1)?.role !== "user") return notWhole;
  if (JSON.stringify(restA) === JSON.stringify(restB)) return "with equal answers";
  return { prompt, a: restA, b: restB, winner };
}

/** Null where a turn has no text. */
function toMessages(turns: readonly Turn[]): Message[] | null {
  const messages = turns.map(({ role, content }) => ({ role, content: turnText(content) }));
  return messages.every(({ content }) => content.trim() !== "") ? messages : null;
}

/** Messages at the beginning that both conversations have: the prompt, with all that both know. */
function sharedLength(a: readonly Message[], b: readonly Message[]): number {
  let length = 0;
  while (a[length] && JSON.stringify(a[length]) === JSON.stringify(b[length])) length++;
  // Where the last question was answered alike, the answer is not part of the prompt.
  while (length > 0 && a[length - 1]?.role !== "user") length--;
  return length;
}

const isAnswer = (messages: readonly Message[]) =>
  messages[0]?.role === "assistant" && messages.at(-1)?.role === "assistant";

function toDpo({ prompt, a, b, winner }: Judged): DpoRow[] {
  if (winner === "model_a") return [{ prompt, chosen: a, rejected: b }];
  if (winner === "model_b") return [{ prompt, chosen: b, rejected: a }];
  return [];
}

/** A tie says nothing of either answer; where both are bad, neither is wanted. */
function toKto({ prompt, a, b, winner }: Judged): KtoRow[] {
  if (winner === "tie") return [];
  return [
    { prompt, completion: a, label: winner === "model_a" },
    { prompt, completion: b, label: winner === "model_b" },
  ];
}

const digestOf = (row: PreferenceRow) =>
  createHash("sha256").update(JSON.stringify(row)).digest("base64");
