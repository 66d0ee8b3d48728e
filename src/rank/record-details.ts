/** @file The larger columns of a record: read when first asked for, since most rankings ask for none. */
import { BattleRecord } from "../protocol/battle.ts";
import { BadRow, checked, type Row } from "./bad-row.ts";
import type { Conversations } from "./conversation.ts";

const ConversationColumns = BattleRecord.pick({ conversation_a: true, conversation_b: true });
const TagColumns = BattleRecord.pick({
  turn: true,
  conv_metadata: true,
  is_code: true,
  is_refusal: true,
  is_preset: true,
  dedup_tag: true,
  category_tag: true,
});

/** @throws {BadRow} from any property: its column is there, but is not what it should be. */
export class RecordDetails {
  readonly #row: Row;
  #conversations: Conversations | null | undefined;
  #tags: ReturnType<typeof readTags> | undefined;

  constructor(row: Row) {
    this.#row = row;
  }

  /** Null unless both sides' are there. */
  get conversations(): Conversations | null {
    if (this.#conversations === undefined) this.#conversations = readConversations(this.#row);
    return this.#conversations;
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

function readTags(row: Row) {
  return checked(TagColumns, unpacked(row, ["conv_metadata", "dedup_tag", "category_tag"]));
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
