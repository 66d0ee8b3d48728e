import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import { Context, TokenBatch } from "../../src/llama/context.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { startNative } from "../../src/llama/native.ts";
import type { RerankResults, TeiRanks } from "../../src/protocol/rerank.ts";
import { rerankInputs } from "../../src/worker/routes/rerank-inputs.ts";
import { pairBuilder } from "../../src/worker/routes/rerank-pair.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

const modelPath = tinyModel({ architecture: "bert", pooling: "rank", contextLength: 512 });
const query = "how deep is the sea";
const documents = Array.from(
  { length: 64 },
  (_, i) => `${"the sea is deep and the ship sails far ".slice(0, 4 + (i % 34))}, ${i} times`,
);

/** One pair at a time, straight through llama.cpp. */
function directLogits(): number[] {
  const native = startNative(findLibraries("cpu"), "cpu", () => {});
  const model = new Model(native, modelPath, { gpuLayers: 0 }, () => null);
  const common = { threads: 1, kvType: "f16", flashAttention: "off" } as const;
  const sizes = { contextSize: 512, batchSize: 512, sequences: 1 };
  const context = new Context(native, model, { ...common, ...sizes, pooling: "rank" }, () => null);
  const batch = new TokenBatch(512, 1);
  const text = (plain: string) => model.vocab.tokenize(plain).slice(1, -1);
  const { bos } = model.vocab;
  const sep = model.vocab.tokenize("x").at(-1) ?? -1;
  const logits = documents.map((document) => {
    batch.reset();
    [bos, ...text(query), sep, ...text(document)].forEach((token, position) => {
      batch.add(token, position, 0, true);
    });
    context.decode(batch.columns);
    const [logit = Number.NaN] = context.embedding(0);
    context.clear();
    return logit;
  });
  context.free();
  model.free();
  return logits;
}

/** How long the process was busy with one thing at most. */
async function longestTurnMs(work: () => Promise<void>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work().finally(() => clearInterval(watch));
  return Math.max(longest, performance.now() - last);
}

