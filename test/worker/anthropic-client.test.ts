/** @file Anthropic's own client, unmodified, against the routes of a worker. */
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { requireKey } from "../../src/http/auth.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { messagesRoutes } from "../../src/serving/messages-routes.ts";
import { oneModel } from "../../src/serving/models.ts";
import { workerStatistics } from "../../src/worker/metrics/statistics.ts";
import { echoSpeaker } from "../support/echo-speaker.ts";

const speaker = echoSpeaker();
let server: RunningServer;
let client: Anthropic;

beforeAll(async () => {
  const statistics = workerStatistics(() => null, undefined);
  const app = createApp()
    .use(requireKey(["sk-right"]))
    .route(
      "/",
      messagesRoutes(
        oneModel(() => speaker),
        statistics,
      ),
    );
  server = await serve(app, { host: "127.0.0.1", port: 0 });
  client = connect();
});
afterAll(() => server.close());
beforeEach(() => void speaker.requests.splice(0));

const connect = (apiKey = "sk-right") =>
  new Anthropic({ baseURL: server.url, apiKey, maxRetries: 0 });

const ask = (content: string) => ({
  model: "echo",
  max_tokens: 100,
  messages: [{ role: "user" as const, content }],
});
const weather = {
  name: "weather",
  description: "Tells the weather.",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } } },
};

describe("messages.create", () => {
  test("answers with a text block, an id, and what it used", async () => {
    const message = await client.messages.create(ask("one two three"));
    expect(message).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      type: "message",
      role: "assistant",
      model: "echo",
      content: [{ type: "text", text: "one two three" }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: { input_tokens: 3, cache_read_input_tokens: 0, output_tokens: 3 },
    });
    expect(message._request_id).toMatch(/^req_/);
  });

  test("counts what was cached apart from what was read", async () => {
    const { usage } = await client.messages.create({ ...ask("one two"), system: "Be very brief." });
    expect(usage).toMatchObject({ input_tokens: 2, cache_read_input_tokens: 3 });
  });

  test("tells why it ended: tokens, a stop sequence, a call", async () => {
    const short = await client.messages.create({ ...ask("one two three"), max_tokens: 2 });
    expect(short.stop_reason).toBe("max_tokens");
    const stopped = await client.messages.create({
      ...ask("one two three"),
      stop_sequences: ["two"],
    });
    expect(stopped).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "two" });
    expect(stopped.content).toMatchObject([{ text: "one " }]);
    const calling = await client.messages.create({
      ...ask('call: weather {"city":"Rome"}'),
      tools: [weather],
    });
    expect(calling.stop_reason).toBe("tool_use");
    expect(calling.content).toMatchObject([
      { type: "tool_use", id: "call_0", name: "weather", input: { city: "Rome" } },
    ]);
  });

  test("puts thoughts into a block of their own, before the text", async () => {
    const message = await client.messages.create({
      ...ask("think: let me see\nfour"),
      max_tokens: 2000,
      thinking: { type: "enabled", budget_tokens: 1024 },
    });
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "let me see", signature: "" },
      { type: "text", text: "four" },
    ]);
    expect(message.usage.output_tokens_details?.thinking_tokens).toBe(3);
    expect(speaker.requests[0]).toMatchObject({
      reasoning: { enabled: true },
      thinking_budget_tokens: 1024,
    });
  });

  test("does not think unless it is asked to", async () => {
    await client.messages.create(ask("one"));
    expect(speaker.requests[0]?.reasoning).toEqual({ enabled: false });
  });

  test("understands a whole round of a tool's use", async () => {
    await client.messages.create({
      ...ask("unused"),
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      tools: [weather],
      tool_choice: { type: "tool", name: "weather", disable_parallel_tool_use: true },
      messages: [
        { role: "user", content: "How is Rome?" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "I should look.", signature: "abc" },
            { type: "redacted_thinking", data: "xyz" },
            { type: "text", text: "I look." },
            { type: "tool_use", id: "t1", name: "weather", input: { city: "Rome" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "sunny" }] },
            { type: "tool_result", tool_use_id: "t2", content: "no such city", is_error: true },
            { type: "text", text: "And now?", cache_control: { type: "ephemeral" } },
          ],
        },
      ],
    });
    expect(speaker.requests[0]).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "How is Rome?" },
        {
          role: "assistant",
          content: "I look.",
          reasoning_content: "I should look.",
          tool_calls: [
            {
              id: "t1",
              type: "function",
              function: { name: "weather", arguments: '{"city":"Rome"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "t1", content: "sunny" },
        { role: "tool", tool_call_id: "t2", content: "Error: no such city" },
        { role: "user", content: "And now?" },
      ],
      tools: [
        { type: "function", function: { name: "weather", parameters: weather.input_schema } },
      ],
      tool_choice: { type: "function", function: { name: "weather" } },
      parallel_tool_calls: false,
    });
  });

  test("writes on where the last message is the assistant's", async () => {
    const messages = [
      { role: "user" as const, content: "Count." },
      { role: "assistant" as const, content: "one two" },
    ];
    await client.messages.create({ ...ask(""), messages });
    expect(speaker.requests[0]?.continue_final_message).toBe(true);
  });

  test("takes betas and fields it does not know", async () => {
    const extra = { context_management: { edits: [] }, mcp_servers: [], service_tier: "auto" };
    const answered = client.beta.messages.create({
      ...ask("one"),
      betas: ["interleaved-thinking-2025-05-14"],
      ...(extra as object),
    });
    expect((await answered).content).toMatchObject([{ type: "text", text: "one" }]);
  });
});

