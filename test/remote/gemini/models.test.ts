/** @file Gemini's list of models, and those of them that embed. */
import { describe, expect, test } from "vitest";
import { startGemini } from "../../support/gemini-worker.ts";
import { post } from "../../support/remote-worker.ts";

describe("embeddings", () => {
  test("are unit vectors, in order, of as many dimensions as asked for", async () => {
    const { openai, stub } = await startGemini({ upstreamModel: "gemini-embedding-001" });
    const input = [...new Array<string>(100).fill("near"), "far"];
    const { data, usage } = await openai.embeddings.create({ model: "m", input, dimensions: 2 });
    expect(data).toHaveLength(101);
    expect(data[0]?.embedding.map((it) => it.toFixed(3))).toEqual(["0.600", "0.800"]);
    expect(data[100]?.embedding.map((it) => it.toFixed(3))).toEqual(["0.600", "-0.800"]);
    expect(usage.prompt_tokens).toBeGreaterThan(100);
    expect(stub.asked.map(({ body }) => (body.requests as object[]).length)).toEqual([100, 1]);
    expect(stub.asked[1]?.body.requests).toEqual([
      {
        model: "models/gemini-embedding-001",
        content: { parts: [{ text: "far" }] },
        outputDimensionality: 2,
      },
    ]);
  });

  test("of tokens are refused", async () => {
    const { worker } = await startGemini({ upstreamModel: "gemini-embedding-001" });
    const response = await post(worker.url, "/v1/embeddings", { model: "m", input: [1, 2] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: "input" } });
  });
});

describe("its list of models", () => {
  test("tells what each can do and reads, past the first page", async () => {
    const { worker } = await startGemini({ names: [], upstreamModel: undefined });
    const { data } = await worker.served();
    expect(
      data.map(({ id, capabilities, context_length }) => [id, capabilities, context_length]),
    ).toEqual([
      ["gemini-2.5-flash", ["chat", "vision"], 1_048_576],
      ["gemini-3-pro-preview", ["chat", "vision"], 1_048_576],
      ["gemini-embedding-001", ["embeddings"], 2048],
    ]);
    expect(data[0]?.upstream).toEqual({ kind: "gemini-native", model: "gemini-2.5-flash" });
  });

  test("knows a model by its whole name too", async () => {
    const { worker } = await startGemini({ upstreamModel: "models/gemini-embedding-001" });
    const { data } = await worker.served();
    expect(data[0]).toMatchObject({ id: "m", capabilities: ["embeddings"], context_length: 2048 });
  });

  test("has no models that go on with texts", async () => {
    const { worker } = await startGemini();
    const response = await post(worker.url, "/v1/completions", { model: "m", prompt: "Once" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "unsupported_capability" } });
  });
});
