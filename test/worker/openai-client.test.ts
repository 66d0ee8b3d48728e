/** @file The official client against a real worker with a real, tiny model. */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { eventually } from "../support/eventually.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
let client: OpenAI;

beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "qwen2" }),
    names: ["tiny", "org/tiny:alias"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 4,
    embedding: true,
  });
  client = new OpenAI({
    baseURL: `${worker.url}/v1`,
    apiKey: "none",
    maxRetries: 0,
  });
}, 20_000);
afterAll(() => worker?.close());

const messages = [{ role: "user" as const, content: "Tell me about llamas." }];
/** What OpenAI's types do not know, but every server of GGUF files takes. */
const endless = { ignore_eos: true } as object;

describe("models", () => {
  test("lists the id and its aliases", async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(["tiny", "org/tiny:alias"]);
  });

  test("retrieves an id with a slash and a colon", async () => {
    expect((await client.models.retrieve("org/tiny:alias")).id).toBe("org/tiny:alias");
  });

  test("answers an unknown id with NotFoundError", async () => {
    await expect(client.models.retrieve("nope")).rejects.toThrow(OpenAI.NotFoundError);
  });
});

describe("chat completions", () => {
  test("answers whole, with usage and timings", async () => {
    const answer = await client.chat.completions.create({
      model: "tiny",
      messages,
      max_tokens: 12,
      ...endless,
    });
    expect(answer.object).toBe("chat.completion");
    expect(answer.choices[0]).toMatchObject({
      index: 0,
      finish_reason: "length",
    });
    expect(answer.choices[0]?.message.content?.length).toBeGreaterThan(0);
    expect(answer.usage).toMatchObject({ completion_tokens: 12 });
    expect(answer).toHaveProperty("timings.predicted_n", 12);
    expect(answer._request_id).toMatch(/^req_/);
  });

  test("gives the same answer to the same seed, streamed or not", async () => {
    const body = {
      model: "tiny",
      messages,
      max_tokens: 16,
      seed: 7,
      ...endless,
    };
    const whole = await client.chat.completions.create(body);
    let streamed = "";
    for await (const chunk of await client.chat.completions.create({
      ...body,
      stream: true,
    }))
      streamed += chunk.choices[0]?.delta.content ?? "";
    expect(streamed).toBe(whole.choices[0]?.message.content);
  });

  test("streams role, text, reason, then usage where it is asked for", async () => {
    const stream = await client.chat.completions.create({
      model: "tiny",
      messages,
      max_tokens: 5,
      stream: true,
      stream_options: { include_usage: true },
      ...endless,
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({
      role: "assistant",
      content: "",
    });
    expect(chunks.at(-2)?.choices[0]).toMatchObject({
      delta: {},
      finish_reason: "length",
    });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { completion_tokens: 5 },
    });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  test("satisfies the client's own stream accumulator", async () => {
    const runner = client.chat.completions.stream({
      model: "tiny",
      messages,
      max_tokens: 6,
      ...endless,
    });
    const final = await runner.finalChatCompletion();
    expect(final.choices[0]?.finish_reason).toBe("length");
  });

  test("gives three choices, each its own", async () => {
    const answer = await client.chat.completions.create({
      model: "tiny",
      messages,
      n: 3,
      max_tokens: 12,
      ...endless,
    });
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(answer.choices.map(({ message }) => message.content)).size).toBe(3);
    expect(answer.usage?.completion_tokens).toBe(36);
    expect(answer.usage?.prompt_tokens).toBeLessThan(60); // read once, not three times
  });

  test("stops at a stop string", async () => {
    const body = {
      model: "tiny",
      messages,
      max_tokens: 40,
      seed: 3,
      ...endless,
    };
    const free = (await client.chat.completions.create(body)).choices[0]?.message.content ?? "";
    const stop = free.slice(10, 14);
    const answer = await client.chat.completions.create({ ...body, stop });
    expect(answer.choices[0]?.message.content).toBe(free.slice(0, free.indexOf(stop)));
    expect(answer.choices[0]?.finish_reason).toBe("stop");
  });

  test("takes a bias of 100 as an order", async () => {
    const answer = await client.chat.completions.create({
      model: "tiny",
      messages,
      max_tokens: 3,
      temperature: 0,
      logit_bias: { "65": 100 },
      ...endless,
    });
    expect(new Set(answer.choices[0]?.message.content).size).toBe(1);
  });

  test("frees the slot within 250 ms of an abort", async () => {
    const abort = new AbortController();
    const stream = await client.chat.completions.create(
      { model: "tiny", messages, max_tokens: 1900, stream: true, ...endless },
      { signal: abort.signal },
    );
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    const busy = async () => {
      const slots = (await (await fetch(`${worker.url}/slots`)).json()) as {
        busy: boolean;
      }[];
      return slots.filter((slot) => slot.busy).length;
    };
    abort.abort();
    await eventually(async () => (await busy()) === 0, 250);
  });
});

describe("completions", () => {
  test("continues several prompts, n times each, numbered through", async () => {
    const answer = await client.completions.create({
      model: "tiny",
      prompt: ["Once", "Twice"],
      n: 2,
      max_tokens: 4,
      echo: true,
      ...endless,
    });
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(answer.choices.map(({ text }) => text.slice(0, 4))).toEqual([
      "Once",
      "Once",
      "Twic",
      "Twic",
    ]);
    expect(answer.usage?.completion_tokens).toBe(16);
  });

  test("takes token ids and defaults to 16 tokens", async () => {
    const answer = await client.completions.create({
      model: "tiny",
      prompt: [40, 41, 42],
      ...endless,
    });
    expect(answer.usage).toMatchObject({
      prompt_tokens: 3,
      completion_tokens: 16,
    });
  });

  test("streams", async () => {
    const stream = await client.completions.create({
      model: "tiny",
      prompt: "Once upon",
      max_tokens: 6,
      stream: true,
      ...endless,
    });
    const reasons: (string | null)[] = [];
    for await (const chunk of stream) reasons.push(chunk.choices[0]?.finish_reason ?? null);
    expect(reasons.at(-1)).toBe("length");
  });
});

describe("embeddings", () => {
  test("gives the client's default, base64, and floats alike", async () => {
    const input = ["A llama", "A hill"];
    const decoded = await client.embeddings.create({ model: "tiny", input });
    const floats = await client.embeddings.create({
      model: "tiny",
      input,
      encoding_format: "float",
    });
    expect(decoded.data.map(({ index }) => index)).toEqual([0, 1]);
    for (const [i, { embedding }] of decoded.data.entries()) {
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 4);
      embedding.forEach((x, j) => {
        expect(x).toBeCloseTo(floats.data[i]?.embedding[j] ?? 9, 4);
      });
    }
    expect(decoded.usage.prompt_tokens).toBeGreaterThan(2);
  });

  test("shortens to the dimensions asked for", async () => {
    const { data } = await client.embeddings.create({
      model: "tiny",
      input: "x",
      dimensions: 8,
    });
    expect(data[0]?.embedding).toHaveLength(8);
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 4);
  });
});

