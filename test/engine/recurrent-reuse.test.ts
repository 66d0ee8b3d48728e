/** @file What is reused of state that cannot be cut back: copies from where prompts part. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

const long = "Every morning the girl went to the river and talked with the fish. ".repeat(4);
const user = (text: string) => `<|im_start|>user\n${text}<|im_end|>\n`;
const thinking = "<|im_start|>assistant\n<think>\n";

describe.each(["mamba", "granitehybrid", "lfm2"] as const)("a conversation with %s", (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startTinyEngine(tinyModel({ architecture: name }), { kvType: "f32" });
  });
  afterAll(() => engine.close());

  const ask = async (prompt: string, cachePrompt = true) => {
    const options = { temperature: 0, maxTokens: 12, cachePrompt };
    const { texts, finishes } = await collect(engine, toGeneration(engine, prompt, options));
    return { text: texts[0], cached: finishes[0]?.timings.cachedTokens };
  };
  const lengthOf = (text: string) => toGeneration(engine, text).tokens.length;

  test("finds its first turn cached though the answer to it lost its thoughts", async () => {
    const first = user(`${long}Why?`);
    const second = `${first}<|im_start|>assistant\nSo.<|im_end|>\n${user("And then?")}${thinking}`;
    await ask(first + thinking);
    const expected = await ask(second, false);
    const answer = await ask(second);
    expect(answer.text).toBe(expected.text);
    // What the template writes behind the end of a message (a line break) is read again.
    expect(answer.cached).toBe(lengthOf(first.trimEnd()));
    const third = `${second}Hm.</think>Never.<|im_end|>\n${user("Tell me more")}${thinking}`;
    expect((await ask(third)).cached).toBeGreaterThan(lengthOf(first) + 10);
  });

  test("reads the same prompt again from its last message on", async () => {
    const prompt = user(`${long}Once more?`) + thinking;
    const first = await ask(prompt);
    const again = await ask(prompt);
    expect(again.text).toBe(first.text);
    expect(again.cached).toBe(lengthOf(user(`${long}Once more?`).trimEnd()));
  });

  test("shares a system prompt from the third conversation on", async () => {
    const system = `<|im_start|>system\n${long.toUpperCase()}<|im_end|>\n<|im_start|>user\n`;
    const cached: (number | undefined)[] = [];
    for (const word of ["Hello", "What", "Please", "Good"])
      cached.push((await ask(`${system}${word}<|im_end|>\n${thinking}`)).cached);
    expect(cached.map((tokens = 0) => tokens >= lengthOf(system) - 1)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

test("keeps no more copies than the cache has room for", async () => {
  const path = tinyModel({ architecture: "mamba" });
  const engine = await startTinyEngine(path, { promptCacheBytes: 0 });
  const prompt = user(long) + thinking;
  await collect(engine, toGeneration(engine, prompt));
  const again = await collect(engine, toGeneration(engine, prompt));
  expect(again.finishes[0]?.timings.cachedTokens).toBe(0);
  await engine.close();
});
