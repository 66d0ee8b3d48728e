/** @file A record of one battle, whoever wrote it, becomes the battle that is rated. */
import type { z } from "zod";
import { BadRow, checked, type Row } from "../files/bad-row.ts";
import { type DetectLanguage, languageName } from "../files/language.ts";
import { BattleRecord, winnerNames } from "../protocol/battle.ts";
import type { Battle } from "../rating/battles.ts";
import { categoryBits } from "../rating/categories.ts";
import { promptHash } from "../rating/deduplication.ts";
import { answerStyle } from "./answer-style.ts";
import { categoryFacts } from "./category-facts.ts";
import { textOf, turnsOf } from "./conversation.ts";
import { RecordDetails } from "./record-details.ts";
import { toUnixTime } from "./unix-time.ts";

/** What is looked up beside who met whom and who won. */
export type Wanted = {
  features: readonly string[];
  withCategories: boolean;
  withPrompts: boolean;
  withJudges: boolean;
  /** Null: only what the file says. */
  detectLanguage: DetectLanguage | null;
};

/** @throws {BadRow} it cannot be rated. */
export function toBattle(row: Row, wanted: Wanted): Battle {
  const record = isPlain(row) ? row : checked(Essentials, row);
  const { model_a, model_b } = record;
  if (model_a === model_b) throw new BadRow(`model_a and model_b are both ${model_a}`);
  const battle: Battle = {
    modelA: model_a,
    modelB: model_b,
    winner: winnerNames[record.winner],
    time: timeOf(record),
    judge: record.judge ?? record.judge_hash ?? null,
    anonymous: record.anony ?? true,
    language: languageName(record.language ?? ""),
    categories: 0,
    prompt: 0,
    style: null,
  };
  addDetails(battle, row, wanted);
  return battle;
}

/** The columns without which nothing is known, or which every filter may ask for. */
const Essentials = BattleRecord.pick({
  model_a: true,
  model_b: true,
  winner: true,
  judge: true,
  judge_hash: true,
  anony: true,
  language: true,
  tstamp: true,
  timestamp: true,
  quarantine: true,
});
/** As in the file, or as the schema has changed it. */
type Essentials = z.input<typeof Essentials>;

const spellings: ReadonlySet<unknown> = new Set(Object.keys(winnerNames));

/**
 * Whether the schema would find nothing to say. Nearly all rows are so, and the schema takes
 * longer for one than reading it does.
 */
function isPlain(row: Row): row is Essentials {
  return (
    isName(row.model_a) &&
    isName(row.model_b) &&
    spellings.has(row.winner) &&
    isTextOrNone(row.judge) &&
    isTextOrNone(row.judge_hash) &&
    isTextOrNone(row.language) &&
    (typeof row.anony === "boolean" || row.anony == null) &&
    (Number.isFinite(row.tstamp) || row.tstamp == null) &&
    isTextOrNone(row.timestamp) &&
    isTextOrNone(row.quarantine)
  );
}

const isName = (value: unknown) => typeof value === "string" && value !== "";
const isTextOrNone = (value: unknown) => typeof value === "string" || value == null;

function timeOf({ tstamp, timestamp }: Essentials): number {
  const stated = tstamp ?? timestamp ?? null;
  if (stated === null) return Number.NaN;
  const time = toUnixTime(stated);
  if (Number.isNaN(time))
    throw new BadRow("timestamp: must be Unix time, or like 2025-07-01T12:00");
  return time;
}

/** What takes reading more of the row than its plain columns. */
function addDetails(battle: Battle, row: Row, wanted: Wanted): void {
  const details = new RecordDetails(row);
  if (wanted.detectLanguage && battle.language === null) {
    const [question] = turnsOf(details.conversations?.[0] ?? [], "user");
    battle.language = wanted.detectLanguage(textOf(question?.content));
  }
  if (wanted.features.length > 0) battle.style = answerStyle(wanted.features, details);
  if (wanted.withCategories) battle.categories = categoryBits(categoryFacts(battle, details));
  if (wanted.withPrompts) battle.prompt = promptOf(details);
}

/** What the user of conversation A said, each turn and a newline: FastChat's `deduplication.py`. */
function promptOf({ conversations, tags }: RecordDetails): number {
  if (tags.prompt_hash) return tags.prompt_hash;
  const prompts = turnsOf(conversations?.[0] ?? [], "user").map(({ content }) => textOf(content));
  return prompts.length === 0 ? 0 : promptHash(prompts.map((text) => `${text}\n`).join(""));
}
