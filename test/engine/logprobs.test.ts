/** @file Log-probabilities against the logits themselves, evaluated beside the engine. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { directLogprobs } from "../support/direct-logprobs.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

/** Batches of another shape change the last digits. */
const tolerance = 5e-3;
const path = tinyModel({ architecture: "qwen2", seed: 3 });

describe("log-probabilities", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startTinyEngine(path);
  });
  afterAll(() => engine.close());

  test("of an answer are those of the bare logits, whatever the samplers do", async () => {
    const generation = toGeneration(engine, "What is it?", { maxTokens: 40, logprobs: 5 });
    const { texts, logprobs } = await collect(engine, generation);
    const told = logprobs[0] ?? [];
    const answer = told.map(({ id }) => id);
    const rows = directLogprobs(path, [...generation.tokens, ...answer]);
    expect(told).toHaveLength(40);
    for (const [i, { id, logprob, top }] of told.entries()) {
      const row = rows[generation.tokens.length - 1 + i] ?? [];
      expect(Math.abs(logprob - (row[id] ?? 0))).toBeLessThan(tolerance);
      const best = [...row].sort((a, b) => b - a);
      expect(top).toHaveLength(5);
      for (const [rank, one] of top.entries())
        expect(Math.abs(one.logprob - (best[rank] ?? 0))).toBeLessThan(tolerance);
      expect(top.map((one) => one.logprob)).toEqual(
        top.map((one) => one.logprob).sort((a, b) => b - a),
      );
    }
    expect(told.map(({ token }) => token).join("")).toBe(texts[0]);
  });

  test("of a prompt are told token by token, the first without one", async () => {
    const text = "The quick brown fox jumps over the lazy dog. ".repeat(9);
    const generation = toGeneration(engine, text, {
      maxTokens: 0,
      logprobs: 1,
      promptLogprobs: true,
    });
    const { texts, promptLogprobs, finishes } = await collect(engine, generation);
    expect(texts[0]).toBe("");
    expect(finishes[0]?.reason).toBe("length");
    expect(promptLogprobs).toHaveLength(generation.tokens.length);
    expect(promptLogprobs[0]).toBeNull();
    const rows = directLogprobs(path, [...generation.tokens]);
    let sum = 0;
    let direct = 0;
    for (const [i, told] of promptLogprobs.entries()) {
      if (told === null) continue;
      expect(told.id).toBe(generation.tokens[i]);
      const expected = rows[i - 1]?.[told.id] ?? 0;
      expect(Math.abs(told.logprob - expected)).toBeLessThan(tolerance);
      sum += told.logprob;
      direct += expected;
    }
    expect(Math.abs(sum - direct)).toBeLessThan(tolerance * 10);
  });

  test("join to the text where a stop string cuts it", async () => {
    const whole = await collect(engine, toGeneration(engine, "Hi", { maxTokens: 30 }));
    const stop = whole.texts[0]?.slice(11, 14) ?? "";
    const generation = toGeneration(engine, "Hi", { maxTokens: 30, logprobs: 0, stops: [stop] });
    const { texts, logprobs, finishes } = await collect(engine, generation);
    expect(finishes[0]).toMatchObject({ reason: "stop", stopString: stop });
    expect(logprobs[0]?.map(({ token }) => token).join("")).toBe(texts[0]);
  });

  test("go on while more choices are asked for than there are slots", async () => {
    const generation = toGeneration(engine, "Hello", { choices: 11, maxTokens: 8, logprobs: 0 });
    const { texts, logprobs, finishes } = await collect(engine, generation);
    expect(finishes).toHaveLength(11);
    expect(new Set(texts).size).toBeGreaterThan(5);
    for (const [i, told] of logprobs.entries())
      expect(told.map(({ token }) => token).join("")).toBe(texts[i]);
  });

  test("of a prompt of one token are none, and told", async () => {
    const tokens = Int32Array.of(65);
    const generation = toGeneration(engine, "", {
      tokens,
      maxTokens: 0,
      logprobs: 1,
      promptLogprobs: true,
    });
    expect((await collect(engine, generation)).promptLogprobs).toEqual([null]);
  });

  test("of a prompt are told once, however many choices wait for a slot", async () => {
    const generation = toGeneration(engine, "The quick brown fox. ".repeat(20), {
      choices: 9,
      maxTokens: 4,
      logprobs: 0,
      promptLogprobs: true,
      cachePrompt: false,
    });
    let told = 0;
    const cached: number[] = [];
    for await (const event of engine.generate(generation, new AbortController().signal)) {
      if (event.promptLogprobs) told++;
      if (event.finish) cached[event.choice] = event.finish.timings.cachedTokens;
    }
    expect(told).toBe(1);
    // Who waited finds the prompt that was read for all of them.
    expect(cached.slice(4).every((tokens) => tokens > 50)).toBe(true);
  });
});
