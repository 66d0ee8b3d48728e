import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareModel } from "../../src/engine/adapter-set.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { QueueFullError } from "../../src/errors/limit-errors.ts";
import { ContextLengthError } from "../../src/errors/request-errors.ts";
import { eventually } from "../support/eventually.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

const story = "Once upon a time there was a small llama who lived on a hill. ";

describe("Engine", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startTinyEngine(tinyModel({ architecture: "qwen2" }));
  });
  afterAll(() => engine.close());

  test("gives the same tokens for the same seed, and others for another", async () => {
    const run = (seed: number) =>
      collect(engine, toGeneration(engine, story, { seed, cachePrompt: false }));
    const [first, again, other] = [await run(7), await run(7), await run(8)];
    expect(again.texts).toEqual(first.texts);
    expect(other.texts).not.toEqual(first.texts);
    expect(first.finishes[0]?.timings.completionTokens).toBe(24);
  });

  test("answers a batch as it answers alone", async () => {
    const prompts = ["Hello", "Good morning to you", story, `${story}${story}`];
    const greedy = (prompt: string) =>
      collect(engine, toGeneration(engine, prompt, { temperature: 0, cachePrompt: false }));
    const alone: string[][] = [];
    for (const prompt of prompts) alone.push((await greedy(prompt)).texts);
    const together = await Promise.all(prompts.map(greedy));
    // Sums are taken in another order in a larger batch, so a near tie may fall the other way.
    const same = together.filter(({ texts }, i) => texts[0] === alone[i]?.[0]);
    expect(same.length).toBeGreaterThanOrEqual(3);
  });

  test("reads a prompt once for all choices, and each choice draws for itself", async () => {
    const { texts, finishes } = await collect(
      engine,
      toGeneration(engine, story, { choices: 3, cachePrompt: false }),
    );
    expect(new Set(texts).size).toBe(3);
    expect(finishes.map(({ timings }) => timings.forked)).toEqual([false, true, true]);
    expect(finishes[1]?.timings.cachedTokens).toBe(finishes[0]?.timings.promptTokens);
  });

  test("reuses the beginning that a slot still holds", async () => {
    const first = `${story.repeat(3)}The first turn.`;
    await collect(engine, toGeneration(engine, first));
    const second = await collect(engine, toGeneration(engine, `${first} And a second turn.`));
    const timings = second.finishes[0]?.timings;
    expect(timings?.cachedTokens).toBeGreaterThan(40);
    expect(timings?.cachedTokens).toBeLessThan(timings?.promptTokens ?? 0);
  });

  test("answers after a reused beginning as after a fresh one", async () => {
    const prompt = `${story.repeat(2)}What happened next? `;
    const ask = (cachePrompt: boolean) =>
      collect(engine, toGeneration(engine, prompt, { temperature: 0, maxTokens: 8, cachePrompt }));
    const fresh = await ask(false);
    await ask(true);
    const reused = await ask(true);
    expect(reused.finishes[0]?.timings.cachedTokens).toBeGreaterThan(20);
    expect(reused.texts[0]?.slice(0, 4)).toBe(fresh.texts[0]?.slice(0, 4));
  });

  test("stops at a stop string and sends nothing of it", async () => {
    const free = await collect(engine, toGeneration(engine, "Tell me", { cachePrompt: false }));
    const text = free.texts[0] ?? "";
    const stop = text.slice(8, 12);
    const stopped = await collect(
      engine,
      toGeneration(engine, "Tell me", { stops: [stop], cachePrompt: false }),
    );
    expect(stopped.texts[0]).toBe(text.slice(0, text.indexOf(stop)));
    expect(stopped.finishes[0]?.reason).toBe("stop");
  });

  test("ends with 'length' at max tokens, and where the context ends", async () => {
    const short = await collect(engine, toGeneration(engine, "Hi", { maxTokens: 3 }));
    expect(short.finishes[0]).toMatchObject({ reason: "length", timings: { completionTokens: 3 } });
    const long = await collect(engine, toGeneration(engine, "Hi", { maxTokens: null }));
    const { promptTokens = 0, completionTokens = 0 } = long.finishes[0]?.timings ?? {};
    expect(long.finishes[0]?.reason).toBe("length");
    expect(promptTokens + completionTokens).toBe(engine.info.contextSize);
  });

  test("refuses a prompt that leaves no room, with both figures", () => {
    const generation = toGeneration(engine, "Hi", { tokens: new Int32Array(1024).fill(5) });
    const refused = () => engine.generate(generation, new AbortController().signal);
    expect(refused).toThrow(ContextLengthError);
    expect(refused).toThrow(/1024 tokens/);
  });

  test("obeys a grammar, and says what is wrong with a bad one", async () => {
    const grammar = { gbnf: 'root ::= ("yes" | "no")', param: "grammar" };
    const { texts, finishes } = await collect(
      engine,
      toGeneration(engine, "Yes or no?", { grammar, ignoreEnd: false }),
    );
    expect(["yes", "no"]).toContain(texts[0]);
    expect(finishes[0]?.reason).toBe("stop");
    const bad = toGeneration(engine, "x", { grammar: { gbnf: "root ::= (", param: "my_field" } });
    await expect(collect(engine, bad)).rejects.toMatchObject({ status: 400, param: "my_field" });
  });

  test.for([
    ["nothing", "root ::= [^\\x00-\\U0010FFFF]"],
    ["nothing more", 'root ::= "a" [^\\x00-\\U0010FFFF]'],
  ])("survives a grammar that allows %s", async ([, gbnf]) => {
    const grammar = { gbnf, param: "grammar" };
    const generation = toGeneration(engine, "Hi", { grammar, ignoreEnd: false });
    await expect(collect(engine, generation)).rejects.toMatchObject({ status: 400 });
    expect((await collect(engine, toGeneration(engine, "Hi"))).texts[0]).toBeTruthy();
  });

  test("ends at once where a grammar allows no text", async () => {
    const grammar = { gbnf: 'root ::= ""', param: "grammar" };
    const { texts, finishes } = await collect(engine, toGeneration(engine, "Hi", { grammar }));
    expect(texts[0]).toBe("");
    expect(finishes[0]?.reason).toBe("stop");
  });

  test("lets no stop token end an answer before its least length", async () => {
    const { vocab } = engine;
    const stopTokens = Array.from({ length: vocab.size - 10 }, (_, token) => token);
    const { finishes } = await collect(
      engine,
      toGeneration(engine, "Hi", { stopTokens, minTokens: 6, ignoreEnd: false, maxTokens: 30 }),
    );
    expect(finishes[0]?.timings.completionTokens).toBeGreaterThanOrEqual(6);
  });

  test("forbids what a bias of -Infinity names, and takes what a large one favours", async () => {
    const free = await collect(engine, toGeneration(engine, "x", { temperature: 0 }));
    const [token = 0] = engine.vocab.tokenize(free.texts[0] ?? "", false);
    const spelling = engine.vocab.detokenize([token]);
    const { sampling } = toGeneration(engine, "x", { temperature: 0 });
    const bias = (value: number) =>
      toGeneration(engine, "x", { sampling: { ...sampling, logitBias: [[token, value]] } });
    const favoured = await collect(engine, bias(1000));
    expect(favoured.texts[0]).toBe(spelling.repeat(24));
    const forbidden = await collect(engine, bias(Number.NEGATIVE_INFINITY));
    expect(forbidden.texts[0]?.startsWith(spelling)).toBe(false);
  });

  test("frees the slot within a step when a decode is cancelled", async () => {
    const abort = new AbortController();
    const reader = engine.generate(toGeneration(engine, "Hi", { maxTokens: 900 }), abort.signal);
    await reader.next();
    abort.abort();
    await expect(reader.next()).rejects.toThrow(/cancelled/);
    await eventually(() => engine.gauge("busy") === 0, 250);
  });

  test("frees the slot when the reader leaves early", async () => {
    const signal = new AbortController().signal;
    for await (const _ of engine.generate(toGeneration(engine, "Hi", { maxTokens: 900 }), signal))
      break;
    await eventually(() => engine.gauge("busy") === 0, 250);
  });

  test("waits its turn when every slot is taken, and every request is answered", async () => {
    const many = Array.from({ length: 12 }, (_, i) =>
      collect(engine, toGeneration(engine, `Number ${i}`, { seed: i })),
    );
    const answers = await Promise.all(many);
    expect(answers.map(({ finishes }) => finishes[0]?.timings.completionTokens)).toEqual(
      Array(12).fill(24),
    );
    expect(engine.gauge("busy")).toBe(0);
    expect(engine.gauge("queued")).toBe(0);
  });

  test("draws choices that found no free slot later, from the same prompt", async () => {
    const busy = [1, 2].map((seed) =>
      collect(engine, toGeneration(engine, `Busy ${seed}`, { seed, maxTokens: 200 })),
    );
    const { texts } = await collect(engine, toGeneration(engine, story, { choices: 4 }));
    await Promise.all(busy);
    expect(texts.filter((text) => text.length > 0)).toHaveLength(4);
  });
});

