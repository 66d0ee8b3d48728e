import { describe, expect, test } from "vitest";
import { answerLines, chatForm } from "../../../src/dialects/ollama/answer-lines.ts";
import { withoutLatest } from "../../../src/dialects/ollama/models.ts";
import type { AnswerEvent } from "../../../src/protocol/answer.ts";
import { finished, spoken } from "../answers.ts";

async function linesOf(events: AnswerEvent[]) {
  const lines = [];
  for await (const line of answerLines("m", chatForm, spoken(events), () => {}))
    lines.push(JSON.parse(line));
  return lines;
}

describe("answerLines", () => {
  test("tells a call once its arguments are complete: when the next begins, or at the end", async () => {
    const [first, second] = [
      { index: 0, id: "a", name: "f", arguments: '{"x":' },
      { index: 1, id: "b", name: "g", arguments: "" },
    ];
    const lines = await linesOf([
      { choice: 0, toolCalls: [first as NonNullable<typeof first>] },
      { choice: 0, toolCalls: [{ index: 0, arguments: "1}" }] },
      { choice: 0, toolCalls: [second as NonNullable<typeof second>] },
      finished("tool_calls"),
    ]);
    expect(lines.map(({ message }) => message.tool_calls ?? [])).toEqual([
      [{ id: "a", function: { index: 0, name: "f", arguments: { x: 1 } } }],
      [{ id: "b", function: { index: 1, name: "g", arguments: {} } }],
      [],
    ]);
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: "stop" });
  });

  test("has no line for events that say nothing", async () => {
    const progress = { total: 1, cached: 0, processed: 1, ms: 1 };
    expect(await linesOf([{ choice: 0, progress }, finished("length")])).toMatchObject([
      { done: true, done_reason: "length", prompt_eval_count: 10, eval_count: 5 },
    ]);
  });
});

describe("withoutLatest", () => {
  const isKnown = (name: string) => ["a", "b:latest", "c:7b"].includes(name);
  test.for([
    ["a", "a"],
    ["a:latest", "a"],
    ["b:latest", "b:latest"],
    ["c:7b", "c:7b"],
    ["d:1b", "d:1b"],
  ])("%s is %s", ([name, own]) => {
    expect(withoutLatest(name ?? "", isKnown)).toBe(own);
  });
});
