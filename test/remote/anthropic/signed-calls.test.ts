/** @file Signed thoughts behind calls of tools, through dialects that have no place for them. */
import { describe, expect, test } from "vitest";
import type { AnswerEvent } from "../../../src/protocol/answer.ts";
import type { ChatMessage } from "../../../src/protocol/openai.ts";
import { answerEvents } from "../../../src/remote/anthropic/answer-events.ts";
import type { StreamedEvent } from "../../../src/remote/anthropic/message-shape.ts";
import type { SignedCalls } from "../../../src/remote/anthropic/signed-calls.ts";
import { toTurns } from "../../../src/remote/anthropic/turns.ts";
import { RememberedCalls } from "../../../src/remote/remembered-calls.ts";
import {
  messages,
  startInFrontOfAnthropic as start,
  ways,
  weather,
} from "../../support/anthropic-worker.ts";

const thought = { type: "thinking", thinking: "Hm", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" };
const toolId = "toolu_01T1x1fJ34qAmk2tNTrN7Up6";
const turns = [
  { role: "user", content: [{ type: "text", text: "Say hello" }] },
  {
    role: "assistant",
    content: [
      thought,
      { type: "text", text: "Let me look." },
      { type: "tool_use", id: toolId, name: "weather", input: { city: "Oslo" } },
    ],
  },
  { role: "user", content: [{ type: "tool_result", tool_use_id: toolId, content: "sunny" }] },
];
const enabled = { type: "enabled", budget_tokens: 2000 };

describe.each(ways)("a tool's result (streams: $streams)", (way) => {
  test("goes with the thoughts behind its call in OpenAI's chat, and Claude thinks on", async () => {
    const { openai, stub } = await start(way);
    const asked = { model: "m", tools: [weather], thinking_budget_tokens: 2000 };
    const stream = openai.chat.completions.stream({ ...asked, messages });
    const { choices } = await stream.finalChatCompletion();
    const said = choices[0]?.message;
    const id = said?.tool_calls?.[0]?.id ?? "";
    expect(id).toMatch(/^call_[0-9a-f-]{36}$/);
    const called = {
      role: "assistant" as const,
      content: said?.content,
      tool_calls: said?.tool_calls,
    };
    const result = { role: "tool" as const, tool_call_id: id, content: "sunny" };
    const conversation = [...messages, called, result];
    const answer = await openai.chat.completions.create({
      ...asked,
      messages: conversation as ChatMessage[] as never,
    });
    expect(answer.choices[0]?.message.content).toBe("It is sunny.");
    expect(stub.bodies.at(-1)).toMatchObject({ messages: turns, thinking: enabled });
    // The next question finds the whole turn signed, too.
    const more = [...conversation, answer.choices[0]?.message, { role: "user", content: "And?" }];
    await openai.chat.completions.create({ ...asked, messages: more as never });
    expect((stub.bodies.at(-1) as { messages: object[] }).messages.slice(0, 3)).toEqual(turns);
    expect(stub.bodies.at(-1)).toMatchObject({ thinking: enabled });
  });

  test("goes with them in OpenAI's Responses", async () => {
    const { openai, stub } = await start(way);
    const { name, parameters } = weather.function;
    const asked = {
      model: "m",
      tools: [{ type: "function" as const, name, parameters, strict: false }],
      reasoning: { effort: "low" as const },
    };
    const first = await openai.responses.create({ ...asked, input: "Say hello" });
    const call = first.output.find((item) => item.type === "function_call");
    const output = { type: "function_call_output" as const, output: "sunny" };
    const second = await openai.responses.create({
      ...asked,
      previous_response_id: first.id,
      input: [{ ...output, call_id: call?.call_id ?? "" }],
    });
    expect(second.output_text).toBe("It is sunny.");
    expect(stub.bodies.at(-1)).toMatchObject({ messages: turns, thinking: { type: "enabled" } });
  });

  test("goes without where another made the call: nothing of one is shown to another", async () => {
    const [one, other] = [await start(way), await start(way)];
    const asked = { model: "m", tools: [weather], thinking_budget_tokens: 2000 };
    const { choices } = await one.openai.chat.completions.create({ ...asked, messages });
    const said = choices[0]?.message;
    const id = said?.tool_calls?.[0]?.id ?? "";
    const result = { role: "tool" as const, tool_call_id: id, content: "sunny" };
    const conversation = [...messages, said, result] as never;
    const answer = await other.openai.chat.completions.create({ ...asked, messages: conversation });
    expect(answer.choices[0]?.message.content).toBe("It is sunny.");
    expect(other.stub.bodies.at(-1)).not.toHaveProperty("thinking");
    expect(JSON.stringify(other.stub.bodies.at(-1))).not.toContain("signature");
    // Anthropic's own id is no key to them.
    const guessed = [
      ...messages,
      { ...said, tool_calls: said?.tool_calls?.map((call) => ({ ...call, id: toolId })) },
      { ...result, tool_call_id: toolId },
    ] as never;
    await one.openai.chat.completions.create({ ...asked, messages: guessed });
    expect(JSON.stringify(one.stub.bodies.at(-1))).not.toContain("signature");
  });
});

test("an id is Anthropic's own where there was no thought", async () => {
  const { openai } = await start();
  const { choices } = await openai.chat.completions.create({
    model: "m",
    messages,
    tools: [weather],
  });
  expect(choices[0]?.message.tool_calls?.[0]?.id).toBe(toolId);
});

/** The blocks of one message, as they are streamed. */
async function* streamed(blocks: Record<string, unknown>[]): AsyncGenerator<StreamedEvent, void> {
  for (const [index, block] of blocks.entries()) {
    yield eventOf({ type: "content_block_start", index, content_block: block });
    yield eventOf({ type: "content_block_stop", index });
  }
  yield eventOf({ type: "message_stop" });
}
const eventOf = (event: Record<string, unknown>) => event as StreamedEvent;

test("hidden thoughts, and those between calls, come back where they stood; unsigned ones do not", async () => {
  const calls: SignedCalls = new RememberedCalls();
  const use = (id: string) => ({ type: "tool_use", id, name: "weather", input: {} });
  const blocks = [
    { type: "redacted_thinking", data: "c2VjcmV0" },
    { type: "thinking", thinking: "unsigned", signature: "" },
    { type: "text", text: "Let me look." },
    { type: "thinking", thinking: "", signature: "c2ln" },
    use("a"),
    use("b"),
    { type: "thinking", thinking: "Hm", signature: "c2ln" },
    use("c"),
  ];
  const events: AnswerEvent[] = [];
  for await (const event of answerEvents(streamed(blocks), "m", false, () => 1, calls))
    events.push(event);
  const ids = events.flatMap(({ toolCalls }) => toolCalls?.flatMap(({ id }) => id ?? []) ?? []);
  expect(ids.map((id) => id.startsWith("call_"))).toEqual([true, false, true]);
  const message: ChatMessage = {
    role: "assistant",
    content: "Let me look.",
    tool_calls: ids.map((id) => ({
      id,
      type: "function" as const,
      function: { name: "weather", arguments: "{}" },
    })),
  };
  expect(toTurns([message], calls)).toEqual([
    { role: "assistant", content: blocks.filter((_, i) => i !== 1) },
  ]);
});
