/** @file Gemini's own API behind the official clients of Anthropic and Ollama. */
import { describe, expect, test } from "vitest";
import { startGemini } from "../../support/gemini-worker.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];

describe("Anthropic's client", () => {
  test("calls a tool and gets its answer", async () => {
    const { anthropic } = await startGemini();
    const own = [{ name: "weather", input_schema: { type: "object" as const } }];
    const asked = { model: "m", max_tokens: 50, tools: own };
    const called = await anthropic.messages.create({ ...asked, messages });
    expect(called.stop_reason).toBe("tool_use");
    const call = called.content.find((one) => one.type === "tool_use");
    expect(call).toMatchObject({ name: "weather", input: { city: "Oslo" } });
    const result = {
      type: "tool_result" as const,
      tool_use_id: call?.id ?? "",
      content: "raining",
    };
    const answered = await anthropic.messages.create({
      ...asked,
      messages: [
        ...messages,
        { role: "assistant", content: called.content },
        { role: "user", content: [result] },
      ],
    });
    expect(answered.content).toEqual([
      expect.objectContaining({ type: "text", text: "It is raining" }),
    ]);
  });

  test("has its tokens counted by Gemini, instructions among them", async () => {
    const { anthropic } = await startGemini();
    const asked = { model: "m", messages, system: "Be very brief." };
    expect(await anthropic.messages.countTokens(asked)).toMatchObject({ input_tokens: 5 });
  });
});

describe("Ollama's client", () => {
  test("chats", async () => {
    const { ollama } = await startGemini();
    const pieces: string[] = [];
    for await (const { message } of await ollama.chat({ model: "m", messages, stream: true }))
      pieces.push(message.content);
    expect(pieces.join("")).toBe("Hello there");
  });

  test("calls a tool and gets its answer", async () => {
    const { ollama } = await startGemini();
    const own = [
      { type: "function", function: { name: "weather", parameters: { type: "object" } } },
    ];
    const { message } = await ollama.chat({ model: "m", messages, tools: own });
    expect(message.tool_calls?.[0]?.function).toMatchObject({
      name: "weather",
      arguments: { city: "Oslo" },
    });
    const result = { role: "tool", content: "raining", tool_name: "weather" };
    const turns = [...messages, message, result];
    const answer = await ollama.chat({ model: "m", messages: turns, tools: own });
    expect(answer.message.content).toBe("It is raining");
  });
});
