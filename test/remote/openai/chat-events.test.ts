/** @file Chunks of servers with habits of their own, as news of an answer. */
import { describe, expect, test } from "vitest";
import { toChatCompletion } from "../../../src/dialects/chat-completions.ts";
import { chatEvents } from "../../../src/remote/openai/chat-events.ts";
import { ChatPiece } from "../../../src/remote/openai/completion-shape.ts";

type Choice = Record<string, unknown>;

async function* pieces(...choices: (Choice | { usage: object })[]) {
  for (const one of choices)
    yield ChatPiece.parse("usage" in one ? { choices: [], ...one } : { choices: [one] });
}

const answerOf = (...choices: (Choice | { usage: object })[]) =>
  toChatCompletion(
    { model: "m", logprobs: false },
    chatEvents(pieces(...choices), "m", () => 7),
    () => {},
  );

describe("chatEvents", () => {
  test.each([
    ["stop", "stop"],
    ["eos_token", "stop"],
    ["stop_sequence", "stop"],
    ["end_turn", "stop"],
    ["length", "length"],
    ["max_tokens", "length"],
    ["model_length", "length"],
    ["tool_calls", "tool_calls"],
    ["function_call", "tool_calls"],
    ["content_filter", "content_filter"],
    ["something new", "stop"],
  ])("tells that it ended with %s as %s", async (said, reason) => {
    const answer = await answerOf({ delta: { content: "a" }, finish_reason: said });
    expect(answer.choices[0]?.finish_reason).toBe(reason);
  });

  test.each(["abort", "error"])("fails where it ended with %s", async (said) => {
    await expect(answerOf({ delta: {}, finish_reason: said })).rejects.toThrow(
      /gave up its answer/,
    );
  });

  test("fails where it never ended", async () => {
    await expect(answerOf({ delta: { content: "a" } })).rejects.toThrow(/complete/);
    await expect(answerOf()).rejects.toThrow(/complete/);
  });

  test("counts all choices once: what the server tells, or what came", async () => {
    const two = [
      { index: 0, delta: { content: "a" }, finish_reason: "stop" },
      { index: 1, delta: { content: "b" }, finish_reason: "length" },
    ];
    const usage = {
      prompt_tokens: 30,
      completion_tokens: 12,
      prompt_tokens_details: { cached_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    const told = await answerOf(...two, { usage });
    expect(told.usage).toMatchObject({ ...usage, total_tokens: 42 });
    expect(told.choices.map(({ finish_reason }) => finish_reason)).toEqual(["stop", "length"]);
    expect((await answerOf(...two)).usage).toMatchObject({
      prompt_tokens: 7,
      completion_tokens: 2,
    });
  });

  test.each([
    ["numbered", [{ index: 0, id: "a" }, { index: 0 }, { index: 1, id: "b" }, { index: 1 }]],
    ["named each time", [{ id: "a" }, { id: "a" }, { id: "b" }, { id: "b" }]],
    ["named once", [{ id: "a" }, {}, { id: "b" }, {}]],
  ])("puts calls together that are %s", async (_, keys) => {
    const halves = ['{"x":', "1}", '{"x":', "1}"];
    const deltas = keys.map((key, i) => {
      const called = { name: i % 2 ? undefined : `f${i / 2}`, arguments: halves[i] };
      return { delta: { tool_calls: [{ ...key, function: called }] } };
    });
    const answer = await answerOf(...deltas, { delta: {}, finish_reason: "tool_calls" });
    const calls = answer.choices[0]?.message.tool_calls ?? [];
    expect(calls.map((call) => call.function)).toEqual([
      { name: "f0", arguments: '{"x":1}' },
      { name: "f1", arguments: '{"x":1}' },
    ]);
  });
});