describe("Engine under pressure", () => {
  test("refuses more requests than it may hold, and says when to come back", async () => {
    const engine = await startTinyEngine(tinyModel(), { slots: 1, maxRequests: 2 });
    const abort = new AbortController();
    const start = () =>
      engine.generate(toGeneration(engine, "Hi", { maxTokens: 900 }), abort.signal);
    const running = [start(), start()];
    expect(start).toThrow(QueueFullError);
    expect(engine.expectedWaitSeconds()).toBeGreaterThanOrEqual(1);
    abort.abort();
    await Promise.allSettled(running.map((reader) => reader.next()));
    await engine.close();
  });

  test("answers everything though the KV cache cannot hold them all to their end", async () => {
    const engine = await startTinyEngine(tinyModel(), { contextSize: 512, slots: 4 });
    // Without a limit each is taken for a short answer, so more are seated than fit in the end.
    const answers = await Promise.all(
      [1, 2, 3, 4].map((seed) =>
        collect(engine, toGeneration(engine, "Go", { seed, maxTokens: null })),
      ),
    );
    for (const { finishes } of answers) {
      const { promptTokens = 0, completionTokens = 0 } = finishes[0]?.timings ?? {};
      expect(promptTokens + completionTokens).toBe(512);
    }
    await engine.close();
  });

  test("brings a conversation back from RAM after its slot was taken", async () => {
    const engine = await startTinyEngine(tinyModel({ architecture: "qwen3" }), { slots: 1 });
    const talk = `${story.repeat(6)}`;
    await collect(engine, toGeneration(engine, talk));
    await collect(engine, toGeneration(engine, "Something else altogether. ".repeat(12)));
    const back = await collect(engine, toGeneration(engine, `${talk} Go on.`));
    expect(back.finishes[0]?.timings.cachedTokens).toBeGreaterThan(80);
    await engine.close();
  });

  test("cancels in the middle of a long prompt", async () => {
    const engine = await startTinyEngine(
      tinyModel({ layers: 8, embeddingLength: 256, contextLength: 8192 }),
      { contextSize: 8192, batchSize: 64 },
    );
    const abort = new AbortController();
    const tokens = new Int32Array(8000).map((_, i) => 20 + (i % 200));
    const reader = engine.generate(toGeneration(engine, "", { tokens }), abort.signal);
    await eventually(() => engine.gauge("steps") > 1, 5000);
    abort.abort();
    await expect(reader.next()).rejects.toThrow(/cancelled/);
    await eventually(() => engine.gauge("busy") === 0, 500);
    expect(engine.gauge("kvUsed")).toBeLessThan(8000);
    await engine.close();
  });
});

