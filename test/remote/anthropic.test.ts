/** @file A worker in front of a server that speaks Anthropic's API, asked by clients of every dialect. */
import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import type { RemoteModelOptions } from "../../src/worker/serve-remote.ts";
import { type AnthropicManner, serveAnthropic } from "../support/anthropic-stub.ts";
import { eventually } from "../support/eventually.ts";
import { png, pngUrl } from "../support/pictures.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";

async function start(more: Partial<RemoteModelOptions> = {}) {
  const stub = keep(await serveAnthropic());
  const settings: Partial<RemoteModelOptions> = {
    backend: "anthropic",
    apiKey: "sk-ant-1",
    names: ["m"],
    upstreamModel: "claude-sonnet-4-5",
    ...more,
  };
  const worker = await startRemote([remoteModel(stub, settings)]);
  const openai = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: worker.url, apiKey: "none", maxRetries: 0 });
  return { stub, worker, openai, anthropic, ollama: new Ollama({ host: worker.url }) };
}

const messages = [{ role: "user" as const, content: "Say hello" }];
const weather = {
  type: "function" as const,
  function: {
    name: "weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};
const ways = [{ streams: true }, { streams: false }];

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

describe("OpenAI's client", () => {
  test("gets a stream, piece by piece", async () => {
    const { openai } = await start();
    const stream = openai.chat.completions.stream({
      model: "m",
      messages,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on("content", (delta) => pieces.push(delta));
    const answer = await stream.finalChatCompletion();
    expect(pieces).toEqual(["Hello", " there"]);
    expect(answer.usage?.prompt_tokens).toBe(14);
  });

  test("is given JSON by a schema", async () => {
    const { openai, stub } = await start();
    const schema = { type: "object", properties: { city: { type: "string" } } };
    const response_format = {
      type: "json_schema" as const,
      json_schema: { name: "place", schema },
    };
    const asked = { model: "m", messages, response_format };
    const { choices } = await openai.chat.completions.create(asked);
    expect(choices[0]?.message.content).toBe('{"city":"Oslo"}');
    expect(stub.bodies[0]?.output_config).toEqual({ format: { type: "json_schema", schema } });
  });

  const choices = [
    [{ tool_choice: "required" }, { type: "any" }],
    [{ tool_choice: "none" }, { type: "none" }],
    [{ tool_choice: "auto" }, { type: "auto" }],
    [{ parallel_tool_calls: false }, { type: "auto", disable_parallel_tool_use: true }],
    [
      { tool_choice: { type: "function", function: { name: "weather" } } },
      { type: "tool", name: "weather" },
    ],
  ] as const;

  test.each(choices)("chooses tools as %j", async (said, expected) => {
    const { worker, stub } = await start();
    const body = { model: "m", messages, tools: [weather], reasoning_effort: "low", ...said };
    expect((await post(worker.url, "/v1/chat/completions", body)).status).toBe(200);
    expect(stub.bodies[0]?.tool_choice).toEqual(expected);
  });

  test("may use some of its tools alone", async () => {
    const { worker, stub } = await start();
    const other = { type: "function", function: { name: "other" } };
    const tool_choice = {
      type: "allowed_tools",
      allowed_tools: { mode: "required", tools: [other] },
    };
    const body = { model: "m", messages, tools: [weather, other], tool_choice };
    await post(worker.url, "/v1/chat/completions", body);
    expect(stub.bodies[0]).toMatchObject({
      tools: [{ name: "other" }],
      tool_choice: { type: "any" },
    });
  });

  const sampled: [object, object][] = [
    [{ temperature: 1.7 }, { temperature: 1 }],
    [{ temperature: 0.5, top_p: 0.9, top_k: -1, seed: 4 }, { temperature: 0.5 }],
    [
      { top_p: 0.9, top_k: 3 },
      { top_p: 0.9, top_k: 3 },
    ],
    [{ top_p: 0.97, reasoning_effort: "low" }, { top_p: 0.97 }],
    [{ top_p: 0.5, reasoning_effort: "low" }, {}],
  ];

  test.each(sampled)("samples with %j as %j", async (said, expected) => {
    const { worker, stub } = await start();
    const body = { model: "m", messages, ...said };
    expect((await post(worker.url, "/v1/chat/completions", body)).status).toBe(200);
    const { temperature, top_p, top_k, seed } = stub.bodies[0] ?? {};
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k, seed }))).toEqual(expected);
  });

  const unserved = {
    logprobs: true,
    logit_bias: { "5": 1 },
    grammar: 'root ::= "a"',
    json_schema: { type: "object" },
    guided_json: { type: "object" },
    guided_regex: "a+",
    guided_choice: ["a"],
    guided_grammar: 'root ::= "a"',
    structured_outputs: { regex: "a+" },
    response_format: { type: "json_object" },
  };

  test.each(Object.entries(unserved))("is refused %s by name", async (field, value) => {
    const { worker, stub } = await start();
    const body = { model: "m", messages, [field]: value };
    const response = await post(worker.url, "/v1/chat/completions", body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { param: string; message: string } };
    expect(error.param).toBe(field);
    expect(error.message).toContain("Anthropic");
    expect(stub.bodies).toEqual([]);
  });

  test("is refused completions and embeddings", async () => {
    const { worker } = await start();
    const asked = [
      post(worker.url, "/v1/completions", { model: "m", prompt: "a" }),
      post(worker.url, "/v1/embeddings", { model: "m", input: "a" }),
    ];
    for (const response of await Promise.all(asked)) {
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("unsupported_capability");
    }
  });

  test("sends a conversation as it may be: alternating, without blanks or foreign ids", async () => {
    const { worker, stub } = await start();
    const call = { id: "call:1.a", function: { name: "weather", arguments: "not JSON" } };
    const response = await post(worker.url, "/v1/chat/completions", {
      model: "m",
      messages: [
        { role: "user", content: "a" },
        {
          role: "user",
          content: [
            { type: "text", text: " " },
            { type: "text", text: "b" },
          ],
        },
        { role: "assistant", content: "", reasoning_content: "Hm", tool_calls: [call] },
        { role: "tool", tool_call_id: "call:1.a", content: "" },
        { role: "assistant", content: "So " },
      ],
    });
    expect(response.status).toBe(200);
    expect(stub.bodies[0]?.messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      {
        role: "assistant",
        content: [{ type: "tool_use", id: "call_1_a", name: "weather", input: {} }],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1_a" }] },
      { role: "assistant", content: [{ type: "text", text: "So" }] },
    ]);
  });
});