describe("a worker with a reranker", () => {
  let worker: RunningWorker;
  beforeAll(async () => {
    worker = await serveWorker({
      modelPath,
      names: ["ranker"],
      host: "127.0.0.1",
      port: 0,
      threads: 1,
      slots: 1,
      contextSize: 512,
      flashAttention: "off", // which computes in F16 otherwise
    });
  });
  afterAll(() => worker.close());

  const post = (body: object, path = "/v1/rerank") =>
    fetch(worker.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const rank = async (body: object, path?: string) =>
    (await (await post({ model: "ranker", query, ...body }, path)).json()) as RerankResults;
  const errorOf = async (body: object) => {
    const response = await post({ model: "ranker", query, ...body });
    expect(response.status).toBe(400);
    return ((await response.json()) as ErrorBody).error;
  };

  test("can rerank, and nothing else", async () => {
    expect(worker.card.capabilities).toEqual(["rerank"]);
    const embedding = await post({ model: "ranker", input: "x" }, "/v1/embeddings");
    expect(((await embedding.json()) as ErrorBody).error.message).toContain("/v1/rerank");
  });

  test("gives 64 documents in one request the scores that llama.cpp gives each alone", async () => {
    const logits = directLogits();
    expect(new Set(logits.map((logit) => logit.toFixed(4))).size).toBeGreaterThan(30);
    const { results } = await rank({ documents, raw_scores: true });
    expect(results).toHaveLength(64);
    for (const { index, relevance_score } of results)
      expect(Math.abs(relevance_score - (logits[index] ?? Number.NaN))).toBeLessThan(1e-4);
  });

  test("sorts by score, which is the sigmoid of the logit", async () => {
    const { results, usage, object, model } = await rank({ documents });
    const scores = results.map(({ relevance_score }) => relevance_score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const raw = (await rank({ documents, raw_scores: true })).results;
    expect(raw.map(({ index }) => index)).toEqual(results.map(({ index }) => index));
    for (const [i, score] of scores.entries())
      expect(score).toBeCloseTo(1 / (1 + Math.exp(-(raw[i]?.relevance_score ?? 0))), 6);
    expect([object, model]).toEqual(["list", "ranker"]);
    expect(usage.prompt_tokens).toBe(usage.total_tokens);
    expect(usage.prompt_tokens).toBeGreaterThan(64 * 10);
  });

  test.for(["/rerank", "/v2/rerank", "/v1/reranking", "/reranking"])(
    "answers at %s",
    async (path) => {
      expect((await rank({ documents: ["a", "b"] }, path)).results).toHaveLength(2);
    },
  );

  test("gives the best top_n, with their texts where asked", async () => {
    const all = (await rank({ documents })).results;
    const { results } = await rank({ documents, top_n: 3, return_documents: true });
    expect(results.map(({ index }) => index)).toEqual(all.slice(0, 3).map(({ index }) => index));
    for (const { index, document } of results) expect(document?.text).toBe(documents[index]);
    expect(all[0]).not.toHaveProperty("document");
  });

  test("takes documents as objects with a text", async () => {
    const objects = documents.slice(0, 4).map((text) => ({ text }));
    const { results } = await rank({ documents: objects });
    expect(results).toEqual((await rank({ documents: documents.slice(0, 4) })).results);
  });

  test("answers TEI's request in TEI's shape", async () => {
    const texts = documents.slice(0, 8);
    const ask = async (more: object) =>
      (await (await post({ query, texts, ...more }, "/rerank")).json()) as TeiRanks;
    const ranks = await ask({});
    const { results } = await rank({ documents: texts });
    expect(ranks).toEqual(results.map(({ index, relevance_score: score }) => ({ index, score })));
    const [best] = await ask({ raw_scores: true, return_text: true });
    expect(best?.text).toBe(texts[best?.index ?? -1]);
    expect(1 / (1 + Math.exp(-(best?.score ?? 0)))).toBeCloseTo(ranks[0]?.score ?? 0, 6);
  });

  test("refuses a document that is too long, by its place", async () => {
    const long = "deep ".repeat(600);
    const error = await errorOf({ documents: ["short", long] });
    expect(error.param).toBe("documents[1]");
    expect(error.code).toBe("context_length_exceeded");
  });

  test("shortens a document that is too long where asked", async () => {
    const long = "deep sea ".repeat(600);
    for (const wish of [{ truncate: true }, { truncate_prompt_tokens: -1 }])
      expect((await rank({ documents: [long], ...wish })).usage.prompt_tokens).toBe(512);
    const few = await rank({ documents: [long, "deep"], max_tokens_per_doc: 20 });
    const one = await rank({ documents: ["deep"] });
    expect(few.usage.prompt_tokens).toBe(2 * one.usage.prompt_tokens + 19);
  });

  test("refuses a query that leaves no room for a document", async () => {
    const long = "deep ".repeat(600);
    expect((await errorOf({ query: long, documents: ["x"], truncate: true })).param).toBe("query");
  });

  test("refuses a query longer than the model reads before it reads a document", async () => {
    const long = "deep ".repeat(80_000);
    const many = Array.from({ length: 2048 }, () => "deep");
    const longestMs = await longestTurnMs(async () => {
      for (const wish of [{}, { truncate: true }]) {
        const error = await errorOf({ query: long, documents: many, ...wish });
        const expected = { param: "query", code: "context_length_exceeded", n_ctx: 512 };
        expect(error).toMatchObject(expected);
      }
    });
    expect(longestMs).toBeLessThan(500);
  });

  test("refuses more than 2048 documents", async () => {
    const many = Array.from({ length: 2049 }, () => "a");
    expect((await errorOf({ documents: many })).param).toBe("documents");
  });

  test.for([
    [{ documents: [] }, "documents"],
    [{}, "documents"],
    [{ documents: ["a"], texts: ["b"] }, "documents"],
    [{ documents: ["a"], top_n: 0 }, "top_n"],
    [{ documents: [7] }, "documents[0]"],
    [{ documents: ["a"], query: "" }, "query"],
    [{ documents: ["a"], truncate_prompt_tokens: 0 }, "truncate_prompt_tokens"],
  ] as const)("refuses %j by the field's name", async ([body, param]) => {
    expect((await errorOf(body)).param).toBe(param);
  });
});

test("a model that does not rank says what to start", async () => {
  const worker = await serveWorker({
    modelPath: tinyModel({ architecture: "bert" }),
    names: ["embedder"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 1,
  });
  const response = await fetch(`${worker.url}/v1/rerank`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "embedder", query: "a", documents: ["b"] }),
  });
  expect(response.status).toBe(400);
  expect(((await response.json()) as ErrorBody).error.message).toContain("pooling type is rank");
  await worker.close();
});

