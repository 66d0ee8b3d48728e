/** @file Tools, from OpenAI's official client to Gemini's own API and back. */
import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";
import { signature } from "../../support/gemini-answers.ts";
import { startGemini } from "../../support/gemini-worker.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];
const parameters = { type: "object", properties: { city: { type: "string" } } };
const tools = [{ type: "function" as const, function: { name: "weather", parameters } }];

describe("OpenAI's client", () => {
  test("calls tools, and what Gemini signed goes back with the result", async () => {
    const { openai, stub } = await startGemini({ upstreamModel: "gemini-3-pro-preview" });
    const stream = openai.chat.completions.stream({ model: "m", messages, tools });
    const [choice] = (await stream.finalChatCompletion()).choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    const [call] = choice?.message.tool_calls ?? [];
    expect(call?.function).toMatchObject({ name: "weather", arguments: '{"city":"Oslo"}' });
    const results: ChatCompletionMessageParam[] = [
      { role: "assistant", content: null, tool_calls: call ? [call] : [] },
      { role: "tool", tool_call_id: call?.id ?? "", content: "raining" },
    ];
    const asked = { model: "m", messages: [...messages, ...results], tools };
    const answer = await openai.chat.completions.create(asked);
    expect(answer.choices[0]?.message.content).toBe("It is raining");
    expect(stub.asked[1]?.body.contents).toEqual([
      { role: "user", parts: [{ text: "Say hello" }] },
      {
        role: "model",
        parts: [
          {
            functionCall: { name: "weather", args: { city: "Oslo" } },
            thoughtSignature: signature,
          },
        ],
      },
      {
        role: "user",
        parts: [{ functionResponse: { name: "weather", response: { result: "raining" } } }],
      },
    ]);
  });

  test("brings calls of another model along: Gemini 3 takes them unsigned", async () => {
    const { openai, stub } = await startGemini({ upstreamModel: "gemini-3-pro-preview" });
    const call = (id: string) => ({
      id,
      type: "function" as const,
      function: { name: "weather", arguments: "{}" },
    });
    const turns: ChatCompletionMessageParam[] = [
      ...messages,
      { role: "assistant", tool_calls: [call("a"), call("b")] },
      { role: "tool", tool_call_id: "a", content: "1" },
      { role: "tool", tool_call_id: "b", content: "2" },
    ];
    const answer = await openai.chat.completions.create({ model: "m", messages: turns, tools });
    expect(answer.choices[0]?.message.content).toBe("It is 1");
    const [, calls, results] = (stub.asked[0]?.body.contents ?? []) as { parts: object[] }[];
    expect(calls?.parts.map((part) => "thoughtSignature" in part)).toEqual([true, false]);
    expect(results?.parts).toHaveLength(2);
  });

  test("gets one call where it wants one at a time, and two otherwise", async () => {
    const { openai } = await startGemini();
    const both = [{ role: "user" as const, content: "both" }];
    const counts = [true, false].map(async (parallel_tool_calls) => {
      const asked = { model: "m", messages: both, tools, parallel_tool_calls };
      const [choice] = (await openai.chat.completions.create(asked)).choices;
      return choice?.message.tool_calls?.length;
    });
    expect(await Promise.all(counts)).toEqual([2, 1]);
  });

  test.each([
    ["none", { mode: "NONE" }],
    ["auto", { mode: "AUTO" }],
    ["required", { mode: "ANY" }],
    [
      { type: "function", function: { name: "weather" } },
      { mode: "ANY", allowedFunctionNames: ["weather"] },
    ],
  ] as const)("chooses tools with %j", async (tool_choice, functionCallingConfig) => {
    const { openai, stub } = await startGemini();
    const two = [...tools, { type: "function" as const, function: { name: "time" } }];
    await openai.chat.completions.create({ model: "m", messages, tools: two, tool_choice });
    expect(stub.asked[0]?.body).toMatchObject({
      tools: [{ functionDeclarations: [{ name: "weather" }, { name: "time" }] }],
      toolConfig: { functionCallingConfig },
    });
  });
});