describe("messages.stream", () => {
  test("tells each block and puts the same message together", async () => {
    const script = 'think: let me see\nfour\ncall: weather {"city":"Rome"}\ncall: weather {}';
    const body = { ...ask(script), tools: [weather], system: "a b" };
    const stream = client.messages.stream(body);
    const thoughts: string[] = [];
    const texts: string[] = [];
    stream.on("thinking", (delta) => void thoughts.push(delta));
    stream.on("text", (delta) => void texts.push(delta));
    const streamed = await stream.finalMessage();
    const whole = await client.messages.create(body);
    expect(thoughts).toEqual(["let ", "me ", "see"]);
    expect(texts).toEqual(["four\n"]);
    expect(streamed.content).toMatchObject(whole.content);
    expect(streamed).toMatchObject({ stop_reason: "tool_use", usage: whole.usage });
    expect(stream.request_id).toMatch(/^req_/);
  });

  test("sends the events in Anthropic's order, and nothing after the last", async () => {
    const response = await raw({ ...ask("think: hm\nfour"), system: "a b", stream: true });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = eventsOf(await response.text());
    expect(events.map(({ type }) => type)).toEqual([
      "message_start",
      "content_block_start",
      "ping",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(events[0]).toMatchObject({
      message: { content: [], stop_reason: null, usage: { cache_read_input_tokens: 2 } },
    });
    expect(events[4]).toMatchObject({ index: 0, delta: { type: "signature_delta" } });
    expect(events.at(-2)).toMatchObject({ usage: { output_tokens: 2 } });
  });

  test("ends with an error event where it breaks off", async () => {
    const stream = client.messages.stream(ask("one two\nfail"));
    const texts: string[] = [];
    stream.on("text", (text) => void texts.push(text));
    await expect(stream.finalMessage()).rejects.toThrow(/stopped before the answer was complete/);
    expect(texts.join("")).toBe("one two\n");
  });

  test("is refused as any request is, where it fails before its first event", async () => {
    const stream = client.messages.stream(ask("fail"));
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.InternalServerError);
  });
});

describe("messages.countTokens", () => {
  test("counts the prompt without answering", async () => {
    const { messages } = ask("one two three");
    const counted = await client.messages.countTokens({ model: "echo", messages, system: "a b" });
    expect(counted).toEqual({ input_tokens: 5 });
    expect(speaker.requests).toEqual([]);
  });
});

describe("a refusal", () => {
  test("is of the class that the client has for it", async () => {
    await expect(client.messages.create({ ...ask("x"), model: "nope" })).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    );
    await expect(client.messages.create({ ...ask("x"), max_tokens: 0 })).rejects.toBeInstanceOf(
      Anthropic.BadRequestError,
    );
    await expect(connect("sk-wrong").messages.create(ask("x"))).rejects.toBeInstanceOf(
      Anthropic.AuthenticationError,
    );
  });

  test("has Anthropic's shape and names the field", async () => {
    const response = await raw({ ...ask("x"), stop_sequences: [""] });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      type: "error",
      error: {
        type: "invalid_request_error",
        message: expect.stringContaining("stop_sequences[0]"),
      },
      request_id: response.headers.get("request-id"),
    });
    expect((await raw({}, "/v1/messages/nothing")).status).toBe(404);
    expect(await (await raw({}, "/v1/messages/nothing")).json()).toMatchObject({
      type: "error",
      error: { type: "not_found_error" },
    });
  });

  test.for(["document", "search_result"])(
    "says that it reads no block of type %s",
    async (type) => {
      const content = [{ type, source: { type: "url", url: "https://example.com" } }];
      const response = await raw({ ...ask("x"), messages: [{ role: "user", content }] });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(`A block of type '${type}' cannot be read`);
    },
  );

  test("meets tools that only Anthropic has, and a choice without tools", async () => {
    const search = [{ type: "web_search_20250305", name: "web_search" }];
    expect(await (await raw({ ...ask("x"), tools: search })).text()).toContain("tools");
    expect(await (await raw({ ...ask("x"), tool_choice: { type: "any" } })).text()).toContain(
      "tool_choice",
    );
  });
});

function raw(body: object, path = "/v1/messages"): Promise<Response> {
  return fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "sk-right" },
    body: JSON.stringify(body),
  });
}

/** The events' data; each must say on its `event:` line what it is. */
function eventsOf(text: string): { type: string }[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      const event = JSON.parse(data ?? "null") as { type: string };
      expect(name).toBe(event.type);
      return event;
    });
}