describe("errors", () => {
  const chat = (body: object) =>
    client.chat.completions.create({
      model: "tiny",
      messages,
      ...body,
    } as never);

  test.for([
    ["a temperature of 3", { temperature: 3 }, "temperature"],
    ["n of 0", { n: 0 }, "n"],
    ["no messages", { messages: [] }, "messages"],
    ["a role nobody has", { messages: [{ role: "wizard", content: "x" }] }, "messages[0].role"],
    ["a negative max_tokens", { max_tokens: -5 }, "max_tokens"],
    ["a broken grammar", { grammar: "root ::= (" }, "grammar"],
    ["a token that is not there", { logit_bias: { "99999999": 1 } }, "logit_bias"],
    ["a schema of an unknown type", { json_schema: { type: "llama" } }, "json_schema"],
    ["OpenAI's old functions", { functions: [{ name: "f" }] }, "functions"],
    ["a template of its own", { chat_template: "{{ 7 * 7 }}" }, "chat_template"],
    [
      "a template variable that nobody may set",
      { chat_template_kwargs: { messages: [] } },
      "chat_template_kwargs.messages",
    ],
  ] as const)("names the field of %s", async ([, body, param]) => {
    const error = await chat(body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect((error as InstanceType<typeof OpenAI.BadRequestError>).param).toBe(param);
  });

  test("tells a prompt that is too long by its code", async () => {
    const content = "llama ".repeat(3000);
    const error = await chat({ messages: [{ role: "user", content }] }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      status: 400,
      code: "context_length_exceeded",
      param: "messages",
    });
  });

  test("answers an unknown model with 404 and the names that are there", async () => {
    const error = await chat({ model: "gpt-9" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: "model_not_found", param: "model" });
    expect(String(error)).toContain("tiny");
  });

  test("ignores fields nobody knows", async () => {
    const answer = (await chat({
      max_tokens: 2,
      made_up: { deep: [1] },
    })) as OpenAI.ChatCompletion;
    expect(answer.choices).toHaveLength(1);
  });
});
