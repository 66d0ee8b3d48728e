/** @file What is written in a format is read from it as it was. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Conversation, LessonMessage } from "../../../src/data/conversation.ts";
import { readRow } from "../../../src/data/formats/row-format.ts";
import { toRow } from "../../../src/data/formats/write-row.ts";
import { BadRow } from "../../../src/files/bad-row.ts";
import { chat, talk } from "../chats.ts";

const text = fc.string({ unit: "binary", minLength: 1 });
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

const plain = fc
  .array(fc.tuple(text, text), { minLength: 1, maxLength: 4 })
  .map((pairs) => talk(...pairs.flat()));

/** A question, a call, its answer, and what is made of it. */
const withTool = fc
  .record({
    ask: text,
    before: fc.oneof(fc.constant(null), text),
    args: fc.dictionary(fc.string(), fc.nat()),
    result: text,
    answer: text,
  })
  .map(({ ask, before, args, result, answer }): LessonMessage[] => {
    const called = { name: "f", arguments: JSON.stringify(args) };
    const call = { id: "call_1", type: "function" as const, function: called };
    return [
      { role: "user", content: ask },
      { role: "assistant", content: before, tool_calls: [call] },
      { role: "tool", content: result, tool_call_id: "call_1" },
      { role: "assistant", content: answer, weight: 0.5, reasoning_content: "so" },
    ];
  });

const conversations = fc
  .record({
    messages: fc.oneof(plain, withTool),
    system: fc.oneof(
      fc.constant(null),
      text.filter((one) => one.trim() !== ""),
    ),
    id: fc.oneof(fc.constant(null), text),
    model: fc.oneof(fc.constant(null), text),
  })
  .map(({ messages, system, id, model }) => {
    const first: LessonMessage[] = system === null ? [] : [{ role: "system", content: system }];
    const usesTools = messages.some(({ role }) => role === "tool");
    const tools = usesTools ? [{ type: "function" as const, function: { name: "f" } }] : null;
    return chat([...first, ...messages], { id, model, tools });
  });

const again = (conversation: Conversation, format: "sharegpt" | "openai" | "alpaca") =>
  readRow(json(toRow(conversation, format)), conversation.place);

describe("a conversation", () => {
  test.for(["sharegpt", "openai"] as const)("survives %s", (format) => {
    fc.assert(
      fc.property(conversations, (conversation) => {
        expect(again(conversation, format)).toEqual({ ...conversation, format });
      }),
    );
  });

  test("of questions and answers survives Alpaca", () => {
    fc.assert(
      fc.property(plain, (messages) => {
        fc.pre(messages.at(-2)?.content?.toString().trim() !== "");
        expect(again(chat(messages), "alpaca").messages).toEqual(messages);
      }),
    );
  });

  test("has FastChat's form", () => {
    const messages: LessonMessage[] = [{ role: "system", content: "s" }, ...talk("q", "a")];
    expect(toRow(chat(messages, { id: "x", model: "m" }), "sharegpt")).toEqual({
      id: "x",
      model: "m",
      system: "s",
      conversations: [
        { from: "human", value: "q" },
        { from: "gpt", value: "a" },
      ],
    });
  });

  test.for<[LessonMessage[], Partial<Conversation>, string]>([
    [
      talk("q", "a"),
      { tools: [{ type: "function", function: { name: "f" } }] },
      "Alpaca's format has no tools",
    ],
    [
      [
        { role: "user", content: "q" },
        { role: "assistant", content: "a", weight: 0 },
      ],
      {},
      "Alpaca's format has no weights",
    ],
    [talk("q"), {}, "Alpaca's format has only questions and answers in turn"],
    [[], {}, "Alpaca's format has only questions and answers in turn"],
    [
      [...talk("q", "a"), { role: "assistant", content: "b" }, ...talk("r")],
      {},
      "Alpaca's format has only questions and answers in turn",
    ],
  ])("that Alpaca has no place for is refused: %j", ([messages, more, words]) => {
    expect(() => toRow(chat(messages, more), "alpaca")).toThrow(new BadRow(words));
  });
});
