/** @file Conversations from a file of any format, one by one: the whole file is never in memory. */
import { UsageError } from "../errors/usage-error.ts";
import { BadRow } from "../files/bad-row.ts";
import { findFiles, type InputFile } from "../files/input-files.ts";
import { readFile } from "../files/read-file.ts";
import type { RowSink } from "../files/row-sink.ts";
import { type FoundRow, pulledRows } from "../files/row-stream.ts";
import type { Conversation } from "./conversation.ts";
import { conversationTable, readRow } from "./formats/row-format.ts";

export type ReadConversationsOptions = {
  /** Takes the sentence about a row that is no conversation, which is left out. */
  onBad?: ((sentence: string) => void) | undefined;
  /** Also what nobody answered; otherwise such a row is bad. */
  withUnanswered?: boolean;
  /** Told how many bytes of how many have been read. */
  onProgress?: (readBytes: number, totalBytes: number) => void;
  /** Told the SHA-256 of the file, in hexadecimal, at its end. */
  onDigest?: (sha256: string) => void;
};

/**
 * Reads ShareGPT, OpenAI and Alpaca rows, also mixed, in JSON, JSON Lines, Parquet or CSV, gzipped
 * or not.
 *
 * @param path `-` is standard input.
 * @throws {UsageError} the file cannot be read or has no rows; without `onBad`, a row is bad:
 *         `chats.jsonl:12: conversations[3].from: 'bot' is not a role (human, gpt, …)`.
 */
export async function* readConversations(
  path: string,
  options: ReadConversationsOptions = {},
): AsyncGenerator<Conversation, void> {
  const [file] = await findFiles([path]);
  if (!file) return;
  let rows = 0;
  for await (const found of pulledRows((sink) => read(file, sink, options))) {
    rows++;
    const conversation = toConversation(found, file, options);
    if (conversation) yield conversation;
  }
  if (rows === 0) throw new UsageError(`${file.name} has no conversations.`);
}

async function read(
  file: InputFile,
  sink: RowSink,
  { onProgress, onDigest }: ReadConversationsOptions,
): Promise<void> {
  const onRead = (bytes: number) => onProgress?.(bytes, file.size);
  const digest = await readFile(file, process.stdin, sink, conversationTable, onRead);
  onDigest?.(digest);
}

function toConversation(
  { value, bad, line, element }: FoundRow,
  file: InputFile,
  { onBad, withUnanswered = false }: ReadConversationsOptions,
): Conversation | null {
  const place = `${file.name}:${line}${element > 0 ? ` (element ${element})` : ""}`;
  try {
    if (bad !== undefined) throw new BadRow(bad);
    const conversation = readRow(value, place);
    if (!withUnanswered) assertAnswered(conversation);
    return conversation;
  } catch (cause) {
    if (!(cause instanceof BadRow)) throw cause;
    const sentence = `${place}: ${cause.message}`;
    if (!onBad) throw new UsageError(sentence, { cause });
    onBad(sentence);
    return null;
  }
}

function assertAnswered({ messages }: Conversation): void {
  if (!messages.some(({ role }) => role === "assistant"))
    throw new BadRow("no message is the assistant's, so there is nothing to learn");
}