describe("Engine embeddings", () => {
  const length = (vector: Float32Array) => Math.hypot(...vector);

  test.for(["bert", "llama"] as const)(
    "%s gives unit vectors, alike alone and in a batch",
    async (architecture) => {
      const path = tinyModel({ architecture, pooling: "mean" });
      const engine = await startTinyEngine(path, {
        embedding: true,
        embeddingOnly: true,
        pooling: "unspecified",
      });
      const { signal } = new AbortController();
      const texts = ["A llama", "Another animal on a hill", "Something else"];
      const inputs = texts.map((text) => Int32Array.from(engine.vocab.tokenize(text)));
      const together = await engine.embed(inputs, bareModel, signal);
      expect(together).toHaveLength(3);
      for (const [i, input] of inputs.entries()) {
        const [alone = new Float32Array()] = await engine.embed([input], bareModel, signal);
        expect(length(alone)).toBeCloseTo(1, 5);
        const cosine = alone.reduce((sum, x, j) => sum + x * (together[i]?.[j] ?? 0), 0);
        expect(cosine).toBeGreaterThan(0.9999);
      }
      await engine.close();
    },
  );

  test.for([500, 514])("embeds up to an odd length of %i tokens", async (contextLength) => {
    const engine = await startTinyEngine(tinyModel({ architecture: "bert", contextLength }), {
      embedding: true,
      embeddingOnly: true,
      pooling: "unspecified",
    });
    const { signal } = new AbortController();
    const inputs = [new Int32Array(contextLength).fill(7), Int32Array.of(5, 6)];
    expect(await engine.embed(inputs, bareModel, signal)).toHaveLength(2);
    const longer = engine.embed([new Int32Array(contextLength + 1).fill(7)], bareModel, signal);
    await expect(longer).rejects.toThrow(ContextLengthError);
    await engine.close();
  });

  test("embeds inputs that share a beginning as it embeds each alone", async () => {
    const engine = await startTinyEngine(tinyModel({ architecture: "qwen3", pooling: "last" }), {
      embedding: true,
      embeddingOnly: true,
      pooling: "unspecified",
      pooledLast: true,
      kvType: "f32",
      flashAttention: "off",
    });
    const { signal } = new AbortController();
    const instruction = engine.vocab.tokenize("Instruct: find what answers the question\nQuery: ");
    const inputs = Array.from({ length: 150 }, (_, i) =>
      Int32Array.from([...instruction, 20 + (i % 50), ...Array(i % 9).fill(30)]),
    );
    const [together, others] = await Promise.all([
      engine.embed(inputs, bareModel, signal),
      engine.embed([Int32Array.of(11, 12), Int32Array.of(13)], bareModel, signal),
    ]);
    expect(others).toHaveLength(2);
    for (const i of [0, 49, 62, 63, 149]) {
      const [alone = new Float32Array()] = await engine.embed(
        [inputs[i] ?? Int32Array.of()],
        bareModel,
        signal,
      );
      const cosine = alone.reduce((sum, x, j) => sum + x * (together[i]?.[j] ?? 0), 0);
      expect(cosine).toBeGreaterThan(0.9999);
    }
    const [a, b] = [together[0], together[1]];
    expect(a?.reduce((sum, x, j) => sum + x * (b?.[j] ?? 0), 0)).toBeLessThan(0.999);
    await engine.close();
  });

  test("embeds more inputs than one batch holds", async () => {
    const engine = await startTinyEngine(tinyModel({ architecture: "bert" }), {
      embedding: true,
      embeddingOnly: true,
      pooling: "unspecified",
    });
    const inputs = Array.from({ length: 150 }, (_, i) => Int32Array.of(5, 6 + (i % 50), 7));
    const vectors = await engine.embed(inputs, bareModel, new AbortController().signal);
    expect(vectors.map(({ length }) => length)).toEqual(Array(150).fill(64));
    expect(vectors[50]).toEqual(vectors[0]);
    await engine.close();
  });
});

describe("a thought's budget", () => {
  test("ends the thought and lets the answer begin", async () => {
    const engine = await startTinyEngine(tinyModel({ architecture: "qwen2" }));
    const [open = 0] = engine.vocab.encode("<think>", false, true);
    const [close = 0] = engine.vocab.encode("</think>", false, true);
    const thought = {
      open: "<think>",
      close: "</think>",
      isOpen: true,
      budgetTokens: 5,
      closing: [close],
    };
    const visible = [close];
    const forbidden: [number, number][] = [open, close].map((token) => [token, -Infinity]);
    const generation = toGeneration(engine, "Hm <think>", { thought, visible, maxTokens: 20 });
    generation.sampling.logitBias = forbidden;
    const { texts, finishes } = await collect(engine, generation);
    expect(texts[0]?.split("</think>")).toHaveLength(2);
    expect(finishes[0]?.timings).toMatchObject({ reasoningTokens: 6, completionTokens: 20 });
    await engine.close();
  });
});
