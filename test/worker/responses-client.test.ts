/** @file OpenAI's own client, unmodified, against the Responses routes of a worker. */
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createApp } from "../../src/http/app.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { oneModel } from "../../src/serving/models.ts";
import { ResponseStore } from "../../src/serving/responses/response-store.ts";
import { responsesRoutes } from "../../src/serving/responses/responses-routes.ts";
import { storedResponseRoutes } from "../../src/serving/responses/stored-response-routes.ts";
import { workerStatistics } from "../../src/worker/metrics/statistics.ts";
import { echoSpeaker } from "../support/echo-speaker.ts";

const speaker = echoSpeaker();
let server: RunningServer;
let client: OpenAI;

beforeAll(async () => {
  const store = new ResponseStore("abc123");
  const statistics = workerStatistics(() => null, undefined);
  const app = createApp()
    .route(
      "/",
      responsesRoutes(
        oneModel(() => speaker),
        statistics,
        store,
      ),
    )
    .route("/", storedResponseRoutes(store));
  server = await serve(app, { host: "127.0.0.1", port: 0 });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterAll(() => server.close());
beforeEach(() => void speaker.requests.splice(0));

const weather = {
  type: "function" as const,
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
};
const said = () => speaker.requests.at(-1)?.messages;

describe("responses.create", () => {
  test("answers a text with a message, and says what it used", async () => {
    const response = await client.responses.create({ model: "echo", input: "one two three" });
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_abc123_/),
      object: "response",
      status: "completed",
      output_text: "one two three",
      output: [
        {
          type: "message",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: "one two three", annotations: [] }],
        },
      ],
      usage: {
        input_tokens: 3,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 6,
      },
    });
  });

  test("says of the sampling what was asked, and nothing where nothing was", async () => {
    const asked = { model: "echo", input: "one" };
    expect(await client.responses.create(asked)).toMatchObject({ temperature: null, top_p: null });
    const sampling = { temperature: 0.3, top_p: 0.9 };
    expect(await client.responses.create({ ...asked, ...sampling })).toMatchObject(sampling);
  });

  test("reads every kind of item, and the instructions before them", async () => {
    await client.responses.create({
      model: "echo",
      instructions: "Be brief.",
      input: [
        { role: "user", content: "How is Rome?" },
        { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "I look." }] },
        { type: "function_call", call_id: "c1", name: "weather", arguments: "{}" },
        { type: "function_call", call_id: "c2", name: "weather", arguments: "[]" },
        { type: "function_call_output", call_id: "c1", output: "sunny" },
        { type: "function_call_output", call_id: "c2", output: "no" },
        { role: "user", content: [{ type: "input_text", text: "And now?" }] },
      ],
      tools: [weather],
      tool_choice: { type: "function", name: "weather" },
      parallel_tool_calls: false,
      reasoning: { effort: "low" },
      max_output_tokens: 50,
    });
    const call = (id: string, text: string) => ({
      id,
      type: "function",
      function: { name: "weather", arguments: text },
    });
    expect(speaker.requests[0]).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "How is Rome?" },
        {
          role: "assistant",
          reasoning_content: "I look.",
          tool_calls: [call("c1", "{}"), call("c2", "[]")],
        },
        { role: "tool", tool_call_id: "c1", content: "sunny" },
        { role: "tool", tool_call_id: "c2", content: "no" },
        { role: "user", content: "And now?" },
      ],
      tool_choice: { type: "function", function: { name: "weather" } },
      parallel_tool_calls: false,
      reasoning_effort: "low",
      max_completion_tokens: 50,
    });
  });

  test("calls functions, and puts thoughts into an item of their own", async () => {
    const input = 'think: hm well\nHere:\ncall: weather {"city":"Rome"}';
    const response = await client.responses.create({ model: "echo", input, tools: [weather] });
    expect(response.status).toBe("completed");
    expect(response.output).toMatchObject([
      { type: "reasoning", content: [{ type: "reasoning_text", text: "hm well" }] },
      { type: "message", content: [{ text: "Here:\n" }] },
      { type: "function_call", call_id: "call_0", name: "weather", arguments: '{"city":"Rome"}' },
    ]);
    expect(response.usage?.output_tokens_details.reasoning_tokens).toBe(2);
  });

  test("says that it is incomplete where its tokens ran out", async () => {
    const asked = { model: "echo", input: "one two three", max_output_tokens: 2 };
    expect(await client.responses.create(asked)).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [{ status: "incomplete", content: [{ text: "one two " }] }],
    });
  });

  test("tells log-probabilities where they are included", async () => {
    const { output } = await client.responses.create({
      model: "echo",
      input: "one two",
      include: ["message.output_text.logprobs"],
      top_logprobs: 2,
    });
    const logprobs = [
      { token: "one ", logprob: -0.4, top_logprobs: [{ token: "one " }, { token: "?" }] },
      { token: "two", logprob: -0.3 },
    ];
    expect(output).toMatchObject([{ content: [{ logprobs }] }]);
  });

  test("parses what has a schema", async () => {
    const format = zodTextFormat(z.object({ city: z.string() }), "place");
    const input = '{"city":"Rome"}';
    const response = await client.responses.parse({ model: "echo", input, text: { format } });
    expect(response.output_parsed).toEqual({ city: "Rome" });
    expect(speaker.requests[0]?.response_format).toMatchObject({
      type: "json_schema",
      json_schema: { name: "place", strict: true },
    });
  });
});

