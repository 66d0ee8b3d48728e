/** @file The clients of every dialect, unmodified, against a real worker with a real, tiny model. */
import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { eventually } from "../support/eventually.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
let embedder: RunningWorker;
let anthropic: Anthropic;
let openai: OpenAI;
let ollama: Ollama;

const local = { host: "127.0.0.1", port: 0, threads: 1, slots: 4 };
beforeAll(async () => {
  const modelPath = tinyModel({ architecture: "qwen2" });
  worker = await serveWorker({ ...local, modelPath, names: ["tiny"] });
  const bert = tinyModel({ architecture: "bert" });
  embedder = await serveWorker({ ...local, modelPath: bert, names: ["bert"] });
  anthropic = new Anthropic({ baseURL: worker.url, apiKey: "none", maxRetries: 0 });
  openai = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
  ollama = new Ollama({ host: worker.url });
});
afterAll(async () => {
  await worker?.close();
  await embedder?.close();
});

const model = "tiny";
const content = "Tell me about llamas.";
const messages = [{ role: "user" as const, content }];

describe("a client that leaves in the middle of a stream", () => {
  // A text that no model can end early.
  const schema = {
    type: "object",
    properties: { long: { type: "string", minLength: 1500 } },
    required: ["long"],
    additionalProperties: false,
  };
  const format = { type: "json_schema", name: "long", schema };
  const busy = async () => {
    const slots = (await (await fetch(`${worker.url}/slots`)).json()) as { busy: boolean }[];
    return slots.filter((slot) => slot.busy).length;
  };
  const post = (path: string, body: object, signal: AbortSignal) =>
    fetch(worker.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, stream: true, ...body }),
      signal,
    });

  test.for<[string, object]>([
    ["/v1/messages", { max_tokens: 5000, messages, output_config: { format } }],
    ["/v1/responses", { input: content, text: { format } }],
    ["/api/chat", { messages, format: schema }],
  ])("frees its slot at once: %s", async ([path, body]) => {
    const aborter = new AbortController();
    const reader = (await post(path, body, aborter.signal)).body?.getReader();
    await reader?.read();
    expect(await busy()).toBe(1);
    aborter.abort();
    expect(await eventually(async () => (await busy()) === 0)).toBeLessThan(1000);
  });
});

describe("Anthropic", () => {
  test("gives a message of as many tokens as were asked for, and the same as a stream", async () => {
    const asked = { model, messages, max_tokens: 8, temperature: 0 };
    const whole = await anthropic.messages.create(asked);
    const streamed = await anthropic.messages.stream(asked).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(whole.usage.output_tokens).toBeLessThanOrEqual(8);
    const { input_tokens, cache_read_input_tokens } = whole.usage;
    const counted = await anthropic.messages.countTokens({ model, messages });
    expect(input_tokens + (cache_read_input_tokens ?? 0)).toBe(counted.input_tokens);
    // What was read for the first is cached for the second, but for the token that is decoded anew.
    expect(streamed.usage.cache_read_input_tokens).toBeGreaterThan(0);
  });

  test("has its prompt's size in the first event", async () => {
    const asked = { model, messages, max_tokens: 4 };
    const events = await anthropic.messages.create({ ...asked, stream: true });
    const { input_tokens } = await anthropic.messages.countTokens({ model, messages });
    for await (const event of events) {
      if (event.type !== "message_start") continue;
      const { usage } = event.message;
      expect(usage.input_tokens + (usage.cache_read_input_tokens ?? 0)).toBe(input_tokens);
    }
  });

  test("calls the tool that it must call", async () => {
    const message = await anthropic.messages.create({
      model,
      messages,
      max_tokens: 400,
      tools: [
        {
          name: "look_up",
          input_schema: {
            type: "object",
            properties: { animal: { enum: ["llama", "alpaca"] } },
            required: ["animal"],
            additionalProperties: false,
          },
        },
      ],
      tool_choice: { type: "tool", name: "look_up", disable_parallel_tool_use: true },
    });
    const call = message.content.find((block) => block.type === "tool_use");
    expect(call).toMatchObject({
      name: "look_up",
      input: { animal: expect.stringMatching(/^(llama|alpaca)$/) },
    });
    expect(message.stop_reason).toBe("tool_use");
  });
});

