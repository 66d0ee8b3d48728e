/**
 * @file Every architecture that we can write a model of, on our own engine: sequences side by side,
 * and cached beginnings that are extended, shared and left again, answer as if nothing were cached.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { recipes } from "../../src/fresh/recipes.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

const generators = Object.keys(recipes) as (keyof typeof recipes)[];
/** Far longer than the window, which is 32 tokens here. */
const story = "Every morning the girl went to the river and talked with the fish. ".repeat(6);
const exact = { kvType: "f32", flashAttention: "off", slots: 4 } as const;

test("there are sliding-window, recurrent, hybrid and expert models among them", () => {
  expect(generators.length).toBeGreaterThanOrEqual(14);
  const has = (wanted: (recipe: (typeof recipes)["llama"]) => unknown) =>
    generators.filter((name) => wanted(recipes[name]));
  expect(has(({ slidingWindow }) => slidingWindow)).toContain("gemma3");
  expect(has(({ mixer }) => typeof mixer === "string")).toContain("mamba");
  expect(has(({ mixer }) => typeof mixer === "object")).toContain("granitehybrid");
  expect(has(({ feedForward }) => feedForward === "experts")).toContain("qwen3moe");
});

describe.each(generators)("%s", (architecture) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startTinyEngine(tinyModel({ architecture, slidingWindow: 32 }), exact);
  });
  afterAll(() => engine.close());

  const ask = async (prompt: string, cachePrompt: boolean) => {
    const options = { temperature: 0, maxTokens: 12, cachePrompt };
    const { texts, finishes } = await collect(engine, toGeneration(engine, prompt, options));
    return { text: texts[0], cached: finishes[0]?.timings.cachedTokens ?? 0 };
  };
  const fresh = async (prompt: string) => (await ask(prompt, false)).text;

  test("decodes three sequences at once as it decodes each alone", async () => {
    const prompts = ["Hello there", `${story}And then`, "The sea is deep and the sky"];
    const alone: (string | undefined)[] = [];
    for (const prompt of prompts) alone.push(await fresh(prompt));
    expect(new Set(alone).size).toBe(3);
    expect(await Promise.all(prompts.map(fresh))).toEqual(alone);
  });

  test("answers after a cached beginning as without one", async () => {
    const first = `${story}What did the fish say to her? Answer:`;
    const extended = `${first} It said that the water is deep. And the girl?`;
    const shared = `${story}Where is the old man who made clocks and boats`;
    const diverging = `${story.slice(0, 200)} No, that was another story, about snow and wind.`;
    const prompts = [extended, shared, diverging, first];
    const expected: (string | undefined)[] = [];
    for (const prompt of prompts) expected.push(await fresh(prompt));
    expect(new Set(expected).size).toBe(4);
    await ask(first, true);
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    for (const prompt of prompts) answers.push(await ask(prompt, true));
    expect(answers.map(({ text }) => text)).toEqual(expected);
    const reused = answers.map(({ cached }) => cached > 64);
    const { mixer = "attention", slidingWindow = false } = recipes[architecture];
    if (mixer !== "attention") expect(reused).toEqual([true, false, false, true]);
    else if (slidingWindow) expect(reused[0]).toBe(true);
    else expect(reused).toEqual([true, true, true, true]);
  });
});