describe("previous_response_id", () => {
  test("goes on from what was asked and answered, without the old instructions", async () => {
    const first = await client.responses.create({
      model: "echo",
      input: "one",
      instructions: "Old.",
    });
    const second = await client.responses.create({
      model: "echo",
      input: "two",
      previous_response_id: first.id,
    });
    expect(second.previous_response_id).toBe(first.id);
    const third = { model: "echo", input: "three", previous_response_id: second.id };
    await client.responses.create(third);
    expect(said()).toMatchObject(
      ["one", "one", "two", "two", "three"].map((content, i) => ({
        role: i % 2 === 0 ? "user" : "assistant",
        content,
      })),
    );
  });

  test("of a response that was not stored is an error that names it", async () => {
    const { id } = await client.responses.create({ model: "echo", input: "one", store: false });
    const asked = client.responses.create({
      model: "echo",
      input: "two",
      previous_response_id: id,
    });
    await expect(asked).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(asked).rejects.toMatchObject({
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
  });
});

describe("truncation", () => {
  const turn = (word: string, words: number) => [
    { role: "user" as const, content: `${word} `.repeat(words) },
    { role: "assistant" as const, content: `${word}! ` },
  ];
  // The model has 4 096 tokens, and a word is one.
  const input = [...turn("a", 2000), ...turn("b", 1060), ...turn("c", 1000), ...turn("d", 1)];

  test("auto leaves the oldest turns out, as few as will do, and keeps the instructions", async () => {
    const asked = { model: "echo", input, instructions: "Be brief.", truncation: "auto" as const };
    await client.responses.create({ ...asked, max_output_tokens: 500 });
    const kept = said()?.map(({ content }) => String(content).trim().split(" ")[0]);
    expect(kept).toEqual(["Be", "b", "b!", "c", "c!", "d", "d!"]);
    await client.responses.create({ ...asked, max_output_tokens: 2030 });
    expect(said()).toHaveLength(7);
    await client.responses.create({ ...asked, max_output_tokens: 2031 });
    expect(said()).toHaveLength(5);
  });

  test("keeps everything that fits, and everything where it is not asked for", async () => {
    await client.responses.create({ model: "echo", input: input.slice(2), truncation: "auto" });
    expect(said()).toHaveLength(6);
    await client.responses.create({ model: "echo", input });
    expect(said()).toHaveLength(8);
  });

  test("remembers what was read alone, so that a conversation does not grow for ever", async () => {
    const asked = { model: "echo", truncation: "auto" as const };
    const first = await client.responses.create({ ...asked, input });
    const next = { ...asked, input: "e", previous_response_id: first.id };
    const second = await client.responses.create(next);
    const items = await client.responses.inputItems.list(second.id, { order: "asc" });
    expect(items.data.map((item) => JSON.stringify(item).includes('"a '))).not.toContain(true);
    expect(items.data).toHaveLength(8);
  });

  test("leaves out what is too much to be read at all, at no cost", async () => {
    const short = Array.from({ length: 1500 }, (_, i) => turn(`${i}`, 1)).flat();
    const long = [...turn("a".repeat(200), 4000), ...turn("b".repeat(200), 4000)];
    const beganAt = performance.now();
    const asked = { model: "echo", input: [...long, ...short], truncation: "auto" as const };
    await client.responses.create(asked);
    expect(performance.now() - beganAt).toBeLessThan(2000);
    expect(said()?.length).toBeLessThanOrEqual(2048);
    expect(said()?.length).toBeGreaterThan(2040);
    const read = vi.spyOn(speaker, "countTokens");
    await client.responses.create({ ...asked, input: [...long, ...turn("c", 10)] });
    const lengths = read.mock.calls.map(([{ messages }]) => JSON.stringify(messages).length);
    expect(Math.max(...lengths)).toBeLessThan(1000);
    read.mockRestore();
  });

  test("keeps the last turn even where it alone is too long", async () => {
    const long = [...turn("a", 10), { role: "user" as const, content: "b ".repeat(5000) }];
    await client.responses.create({ model: "echo", input: long, truncation: "auto" });
    expect(said()).toHaveLength(1);
  });
});

describe("a stored response", () => {
  test("is retrieved, looked into, deleted, and then not found", async () => {
    const input = [
      { role: "user" as const, content: "one" },
      { role: "user" as const, content: "two" },
    ];
    const created = await client.responses.create({ model: "echo", input });
    const { _request_id, ...kept } = created as typeof created & { _request_id: string };
    expect(await client.responses.retrieve(created.id)).toMatchObject(kept);
    const listed = [];
    for await (const item of client.responses.inputItems.list(created.id, {
      order: "asc",
      limit: 1,
    }))
      listed.push(item);
    expect(listed).toMatchObject([
      { type: "message", role: "user", content: [{ type: "input_text", text: "one" }] },
      { content: [{ text: "two" }] },
    ]);
    await expect(client.responses.cancel(created.id)).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    );
    await client.responses.delete(created.id);
    await expect(client.responses.retrieve(created.id)).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
    await expect(client.responses.delete(created.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });
});

describe("responses.stream", () => {
  test("builds the same response, event by event", async () => {
    const input = 'think: hm well\nHere:\ncall: weather {"city":"Rome"}';
    const stream = client.responses.stream({ model: "echo", input, tools: [weather] });
    const numbers: number[] = [];
    const types: string[] = [];
    for await (const event of stream) {
      numbers.push(event.sequence_number);
      types.push(event.type.replace("response.", ""));
    }
    const built = await stream.finalResponse();
    const { id, status, output } = await client.responses.retrieve(built.id);
    expect(built).toMatchObject({ id, status, output });
    expect(numbers).toEqual([...numbers.keys()]);
    expect(types).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "content_part.added",
      "reasoning_text.delta",
      "reasoning_text.delta",
      "reasoning_text.done",
      "content_part.done",
      "output_item.done",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "output_item.added",
      "function_call_arguments.delta",
      "function_call_arguments.delta",
      "function_call_arguments.done",
      "output_item.done",
      "completed",
    ]);
  });

  test("has an event line for each, and no [DONE]", async () => {
    const text = await (await raw({ model: "echo", input: "one", stream: true })).text();
    const blocks = text.split("\n\n").filter((block) => block !== "");
    for (const block of blocks) {
      const [, name, data] = /^event: (\S+)\ndata: (.*)$/.exec(block) ?? [];
      expect(JSON.parse(data ?? "")).toMatchObject({ type: name });
    }
  });

  test("tells a failure in its midst as response.failed", async () => {
    const events = await client.responses.create({
      model: "echo",
      input: "one two\nfail",
      stream: true,
    });
    const seen = [];
    for await (const event of events) seen.push(event);
    expect(seen.at(-1)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error" } },
    });
  });

  test("that fails before its first event is refused as any request is", async () => {
    const asked = client.responses.create({ model: "echo", input: "fail", stream: true });
    await expect(asked).rejects.toMatchObject({ status: 502, code: "worker_lost" });
  });
});

