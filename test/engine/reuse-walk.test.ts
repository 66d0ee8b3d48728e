/**
 * @file A seeded walk through conversations that extend, share and leave one another, several at a
 * time on few slots: whatever the engine reuses, each answer is the one that a bare engine gives.
 */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { answers } from "../../src/fresh/corpus.ts";
import { uniform } from "../../src/fresh/random.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

const exact = { kvType: "f32", flashAttention: "off", contextSize: 1024 } as const;

/** Prompts that grow out of earlier ones, cut anywhere, as a tree does. */
function walk(seed: number, length: number): string[] {
  const random = uniform(seed);
  const below = (count: number) => Math.floor(random() * count);
  const prompts = [""];
  while (prompts.length <= length) {
    const from = prompts[below(prompts.length)] ?? "";
    const kept = random() < 0.5 ? from : from.slice(0, below(from.length + 1));
    const more = Array.from({ length: 1 + below(6) }, () => answers[below(answers.length)]);
    const prompt = [kept, ...more].join(" ").trim();
    if (prompt.length < 1500) prompts.push(prompt);
  }
  return prompts.slice(1);
}

async function greedy(engine: Engine, prompt: string, maxTokens: number, cachePrompt: boolean) {
  const options = { temperature: 0, maxTokens, cachePrompt };
  const { texts, finishes } = await collect(engine, toGeneration(engine, prompt, options));
  return { text: texts[0], cached: finishes[0]?.timings.cachedTokens ?? 0 };
}

/** Some drafts were right, and some wrong. */
function assertDrafted(engine: Engine): void {
  const accepted = engine.gauge("acceptedTokens");
  expect(accepted).toBeGreaterThan(20);
  expect(engine.gauge("draftedTokens") - accepted).toBeGreaterThan(20);
}

describe("a walk through conversations", () => {
  const plain = ["llama", "gemma3", "cohere2", "mamba", "granitehybrid", "lfm2"] as const;
  const drafting = { ngram: true, draftMax: 8, draftModel: null, lengths: "most" } as const;
  const drafts = ["llama", "gemma3", "cohere2"] as const;
  test.for([
    ...plain.map((architecture) => [architecture, "alone", null, 6] as const),
    ...drafts.map((architecture) => [architecture, "with drafts", drafting, 30] as const),
  ])("gives the answers of a bare engine: %s %s", async ([architecture, , speculation, length]) => {
    const path = tinyModel({ architecture, slidingWindow: 24 });
    const bare = await startTinyEngine(path, { ...exact, slots: 1, promptCacheBytes: 0 });
    const engine = await startTinyEngine(path, { ...exact, speculation, slots: 3 });
    const prompts = walk(7, 48);
    let reused = 0;
    for (let i = 0; i < prompts.length; i += 3) {
      const three = prompts.slice(i, i + 3);
      const got = await Promise.all(three.map((prompt) => greedy(engine, prompt, length, true)));
      for (const [j, prompt] of three.entries())
        expect(got[j]?.text, prompt).toBe((await greedy(bare, prompt, length, false)).text);
      reused += got.reduce((sum, { cached }) => sum + cached, 0);
    }
    expect(reused).toBeGreaterThan(1000);
    if (speculation !== null) assertDrafted(engine);
    await bare.close();
    await engine.close(); // last: llama.cpp's one log of the process goes to who started last
  });
});