describe("Responses", () => {
  test("go on from one another, whole and streamed", async () => {
    const asked = { model, max_output_tokens: 6, temperature: 0 };
    const first = await openai.responses.create({ ...asked, input: content });
    const next = { ...asked, input: "More.", previous_response_id: first.id };
    const whole = await openai.responses.create(next);
    const streamed = await openai.responses.stream(next).finalResponse();
    expect(streamed.output_text).toBe(whole.output_text);
    expect(whole.usage?.input_tokens).toBeGreaterThan(first.usage?.input_tokens ?? 0);
    expect(whole.usage?.input_tokens_details.cached_tokens).toBeGreaterThan(0);
  });

  test("follow a schema", async () => {
    const schema = {
      type: "object",
      properties: { legs: { type: "integer", minimum: 0, maximum: 9 } },
      required: ["legs"],
      additionalProperties: false,
    };
    const response = await openai.responses.create({
      model,
      input: content,
      text: { format: { type: "json_schema", name: "animal", schema, strict: true } },
      max_output_tokens: 200,
    });
    expect(JSON.parse(response.output_text)).toEqual({ legs: expect.any(Number) });
  });

  test("tell how likely each token was", async () => {
    const { output } = await openai.responses.create({
      model,
      input: content,
      max_output_tokens: 4,
      include: ["message.output_text.logprobs"],
      top_logprobs: 3,
    });
    const [item] = output;
    const part = item?.type === "message" ? item.content[0] : undefined;
    if (part?.type !== "output_text") throw new Error("There is no text.");
    const logprobs = part.logprobs ?? [];
    expect(logprobs.length).toBeGreaterThan(0);
    expect(logprobs.map(({ token }) => token).join("")).toBe(part.text);
    for (const { top_logprobs } of logprobs) expect(top_logprobs).toHaveLength(3);
  });
});

describe("Ollama", () => {
  const options = { num_predict: 6, temperature: 0 };

  test("chats, whole and streamed", async () => {
    const whole = await ollama.chat({ model, messages, options });
    let text = "";
    for await (const chunk of await ollama.chat({ model, messages, options, stream: true }))
      text += chunk.message.content;
    expect(text).toBe(whole.message.content);
    expect(whole.eval_count).toBeLessThanOrEqual(6);
    expect(whole.total_duration).toBeGreaterThan(0);
  });

  test("generates from a raw prompt, which no template is put around", async () => {
    const raw = await ollama.generate({ model, prompt: content, raw: true, options });
    const prompted = await ollama.generate({ model, prompt: content, options });
    expect(raw.prompt_eval_count).toBeLessThan(prompted.prompt_eval_count);
    expect(raw.response).not.toBe("");
  });

  test("embeds texts as unit vectors, and cuts those that are too long", async () => {
    const client = new Ollama({ host: embedder.url });
    const input = ["a llama", "llama ".repeat(5000)];
    const { embeddings } = await client.embed({ model: "bert", input });
    for (const vector of embeddings) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    const { embedding } = await client.embeddings({ model: "bert:latest", prompt: "a llama" });
    expect(embedding[0]).toBeCloseTo(embeddings[0]?.[0] ?? 0, 5);
    const long = client.embed({ model: "bert", input: "llama ".repeat(5000), truncate: false });
    await expect(long).rejects.toMatchObject({ status_code: 400 });
  });

  test("shows what the file says", async () => {
    const shown = await ollama.show({ model });
    expect(shown.details.family).toBe("qwen2");
    expect(shown.capabilities).toContain("completion");
    expect((await ollama.list()).models[0]?.size).toBeGreaterThan(1000);
  });
});