describe("responses.inputTokens", () => {
  test("counts the prompt without answering", async () => {
    const asked = { model: "echo", input: "one two", instructions: "a b c" };
    expect(await client.responses.inputTokens.count(asked)).toMatchObject({
      object: "response.input_tokens",
      input_tokens: 5,
    });
    expect(speaker.requests).toEqual([]);
  });
});

describe("what is not served", () => {
  const file = { type: "input_file", file_url: "data:," };
  test.for<[string, object, string]>([
    ["background", { background: true }, "background"],
    ["conversation", { conversation: "conv_1" }, "conversation"],
    ["prompt", { prompt: { id: "p" } }, "prompt"],
    ["a tool of OpenAI's", { tools: [{ type: "web_search" }] }, "web_search"],
    ["a reference", { input: [{ type: "item_reference", id: "x" }] }, "item_reference"],
    ["a file", { input: [{ role: "user", content: [file] }] }, "input_file"],
    ["a choice without tools", { tool_choice: "required" }, "tool_choice"],
    ["nothing to answer", { input: [] }, "input"],
  ])("%s is refused in a sentence", async ([, fields, word]) => {
    const response = await raw({ model: "echo", input: "x", ...fields });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string; type: string } };
    expect(error.type).toBe("invalid_request_error");
    expect(error.message).toContain(word);
  });
});

function raw(body: object): Promise<Response> {
  return fetch(`${server.url}/v1/responses`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
