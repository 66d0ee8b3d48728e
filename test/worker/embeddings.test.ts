import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import type { EmbeddingList } from "../../src/protocol/openai.ts";
import type { TokenizeAnswer } from "../../src/protocol/tokens.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "bert", contextLength: 512 }),
    names: ["acme/embedder:1", "short"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 1,
    contextSize: 512,
    flashAttention: "off", // which computes in F16 otherwise
  });
});
afterAll(() => worker.close());

const post = (body: object, path = "/v1/embeddings") =>
  fetch(worker.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const embed = async (body: object) =>
  (await (await post({ model: "short", ...body })).json()) as EmbeddingList;
const vectorsOf = async (input: unknown, more: object = {}) =>
  (await embed({ input, ...more })).data.map(({ embedding }) => embedding as number[]);
const errorOf = async (body: object) => {
  const response = await post({ model: "short", ...body });
  expect(response.status).toBe(400);
  return ((await response.json()) as ErrorBody).error;
};
const tokensOf = async (prompt: string) =>
  ((await (await post({ prompt }, "/tokenize")).json()) as TokenizeAnswer).tokens;
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

const texts = ["the sea", "a ship sails", "deep water and far shores", "the sea is deep"];
const long = "deep sea ".repeat(600);

describe("POST /v1/embeddings", () => {
  test("gives text, texts, tokens and lists of tokens the same unit vectors", async () => {
    const batch = await vectorsOf(texts);
    const ids = await Promise.all(texts.map(tokensOf));
    const byTokens = await vectorsOf(ids);
    for (const [i, text] of texts.entries()) {
      const [alone = []] = await vectorsOf(text);
      const [single = []] = await vectorsOf(ids[i]);
      for (const other of [alone, single, byTokens[i] ?? []])
        expect(dot(batch[i] ?? [], other)).toBeCloseTo(1, 5);
    }
    expect(dot(batch[0] ?? [], batch[1] ?? [])).toBeLessThan(0.9999);
  });

  test("counts the tokens of all inputs", async () => {
    const { usage, model, object } = await embed({ input: texts });
    const counts = await Promise.all(texts.map(async (text) => (await tokensOf(text)).length));
    const total = counts.reduce((a, b) => a + b);
    expect(usage).toEqual({ prompt_tokens: total, total_tokens: total });
    expect([model, object]).toEqual(["short", "list"]);
  });

  test("encodes the same numbers in base64", async () => {
    const [floats = []] = await vectorsOf("the sea");
    const { data } = await embed({ input: "the sea", encoding_format: "base64" });
    const bytes = Buffer.from(data[0]?.embedding as string, "base64");
    const decoded = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
    expect(decoded).toEqual(floats);
  });

  test("gives the first dimensions, of length 1 again", async () => {
    const [whole = []] = await vectorsOf("the sea");
    const [part = []] = await vectorsOf("the sea", { dimensions: 16 });
    expect(part).toHaveLength(16);
    expect(dot(part, part)).toBeCloseTo(1, 5);
    expect((part[3] ?? 0) / (part[5] ?? 1)).toBeCloseTo((whole[3] ?? 0) / (whole[5] ?? 1), 4);
  });

  test("embeds 300 inputs in one request, in their order", async () => {
    const many = Array.from({ length: 300 }, (_, i) => `${texts[i % 4]} ${i}`);
    const { data } = await embed({ input: many });
    expect(data.map(({ index }) => index)).toEqual(many.map((_, i) => i));
    for (const i of [0, 63, 64, 299]) {
      const [alone = []] = await vectorsOf(many[i]);
      expect(dot(data[i]?.embedding as number[], alone)).toBeCloseTo(1, 5);
    }
  });

  test("serves the official client", async () => {
    const client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
    const { data } = await client.embeddings.create({
      model: "short",
      input: texts,
      dimensions: 8,
    });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([8, 8, 8, 8]);
  });

  test("answers FastChat's old route, whose path names the model", async () => {
    const [expected = []] = await vectorsOf("the sea");
    for (const path of ["short", "acme/embedder:1", "acme%2Fembedder%3A1"]) {
      const response = await post({ input: "the sea" }, `/v1/engines/${path}/embeddings`);
      const { data } = (await response.json()) as EmbeddingList;
      expect(data[0]?.embedding).toEqual(expected);
    }
    const unknown = await post({ input: "the sea" }, "/v1/engines/other/embeddings");
    expect(unknown.status).toBe(404);
  });

  test("shortens an input that is too long where asked, and keeps its end mark", async () => {
    const ids = await tokensOf(long);
    const cut = [...ids.slice(0, 511), ids.at(-1)];
    const [expected = []] = await vectorsOf([cut]);
    for (const wish of [{ truncate: true }, { truncate_prompt_tokens: -1 }]) {
      const { data, usage } = await embed({ input: long, ...wish });
      expect(usage.prompt_tokens).toBe(512);
      expect(dot(data[0]?.embedding as number[], expected)).toBeCloseTo(1, 5);
    }
    expect((await embed({ input: long, truncate_prompt_tokens: 10 })).usage.prompt_tokens).toBe(10);
  });

  test.for([
    ["the only input that is too long", { input: long }, "input"],
    ["one of several that is too long", { input: ["a", long] }, "input[1]"],
    ["an empty text", { input: "" }, "input"],
    ["an empty text among others", { input: ["a", "b", ""] }, "input[2]"],
    ["no input at all", { input: [] }, "input"],
    ["a token that is none", { input: [[1, 2], [99_999_999]] }, "input[1]"],
    ["a number that is no token", { input: [1.5] }, "input[0]"],
    ["more dimensions than there are", { input: "a", dimensions: 65 }, "dimensions"],
    ["no dimension", { input: "a", dimensions: 0 }, "dimensions"],
    ["an unknown encoding", { input: "a", encoding_format: "hex" }, "encoding_format"],
    ["a cut to nothing", { input: "a", truncate_prompt_tokens: 0 }, "truncate_prompt_tokens"],
  ] as const)("refuses %s by its field", async ([, body, param]) => {
    expect((await errorOf(body)).param).toBe(param);
  });
});
