/** @file The larger columns of a record: read when first asked for, since most rankings ask for none. */

import { BadRow, checked, type Row } from "../files/bad-row.ts";
import { BattleRecord } from "../protocol/battle.ts";
import type { Conversations } from "./conversation.ts";

const ConversationColumns = BattleRecord.pick({ conversation_a: true, conversation_b: true });
const MetadataColumn = BattleRecord.pick({ conv_metadata: true });
const TagColumns = BattleRecord.pick({
  turn: true,
  is_code: true,
  is_refusal: true,
  is_preset: true,
  dedup_tag: true,
  category_tag: true,
  prompt_hash: true,
});

/** Counts of the two answers by name. */
export type Metadata = BattleRecord["conv_metadata"];

/** @throws {BadRow} from any property: its column is there, but is not what it should be. */
export class RecordDetails {
  readonly #row: Row;
  #conversations: Conversations | null | undefined;
  #tags: ReturnType<typeof readTags> | undefined;
  #metadata: Metadata | undefined;

  constructor(row: Row) {
    this.#row = row;
  }

  /** Null unless both sides' are there. */
  get conversations(): Conversations | null {
    if (this.#conversations === undefined) this.#conversations = readConversations(this.#row);
    return this.#conversations;
  }

  get metadata(): Metadata {
    if (this.#metadata === undefined) this.#metadata = readMetadata(this.#row) ?? null;
    return this.#metadata;
  }

  get tags(): ReturnType<typeof readTags> {
    this.#tags ??= readTags(this.#row);
    return this.#tags;
  }
}

function readConversations(row: Row): Conversations | null {
  const { conversation_a: a, conversation_b: b } = checked(
    ConversationColumns,
    unpacked(row, ["conversation_a", "conversation_b"]),
  );
  return a && b ? [a, b] : null;
}

function readMetadata(row: Row): Metadata {
  const { conv_metadata: value } = row;
  if (isPlainMetadata(value)) return value;
  return checked(MetadataColumn, unpacked(row, ["conv_metadata"])).conv_metadata;
}

/** Whether the schema would find nothing to say: it takes longer for one than parsing it does. */
function isPlainMetadata(value: unknown): value is Metadata {
  if (!isObject(value)) return false;
  for (const name in value) {
    const count = value[name];
    if (typeof count === "number" || count === null) continue;
    if (!isObject(count)) return false;
    for (const kind in count) if (typeof count[kind] !== "number") return false;
  }
  return true;
}

const isObject = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readTags(row: Row) {
  return checked(TagColumns, unpacked(row, ["dedup_tag", "category_tag"]));
}

/** CSV, and some Parquet, hold nested columns as JSON in a text. */
function unpacked(row: Row, columns: readonly string[]): Row {
  const copy = { ...row };
  for (const column of columns) {
    const value = copy[column];
    if (typeof value === "string") copy[column] = parse(value, column);
  }
  return copy;
}

function parse(text: string, column: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRow(`${column}: must be JSON, but is a text that is not`);
  }
}
