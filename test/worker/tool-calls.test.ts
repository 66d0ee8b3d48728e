/** @file Tool calls through the official client, from a model with random weights that must call. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
let client: OpenAI;
const template = new URL("../fixtures/templates/qwen3.jinja", import.meta.url);

beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "qwen2", contextLength: 4096 }),
    chatTemplate: readFileSync(template, "utf8"),
    names: ["tiny"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 4,
  });
  client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
}, 20_000);
afterAll(() => worker?.close());

const weather = {
  type: "object",
  properties: {
    city: { enum: ["Reykjavik", "Lima"] },
    days: { type: "integer", minimum: 1, maximum: 9 },
    unit: { enum: ["C", "F"] },
  },
  required: ["city", "days"],
  additionalProperties: false,
};
const clock = { type: "object", properties: { zone: { enum: ["UTC", "CET"] } } };
const tools: OpenAI.Chat.ChatCompletionFunctionTool[] = [
  { type: "function", function: { name: "get_weather", parameters: weather } },
  { type: "function", function: { name: "get_time", parameters: clock } },
];
/** Chance would never end a thought. */
const thoughtless = { chat_template_kwargs: { enable_thinking: false } } as object;
const ask = {
  model: "tiny",
  messages: [{ role: "user" as const, content: "Is it warm in Lima?" }],
  tools,
  max_tokens: 600,
  ...thoughtless,
};

function assertCall(call: OpenAI.Chat.ChatCompletionMessageToolCall | undefined): void {
  if (call?.type !== "function") throw new Error("no function call");
  const schema = call.function.name === "get_weather" ? weather : clock;
  expect(["get_weather", "get_time"]).toContain(call.function.name);
  expect(new Ajv2020().validate(schema, JSON.parse(call.function.arguments))).toBe(true);
  expect(call.id).toMatch(/^call_/);
}

describe("tool calls", () => {
  test("come when they are required, with arguments that fit their schema", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { choices } = await client.chat.completions.create({
        ...ask,
        seed,
        tool_choice: "required",
        parallel_tool_calls: false,
      });
      expect(choices[0]?.finish_reason).toBe("tool_calls");
      expect(choices[0]?.message.content).toBeNull();
      expect(choices[0]?.message.tool_calls).toHaveLength(1);
      assertCall(choices[0]?.message.tool_calls?.[0]);
    }
  });

  test("are of the function that is named", async () => {
    const { choices } = await client.chat.completions.create({
      ...ask,
      tool_choice: { type: "function", function: { name: "get_time" } },
    });
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: "get_time" } }]);
    assertCall(choices[0]?.message.tool_calls?.[0]);
  });

  test("are streamed in pieces that the client's helper puts together", async () => {
    const runner = client.chat.completions.stream({ ...ask, tool_choice: "required" });
    const names: string[] = [];
    runner.on("tool_calls.function.arguments.done", ({ name }) => names.push(name));
    const { choices } = await runner.finalChatCompletion();
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(calls.length).toBeGreaterThan(0);
    expect(names).toEqual(calls.map(({ function: { name } }) => name));
    for (const call of calls) assertCall(call);
  });

  test("are answered by the client's tools runner", async () => {
    const asked: unknown[] = [];
    const runner = client.chat.completions.runTools(
      {
        model: "tiny",
        messages: ask.messages,
        max_tokens: 600,
        ...thoughtless,
        tool_choice: { type: "function", function: { name: "get_weather" } },
        tools: [
          {
            type: "function",
            function: {
              name: "get_weather",
              description: "Tells the weather.",
              parameters: weather,
              parse: JSON.parse,
              function: (args: object) => {
                asked.push(args);
                return "20 degrees";
              },
            },
          },
        ],
      },
      { maxChatCompletions: 2 },
    );
    await runner.done();
    expect(new Ajv2020().validate(weather, asked[0])).toBe(true);
    expect(runner.messages.some(({ role }) => role === "tool")).toBe(true);
  });

  test("leave no raw words behind when they are cut off", async () => {
    for (const max_tokens of [2, 6, 10]) {
      const { choices } = await client.chat.completions.create({
        ...ask,
        max_tokens,
        tool_choice: "required",
      });
      expect(choices[0]?.finish_reason).toBe("length");
      expect(choices[0]?.message.content || null).toBeNull();
    }
  });

  test("keep to a strict schema once the model begins one by itself", async () => {
    const strict = tools.map((tool) => ({ ...tool, function: { ...tool.function, strict: true } }));
    const { choices } = await client.chat.completions.create({
      ...ask,
      tools: strict,
      parallel_tool_calls: false,
      logit_bias: { "<tool_call>": 100 },
    });
    expect(choices[0]?.finish_reason).toBe("tool_calls");
    expect(choices[0]?.message.tool_calls).toHaveLength(1);
    assertCall(choices[0]?.message.tool_calls?.[0]);
  });

  const twoCalls = Array.from(
    { length: 2 },
    () => '<tool_call>\n{"name": "get_time", "arguments": {"zone": "UTC"}}\n</tool_call>',
  ).join("\n");

  test.for([
    [true, 2],
    [false, 1],
  ] as const)("with parallel_tool_calls %s are at most as many", async ([parallel, count]) => {
    const { choices } = await client.chat.completions.create({
      ...ask,
      parallel_tool_calls: parallel,
      ...({ grammar: `root ::= ${JSON.stringify(twoCalls)}` } as object),
    });
    expect(choices[0]?.message.tool_calls).toHaveLength(count);
  });

  test("may stand in for an answer that has a form of its own", async () => {
    const format = { type: "json_schema", json_schema: { name: "n", schema: { enum: ["no"] } } };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { choices } = await client.chat.completions.create({
        ...ask,
        seed,
        parallel_tool_calls: false,
        response_format: format as OpenAI.ResponseFormatJSONSchema,
      });
      const { content, tool_calls: calls } = choices[0]?.message ?? {};
      if (calls) assertCall(calls[0]);
      else expect(content).toBe('"no"');
    }
  });

  test.for([
    [{ tool_choice: { type: "function", function: { name: "nope" } } }, "tool_choice"],
    [{ tool_choice: "required", tools: [] }, "tool_choice"],
    [{ tool_choice: "sometimes" }, "tool_choice"],
  ] as const)("are refused for %j", async ([more, param]) => {
    const body = { ...ask, ...more } as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
    await expect(client.chat.completions.create(body)).rejects.toMatchObject({
      status: 400,
      param,
    });
  });
});

describe("thoughts", () => {
  test("are told apart from the answer, and end with their budget", async () => {
    const { choices, usage } = await client.chat.completions.create({
      ...ask,
      tools: [],
      chat_template_kwargs: { enable_thinking: true },
      thinking_budget_tokens: 12,
      max_tokens: 40,
      seed: 2,
      ignore_eos: true,
      logit_bias: { "<think>": 0 },
    } as unknown as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming);
    expect(choices[0]?.message.content).not.toContain("<think>");
    expect(usage?.completion_tokens).toBe(40);
  });
});
