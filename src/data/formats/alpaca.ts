/**
 * @file Alpaca's format: one question (`instruction`, and what it is about in `input`), one answer
 * (`output`); some files have `system` and earlier turns as `history` of [question, answer] beside.
 */
import { BadRow, type Row } from "../../files/bad-row.ts";
import { type Conversation, type LessonMessage, textOf } from "../conversation.ts";
import { nestedIn, prefixed, textIn } from "./fields.ts";
import { withSystem } from "./share-gpt.ts";

/** The question is `instruction`, and behind an empty line `input` where there is any. */
export function readAlpaca(row: Row): LessonMessage[] {
  const asked = textIn(row, "instruction") ?? "";
  const input = textIn(row, "input") ?? "";
  const output = textIn(row, "output");
  if (output === null) throw new BadRow("output: is missing");
  const question = input.trim() === "" ? asked : `${asked}\n\n${input}`;
  if (question.trim() === "") throw new BadRow("instruction: must not be empty");
  const messages = [...historyOf(row), ...pair(question, output)];
  return withSystem(textIn(row, "system"), messages);
}

function historyOf(row: Row): LessonMessage[] {
  const history = nestedIn(row, "history") ?? [];
  if (!Array.isArray(history)) throw new BadRow("history: must be a list");
  return history.flatMap((turn: unknown, i) => prefixed(`history[${i}]`, () => readPair(turn)));
}

function readPair(turn: unknown): LessonMessage[] {
  const [question, answer] = Array.isArray(turn) ? turn : [];
  if (typeof question === "string" && typeof answer === "string") return pair(question, answer);
  throw new BadRow("must be a question and its answer");
}

const pair = (question: string, answer: string): LessonMessage[] => [
  { role: "user", content: question },
  { role: "assistant", content: answer },
];

/** @throws {BadRow} it is more than questions and answers in turn. */
export function toAlpaca({ messages, tools }: Conversation): Row {
  const [first] = messages;
  const system = first?.role === "system" ? textOf(first) : null;
  const spoken = system === null ? messages : messages.slice(1);
  assertPairs(spoken, tools !== null);
  const texts = spoken.map(textOf);
  const history = texts.slice(0, -2);
  return {
    instruction: texts.at(-2),
    input: "",
    output: texts.at(-1),
    ...(system !== null && { system }),
    ...(history.length > 0 && { history: chunked(history) }),
  };
}

function assertPairs(messages: readonly LessonMessage[], hasTools: boolean): void {
  if (hasTools || messages.some((message) => "tool_calls" in message && message.tool_calls?.length))
    throw new BadRow("Alpaca's format has no tools");
  if (messages.some(({ weight = 1 }) => weight !== 1))
    throw new BadRow("Alpaca's format has no weights");
  const alternates = messages.every(({ role }, i) => role === (i % 2 ? "assistant" : "user"));
  if (!alternates || messages.length === 0 || messages.length % 2 === 1)
    throw new BadRow("Alpaca's format has only questions and answers in turn");
}

const chunked = (texts: readonly string[]) =>
  texts.flatMap((text, i) => (i % 2 ? [] : [[text, texts[i + 1]]]));
