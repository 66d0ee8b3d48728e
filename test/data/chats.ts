/** @file Conversations and files of them, for the tests of what is done to them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Conversation, LessonMessage } from "../../src/data/conversation.ts";
import type { Dropped } from "../../src/data/dropped.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-data-"));
let files = 0;

/** A new file; its name ends as given. */
export function fileOf(ending: string, content: string | Uint8Array): string {
  const path = join(folder, `${files++}-${ending}`);
  writeFileSync(path, content);
  return path;
}

export const jsonl = (rows: readonly unknown[]) =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** What the user and the assistant say in turn. */
export function talk(...texts: string[]): LessonMessage[] {
  return texts.map((content, i) => ({ role: i % 2 ? "assistant" : "user", content }));
}

let conversations = 0;

export function chat(messages: LessonMessage[], more: Partial<Conversation> = {}): Conversation {
  const place = `chats.jsonl:${++conversations}`;
  return { id: null, messages, tools: null, model: null, language: null, place, ...more };
}

export async function* streamOf<T>(things: readonly T[]): AsyncGenerator<T, void> {
  yield* things;
}

export async function all<T>(things: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of things) found.push(one);
  return found;
}

type Tool = (source: AsyncIterable<Conversation>, dropped: Dropped) => AsyncIterable<Conversation>;

/** What a tool lets through, and the rules under which it drops the rest. */
export async function through(
  tool: Tool,
  source: readonly Conversation[],
): Promise<{ kept: Conversation[]; rules: string[] }> {
  const rules: string[] = [];
  const kept = await all(tool(streamOf(source), (rule) => rules.push(rule)));
  return { kept, rules };
}