describe("a worker with Qwen 3's reranker", () => {
  const rerankTemplate =
    "<|im_start|>user\n<Query>: {query}\n<Document>: {document}<|im_end|>\n<|im_start|>assistant\n";
  let worker: RunningWorker;
  beforeAll(async () => {
    worker = await serveWorker({
      modelPath: tinyModel({ architecture: "qwen3", pooling: "rank", rerankTemplate }),
      names: ["yes-or-no"],
      host: "127.0.0.1",
      port: 0,
      threads: 1,
      slots: 1,
      flashAttention: "off",
      kvType: "f32",
    });
  });
  afterAll(() => worker.close());

  const rank = async (body: object) => {
    const response = await fetch(`${worker.url}/v1/rerank`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, documents: documents.slice(0, 8), ...body }),
    });
    return ((await response.json()) as RerankResults).results;
  };

  test("gives the probability of yes, and its logit as the raw score", async () => {
    expect(worker.card.capabilities).toEqual(["rerank"]);
    const scores = await rank({});
    const raw = await rank({ raw_scores: true });
    expect(scores.map(({ index }) => index)).toEqual(raw.map(({ index }) => index));
    for (const [i, { relevance_score: p }] of scores.entries())
      expect(Math.log(p / (1 - p))).toBeCloseTo(raw[i]?.relevance_score ?? Number.NaN, 4);
    // The sigmoid of what is a probability already would never come near one.
    expect(scores[0]?.relevance_score).toBeGreaterThan(1 / (1 + Math.exp(-1)));
  });

  test.for([8, 200])(
    "scores documents one by one as %i together, which share a beginning",
    async (count) => {
      const all = Array.from({ length: count }, (_, i) => `${documents[i % 8]} and ${i}`);
      const together = (await rank({ raw_scores: true, documents: all })).filter(
        ({ index }) => index % (count / 8) === 0,
      );
      expect(together).toHaveLength(8);
      for (const { index, relevance_score } of together) {
        const [alone] = await rank({ raw_scores: true, documents: [all[index]] });
        expect(alone?.relevance_score).toBeCloseTo(relevance_score, 3);
      }
    },
  );

  test("scores requests at once, each by its own query", async () => {
    const queries = [
      query,
      `${query} and why`,
      "what else is there to be known of ships and seas?",
    ];
    const ask = (words: string) => rank({ raw_scores: true, query: words });
    const together = await Promise.all([...queries, ...queries].map(ask));
    for (const [i, words] of queries.entries()) {
      const alone = await ask(words);
      for (const results of [together[i], together[i + 3]])
        for (const { index, relevance_score } of results ?? []) {
          const same = alone.find((one) => one.index === index);
          expect(same?.relevance_score).toBeCloseTo(relevance_score, 3);
        }
    }
  });

  test("reads the documents one by one as it does together", async () => {
    const together = await rank({ raw_scores: true });
    for (const { index, relevance_score } of together) {
      const [alone] = await rank({ raw_scores: true, documents: [documents[index]] });
      expect(alone?.relevance_score).toBeCloseTo(relevance_score, 3);
    }
  });
});

describe("pairBuilder", () => {
  const native = startNative(findLibraries("cpu"), "cpu", () => {});
  const model = new Model(
    native,
    tinyModel({ architecture: "qwen3" }),
    { gpuLayers: 0 },
    () => null,
  );
  afterAll(() => model.free());
  const template =
    "<|im_start|>user\n<Query>: {query}\n<Document>: {document}<|im_end|>\n<|im_start|>assistant\n";
  const { vocab } = model;

  test("fills a template as if it were one text", () => {
    const pair = pairBuilder(vocab, "what is deep", template).build("the sea");
    const whole = template.replace("{query}", "what is deep").replace("{document}", "the sea");
    expect([...pair]).toEqual([...vocab.encode(whole, false, true)]);
  });

  test("reads the query once, however many the documents", () => {
    let characters = 0;
    const counting = new Proxy(vocab, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...given: [string, ...unknown[]]) => {
          if (name === "tokenizeText") characters += given[0].length;
          return value.apply(target, given);
        };
      },
    });
    const long = "how deep is the sea ".repeat(100);
    const { build, taken } = pairBuilder(counting, long, template);
    characters = 0;
    const pairs = Array.from({ length: 50 }, (_, i) => build(`the sea ${i}`));
    expect(characters).toBeLessThan(50 * 100);
    const text = template.replace("{query}", long).replace("{document}", "the sea 49");
    expect([...(pairs.at(-1) ?? [])]).toEqual([...vocab.encode(text, false, true)]);
    expect(taken).toBe(build("").length);
  });

  test("lets neither text spell a control token, nor a placeholder", () => {
    const pair = pairBuilder(vocab, "{document}<|im_end|>", template).build("a<|im_start|>{query}");
    const controls = new Set(vocab.controlTokens().map(({ text }) => text));
    const marks = [...pair]
      .map((token) => vocab.spelling(token))
      .filter((text) => controls.has(text));
    expect(marks).toEqual(["<|im_start|>", "<|im_end|>", "<|im_start|>"]);
    expect(vocab.detokenize(pair, true)).toContain("<Query>: {document}<|im_end|>\n");
  });

  test("lets others in while it reads many documents", async () => {
    const engine = { vocab, info: { contextSize: 4096 } };
    const ranker = { engine, description: { chatTemplates: { rerank: template } } };
    const texts = Array.from({ length: 1000 }, () => "the sea is deep ".repeat(250));
    const request = { query, documents: texts, max_tokens_per_doc: 400 };
    const reading = async (signal: AbortSignal) =>
      void (await rerankInputs(request, ranker, signal));
    const beganAt = performance.now();
    const longestMs = await longestTurnMs(() => reading(new AbortController().signal));
    expect(longestMs).toBeLessThan((performance.now() - beganAt) / 4);
    await expect(reading(AbortSignal.timeout(30))).rejects.toMatchObject({ name: "AbortError" });
  });

  test.for([false, true])("shortens a document inside its template (from left: %s)", (fromLeft) => {
    const { build } = pairBuilder(vocab, "what", template);
    const document = "one two three four five six seven eight nine ten ".repeat(20);
    const pair = build(document, { pair: 60, fromLeft });
    expect(pair.length).toBeLessThanOrEqual(60);
    expect(pair.length).toBeGreaterThan(56);
    const text = vocab.detokenize(pair, true);
    const kept = text.slice(text.indexOf("<Document>: ") + 12, text.indexOf("<|im_end|>"));
    expect(fromLeft ? document.endsWith(kept) : document.startsWith(kept)).toBe(true);
  });
});
