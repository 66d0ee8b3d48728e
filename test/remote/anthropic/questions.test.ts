/** @file What Anthropic's API is asked for a chat request, and what it cannot be asked. */
import { describe, expect, test } from "vitest";
import {
  messages,
  startInFrontOfAnthropic as start,
  weather,
} from "../../support/anthropic-worker.ts";
import { post } from "../../support/remote-worker.ts";

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

describe("an answer that has begun", () => {
  const call = { id: "c1", function: { name: "weather", arguments: "{}" } };
  const called = [
    ...messages,
    { role: "assistant", content: "", tool_calls: [call] },
    { role: "tool", tool_call_id: "c1", content: "sunny" },
  ];
  const begun: [string, object[]][] = [
    ["by a call", called],
    ["by a call, the user speaking in between", [...called, { role: "user", content: "And?" }]],
    ["by words", [...messages, { role: "assistant", content: "Well" }]],
  ];
  test.each(begun)("%s is given without a budget for thoughts", async (_, conversation) => {
    const { worker, stub } = await start();
    const body = { model: "m", messages: conversation, thinking_budget_tokens: 2000 };
    expect((await post(worker.url, "/v1/chat/completions", body)).status).toBe(200);
    expect(stub.bodies[0]).not.toHaveProperty("thinking");
  });
});

test("instructions alone are what the user says", async () => {
  const { worker, stub } = await start();
  const body = { model: "m", messages: [{ role: "system", content: "Say hello." }] };
  expect((await post(worker.url, "/v1/chat/completions", body)).status).toBe(200);
  expect(stub.bodies[0]?.messages).toEqual([
    { role: "user", content: [{ type: "text", text: "Say hello." }] },
  ]);
  expect(stub.bodies[0]).not.toHaveProperty("system");
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
