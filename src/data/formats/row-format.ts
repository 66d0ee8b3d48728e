/** @file A row becomes a conversation; which format it has, its keys tell. */

import { UsageError } from "../../errors/usage-error.ts";
import { BadRow, type Row } from "../../files/bad-row.ts";
import type { TableLayout } from "../../files/table-layout.ts";
import type { Conversation, ConversationFormat } from "../conversation.ts";
import { readAlpaca } from "./alpaca.ts";
import { isRow, textIn } from "./fields.ts";
import { readShareGpt } from "./share-gpt.ts";
import { readTools } from "./tool-calls.ts";
import { readTurns } from "./turns.ts";

type Spoken = Pick<Conversation, "messages">["messages"];

/** The key that tells, its format, and who reads it. */
const formats: [key: string, format: ConversationFormat, read: (row: Row) => Spoken][] = [
  ["conversations", "sharegpt", (row) => readShareGpt(row, "conversations")],
  ["messages", "openai", (row) => readTurns(row, "messages")],
  ["conversation", "openai", (row) => readTurns(row, "conversation")],
  ["instruction", "alpaca", readAlpaca],
];

/** @throws {BadRow} it is no conversation; the message names the field. */
export function readRow(row: unknown, place: string): Conversation {
  if (!isRow(row)) throw new BadRow("must be an object");
  const found = formats.find(([key]) => row[key] !== undefined && row[key] !== null);
  if (!found) throw new BadRow("has none of conversations, messages and instruction");
  const [, format, read] = found;
  const messages = read(row);
  return {
    id: nameIn(row, "id") ?? nameIn(row, "conversation_id"),
    messages,
    tools: readTools(row),
    model: textIn(row, "model"),
    language: textIn(row, "language") ?? textIn(row, "lang"),
    place,
    format,
    ...(hasPlugins(row) && { plugins: true }),
  };
}

const hasPlugins = ({ plugins }: Row) =>
  Array.isArray(plugins) ? plugins.length > 0 : Boolean(plugins);

/** Many files count their rows. */
function nameIn(row: Row, field: string): string | null {
  const value = row[field];
  return typeof value === "number" ? String(value) : textIn(row, field);
}

const columns = [
  ...["id", "conversation_id", "model", "language", "lang", "system", "tools", "functions"],
  ...["conversations", "messages", "conversation", "instruction", "input", "output", "history"],
];

/** Tables, too, may hold conversations: Parquet as lists, CSV as JSON in its cells. */
export const conversationTable: TableLayout = {
  named(names, file) {
    const trimmed = names.map((name) => name.trim());
    if (formats.some(([key]) => trimmed.includes(key))) return trimmed;
    throw new UsageError(
      `${file} has none of the columns conversations, messages and instruction.`,
    );
  },
  needed: (names) => names.filter((name) => columns.includes(name)),
  typed: (_, cell) => (cell === "" ? null : cell),
};