describe("a model that weighs its thoughts itself", () => {
  test("is told an effort, and nothing of sampling", async () => {
    const { worker, stub } = await start({ upstreamModel: "claude-opus-5-5" });
    const body = { model: "m", messages, temperature: 0.2, reasoning_effort: "high" };
    const response = await post(worker.url, "/v1/chat/completions", body);
    expect(await response.json()).toMatchObject({
      choices: [{ message: { reasoning_content: "Hm" } }],
    });
    expect(stub.bodies[0]).toMatchObject({
      thinking: { type: "adaptive", display: "summarized" },
      output_config: { effort: "high" },
      max_tokens: 4096,
    });
    expect(stub.bodies[0]).not.toHaveProperty("temperature");
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

describe("Anthropic's client", () => {
  const thinking = { type: "enabled" as const, budget_tokens: 1024 };
  const asked = { model: "m", messages, max_tokens: 2000 };

  test("goes past us: its body but for the model, its version, and the server's bytes", async () => {
    const { worker, stub } = await start();
    const body = {
      ...asked,
      stream: true,
      thinking,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [
        ...messages,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm", signature: "c2ln" },
            { type: "text", text: "Hi" },
          ],
        },
        { role: "user", content: "More" },
      ],
    };
    const response = await fetch(`${worker.url}/v1/messages?beta=true`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "anthropic-version": "2026-10-21",
        "anthropic-beta": "interleaved-thinking-2025-05-14",
        "x-api-key": "the client's own",
      },
      body: JSON.stringify(body),
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toBe(stub.sent);
    expect(stub.sent).toContain("signature_delta");
    expect(stub.bodies).toEqual([{ ...body, model: "claude-sonnet-4-5" }]);
    expect(stub.headers).toMatchObject({
      "x-api-key": "sk-ant-1",
      "anthropic-version": "2026-10-21",
      "anthropic-beta": "interleaved-thinking-2025-05-14",
    });
  });

  test.each(ways)("gets signed thoughts and calls (streams: $streams)", async (way) => {
    const { anthropic } = await start(way);
    const tools = [{ name: "weather", input_schema: { type: "object" as const, properties: {} } }];
    const stream = anthropic.messages.stream({ ...asked, thinking, tools });
    const { content, stop_reason, usage } = await stream.finalMessage();
    expect(stop_reason).toBe("tool_use");
    // Through a server that only answers whole, the signature is lost on the way.
    const signature = way.streams ? "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" : "";
    expect(content).toMatchObject([
      { type: "thinking", thinking: "Hm", signature },
      { type: "text", text: "Let me look." },
      { type: "tool_use", name: "weather", input: { city: "Oslo" } },
    ]);
    expect(usage).toMatchObject({ output_tokens: 2, cache_read_input_tokens: 6 });
  });

  test("may name a picture by its URL, which the server fetches", async () => {
    const { anthropic } = await start();
    const url = "https://example.com/a.png";
    const content = [{ type: "image" as const, source: { type: "url" as const, url } }];
    const answer = await anthropic.messages.create({
      ...asked,
      messages: [{ role: "user", content }],
    });
    expect(answer.content).toMatchObject([{ type: "text", text: `I see ${url}.` }]);
  });

  test("is refused pictures for a model that is said to read text alone", async () => {
    const { anthropic, stub } = await start({ vision: false });
    const source = { type: "url" as const, url: "https://example.com/a.png" };
    const result = { type: "tool_result" as const, tool_use_id: "a" };
    const picture = { type: "image" as const, source };
    for (const content of [[picture], [{ ...result, content: [picture] }]]) {
      const sent = anthropic.messages.create({ ...asked, messages: [{ role: "user", content }] });
      await expect(sent).rejects.toThrow("The model 'm' reads text alone");
    }
    expect(stub.bodies).toEqual([]);
  });

  test("has its tokens counted, without settings that a count does not take", async () => {
    const more = { defaults: { max_tokens: 9 }, extraBody: { service_tier: "auto" } };
    const { anthropic, stub } = await start(more);
    const counted = await anthropic.messages.countTokens({ model: "m", messages });
    expect(counted.input_tokens).toBe(14);
    expect(stub.bodies).toEqual([{ model: "claude-sonnet-4-5", messages }]);
    await anthropic.messages.create(asked);
    expect(stub.bodies[1]).toMatchObject({ service_tier: "auto", max_tokens: 2000 });
  });

  test("has its tokens counted by a speaker, where it does not go past us", async () => {
    const { anthropic, stub } = await start({ streams: false });
    const counted = await anthropic.messages.countTokens({ model: "m", messages });
    expect(counted.input_tokens).toBe(14);
    expect(stub.bodies[0]).not.toHaveProperty("max_tokens");
  });
});

const failures: [manner: AnthropicManner, status: number, code: string][] = [
  ["too long", 400, "context_length_exceeded"],
  ["busy", 429, "upstream_busy"],
  ["overloaded", 429, "upstream_busy"],
  ["fail", 502, "upstream_error"],
  ["die before", 502, "upstream_lost"],
  ["hang", 502, "upstream_silent"],
  ["garbage", 502, ""],
];

describe.each([true, false])("a server that fails (stream: %s)", (stream) => {
  test.each(failures)("that does '%s' is a %i", async (manner, status, code) => {
    const { worker, stub } = await start({ silenceMs: 300 });
    stub.manner = manner;
    const chat = await post(worker.url, "/v1/chat/completions", { model: "m", messages, stream });
    const { error } = (await chat.json()) as { error: { code: string; message: string } };
    expect([chat.status, error.code]).toEqual([status, code || error.code]);
    if (manner === "busy") expect(chat.headers.get("retry-after")).toBe("7");
    if (manner === "too long") expect(error.message).toContain("prompt is too long");
    const body = { model: "m", messages, stream, max_tokens: 9 };
    const own = await post(worker.url, "/v1/messages", body);
    const text = await own.text();
    const begins = stream && manner === "garbage"; // nobody looks into a stream before it begins
    expect(own.status).toBe(begins ? 200 : status);
    expect(JSON.parse(begins ? (text.split("data: ")[1] ?? "") : text)).toMatchObject({
      type: "error",
      error: { type: expect.any(String), message: expect.any(String) },
    });
    await eventually(async () => stub.active === 0);
  });
});

describe("a stream that breaks off", () => {
  const manners: [AnthropicManner, string][] = [
    ["die after", "broke off"],
    ["cut", "without saying that it is complete"],
    ["overloaded within", "Overloaded"],
    ["hang after", "sent nothing"],
  ];

  test.each(manners)("when it does '%s' ends in one error: %s", async (manner, said) => {
    const { worker, stub } = await start({ silenceMs: 300 });
    stub.manner = manner;
    const body = { model: "m", messages, stream: true, max_tokens: 9 };
    const chat = await (await post(worker.url, "/v1/chat/completions", body)).text();
    const [error, ...others] = chat.match(/data: \{"error".*/g) ?? [];
    expect(error).toContain(said);
    expect(others).toEqual([]);
    expect(chat).toContain('"content":"Hello"');
    expect(chat).not.toContain("[DONE]");
    const own = await (await post(worker.url, "/v1/messages", body)).text();
    const events = own.match(/^event: .*/gm);
    expect(events?.filter((event) => event === "event: error")).toHaveLength(1);
    expect(events?.at(-1)).toBe("event: error");
    expect(own).toContain(said);
    await eventually(async () => stub.active === 0);
  });

  test("is told to Anthropic's client as an error", async () => {
    const { anthropic, stub } = await start();
    stub.manner = "cut";
    const stream = anthropic.messages.stream({ model: "m", messages, max_tokens: 9 });
    await expect(stream.finalMessage()).rejects.toThrow("without saying that it is complete");
  });

  test("is left at the server when the client leaves", async () => {
    const { worker, stub } = await start();
    stub.manner = "hang after";
    for (const path of ["/v1/chat/completions", "/v1/messages"]) {
      const leaving = new AbortController();
      const response = await fetch(`${worker.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "m", messages, stream: true, max_tokens: 9 }),
        signal: leaving.signal,
      });
      await response.body?.getReader().read();
      expect(stub.active).toBe(1);
      leaving.abort();
      await eventually(async () => stub.active === 0);
    }
  });

  test("may be slow", async () => {
    const { openai, stub } = await start({ silenceMs: 300 });
    stub.manner = "slow";
    const answer = await openai.chat.completions.create({ model: "m", messages });
    expect(answer.choices[0]?.message.content).toBe("Hello there");
  });
});

describe("the models of a server", () => {
  test("are all that it lists, with what it says of them", async () => {
    const stub = keep(await serveAnthropic());
    const told = { backend: "anthropic" as const, apiKey: "sk-ant-1" };
    const worker = await startRemote([remoteModel(stub, told)]);
    const { data } = await worker.served();
    const facts = data.map(({ id, context_length, capabilities, upstream }) => ({
      id,
      context_length,
      capabilities,
      upstream,
    }));
    expect(facts).toMatchObject([
      {
        id: "claude-opus-5-5",
        context_length: 1_000_000,
        capabilities: ["chat", "vision"],
        upstream: { kind: "anthropic" },
      },
      {
        id: "claude-sonnet-4-5-20250929",
        context_length: 200_000,
        capabilities: ["chat", "vision"],
      },
    ]);
  });

  test("are not found with a wrong key", async () => {
    const stub = keep(await serveAnthropic());
    const model = remoteModel(stub, { backend: "anthropic", apiKey: "wrong", names: ["m"] });
    const worker = await startRemote([], { models: [model] });
    await eventually(async () => worker.lines.some((line) => line.includes("refuses our key")));
  });
});
