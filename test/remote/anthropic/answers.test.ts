/** @file OpenAI's and Ollama's clients in front of a server that speaks Anthropic's API. */
import { describe, expect, test } from "vitest";
import {
  messages,
  startInFrontOfAnthropic as start,
  ways,
  weather,
} from "../../support/anthropic-worker.ts";
import { png, pngUrl } from "../../support/pictures.ts";

describe.each(ways)("OpenAI's client (streams: $streams)", (way) => {
  test("is answered, and told what was used", async () => {
    const { openai, stub } = await start(way);
    const answer = await openai.chat.completions.create({ model: "m", messages });
    expect(answer.choices[0]?.message.content).toBe("Hello there");
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    // What was read from the cache, and what was written to it, is part of the prompt.
    expect(answer.usage).toMatchObject({
      prompt_tokens: 14,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 6 },
    });
    expect(stub.bodies).toEqual([
      {
        model: "claude-sonnet-4-5",
        messages: [{ role: "user", content: [{ type: "text", text: "Say hello" }] }],
        max_tokens: 4096,
        stream: way.streams,
      },
    ]);
    expect(stub.headers).toMatchObject({
      "x-api-key": "sk-ant-1",
      "anthropic-version": "2023-06-01",
    });
  });

  test("calls a tool, and tells its result", async () => {
    const { openai, stub } = await start(way);
    const asked = { model: "m", messages, tools: [weather] };
    const [choice] = (await openai.chat.completions.create(asked)).choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    expect(choice?.message.content).toBe("Let me look.");
    const calls = choice?.message.tool_calls ?? [];
    expect(calls).toMatchObject([
      { type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
    ]);
    const told = await openai.chat.completions.create({
      ...asked,
      messages: [
        { role: "system", content: "Be brief." },
        ...messages,
        { role: "assistant", content: null, tool_calls: calls },
        { role: "tool", tool_call_id: calls[0]?.id ?? "", content: "sunny" },
        { role: "developer", content: "No jokes." },
        { role: "user", content: "Well?" },
      ],
    });
    expect(told.choices[0]?.message.content).toBe("It is sunny.");
    const { system, messages: turns } = stub.bodies[1] as { system: string; messages: unknown[] };
    expect(system).toBe("Be brief.\n\nNo jokes.");
    expect(turns.slice(1)).toEqual([
      {
        role: "assistant",
        content: [{ type: "tool_use", id: calls[0]?.id, name: "weather", input: { city: "Oslo" } }],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: calls[0]?.id, content: "sunny" },
          { type: "text", text: "Well?" },
        ],
      },
    ]);
  });

  test("calls a tool that takes nothing with an empty object", async () => {
    const { openai } = await start(way);
    const tools = [{ type: "function" as const, function: { name: "now" } }];
    const { choices } = await openai.chat.completions.create({ model: "m", messages, tools });
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "now", arguments: "{}" },
    });
  });

  test("shows a picture", async () => {
    const { openai } = await start(way);
    const content = [{ type: "image_url" as const, image_url: { url: pngUrl } }];
    const asked = { model: "m", messages: [{ role: "user" as const, content }] };
    const { choices } = await openai.chat.completions.create(asked);
    expect(choices[0]?.message.content).toBe("I see image/png.");
  });

  test("is told thoughts, with an effort or a budget", async () => {
    const { openai, stub } = await start(way);
    const asked = { model: "m", messages, temperature: 0.3, top_k: 40 };
    const { choices } = await openai.chat.completions.create({ ...asked, reasoning_effort: "low" });
    expect(choices[0]?.message).toMatchObject({ content: "Hello there", reasoning_content: "Hm" });
    expect(stub.bodies[0]).toMatchObject({
      thinking: { type: "enabled", budget_tokens: 2048 },
      max_tokens: 4096 + 2048,
    });
    const tight = { ...asked, max_tokens: 1500, thinking_budget_tokens: 4000 };
    await openai.chat.completions.create(tight);
    expect(stub.bodies[1]).toMatchObject({
      thinking: { type: "enabled", budget_tokens: 1499 },
      max_tokens: 1500,
    });
  });

  test("gets two choices by two requests", async () => {
    const { openai, stub } = await start(way);
    const { choices, usage } = await openai.chat.completions.create({ model: "m", messages, n: 2 });
    const said = choices.map(({ index, message: { content } }) => [index, content]);
    expect(said).toEqual([
      [0, "Hello there"],
      [1, "Hello there"],
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 14, completion_tokens: 4 });
    expect(stub.bodies).toHaveLength(2);
  });

  test("stops at its strings, and at its limit", async () => {
    const { openai } = await start(way);
    const asked = { model: "m", messages };
    const stopped = await openai.chat.completions.create({ ...asked, stop: [" there"] });
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: "Hello" },
    });
    const cut = await openai.chat.completions.create({ ...asked, max_completion_tokens: 2 });
    expect(cut.choices[0]?.finish_reason).toBe("length");
  });
});

describe("Ollama's client", () => {
  test("is answered, with thoughts and a picture", async () => {
    const { ollama, stub } = await start();
    const thinking = await ollama.chat({ model: "m", messages, think: true });
    expect(thinking.message).toMatchObject({ content: "Hello there", thinking: "Hm" });
    expect(thinking.prompt_eval_count).toBe(14);
    const images = [png.toString("base64")];
    const shown = [{ role: "user", content: "What is it?", images }];
    const parts = await ollama.chat({ model: "m", messages: shown, stream: true });
    let text = "";
    for await (const { message } of parts) text += message.content;
    expect(text).toBe("I see image/png.");
    expect(stub.bodies).toHaveLength(2);
  });

  test("calls a tool, and tells its result", async () => {
    const { ollama } = await start();
    const first = await ollama.chat({ model: "m", messages, tools: [weather] });
    expect(first.message.tool_calls?.[0]?.function).toMatchObject({
      name: "weather",
      arguments: { city: "Oslo" },
    });
    const result = { role: "tool", content: "sunny", tool_name: "weather" };
    const second = await ollama.chat({
      model: "m",
      messages: [...messages, first.message, result],
      tools: [weather],
    });
    expect(second.message.content).toBe("It is sunny.");
  });
});
