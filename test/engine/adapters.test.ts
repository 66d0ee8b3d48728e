import { describe, expect, test } from "vitest";
import { type AdapterSet, adapterSet, bareModel } from "../../src/engine/adapter-set.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { InvalidRequestError } from "../../src/errors/request-errors.ts";
import { eventually } from "../support/eventually.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyAdapter, tinyModel } from "../support/tiny-models.ts";

const base = tinyModel({ architecture: "qwen2" });
const files = [1, 2].map((seed) => tinyAdapter(`adapter-${seed}`, base, { seed }));
const [first = "", second = ""] = files;
const story = "Once upon a time there was a small llama who lived on a hill. ";
const long = story.repeat(8);

const only = (id: number, scale = 1) => adapterSet([{ id, scale }]);
const both = adapterSet([
  { id: 1, scale: 0.5 },
  { id: 0, scale: 1 },
]);

const greedy = (engine: Engine, adapters: AdapterSet, prompt = story) =>
  toGeneration(engine, prompt, { adapters, temperature: 0, maxTokens: 32 });

async function answer(engine: Engine, adapters: AdapterSet, prompt = story) {
  const { texts, finishes } = await collect(engine, greedy(engine, adapters, prompt));
  return { text: texts[0] ?? "", cached: finishes[0]?.timings.cachedTokens ?? -1 };
}

/** One engine at a time: llama.cpp logs to the thread that set its logger last, which must live. */
async function withEngine<T>(
  options: Parameters<typeof startTinyEngine>[1],
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await startTinyEngine(base, options);
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

/** What an engine says that has nothing but these adapters, from its start. */
function answerOfOwn(lora: { path: string; scale: number }[]): Promise<string> {
  const set = adapterSet(lora.map(({ scale }, id) => ({ id, scale })));
  return withEngine({ lora }, async (engine) => (await answer(engine, set)).text);
}

const one = [{ path: first, scale: 1 }];
const two = files.map((path) => ({ path, scale: 1 }));

describe("adapterSet", () => {
  test("has one key for one effect", () => {
    expect(both.key).toBe(adapterSet([...both.uses].reverse()).key);
    expect(only(0, 0)).toEqual(bareModel);
    expect(only(0).key).not.toBe(only(0, 0.5).key);
    expect(only(0).key).not.toBe(only(1).key);
  });
});

describe("an engine with adapters", () => {
  test("answers with each set as an engine that has that set alone", async () => {
    const expected = [
      await answerOfOwn([]),
      await answerOfOwn(one),
      await answerOfOwn([{ path: second, scale: 1 }]),
      await answerOfOwn([...one, { path: second, scale: 0.5 }]),
    ];
    expect(new Set(expected).size).toBe(4);
    await withEngine({ lora: one }, async (engine) => {
      expect(await engine.loadAdapter(second)).toBe(1);
      for (const [i, set] of [bareModel, only(0), only(1), both].entries())
        expect((await answer(engine, set)).text).toBe(expected[i]);
    });
  });

  test("answers many sets at once as each alone", () =>
    withEngine({ lora: two }, async (engine) => {
      const sets = [only(0), bareModel, only(1), both, only(0), only(1, 0.25), bareModel];
      const alone: string[] = [];
      for (const set of sets) alone.push((await answer(engine, set)).text);
      const together = await Promise.all(sets.map((set) => answer(engine, set)));
      expect(together.map(({ text }) => text)).toEqual(alone);
    }));

  test("never goes on from what another set has read", () =>
    withEngine({ lora: two }, async (engine) => {
      const fresh = await answer(engine, only(0), long);
      expect(fresh.cached).toBe(0);
      expect((await answer(engine, bareModel, long)).cached).toBe(0);
      expect((await answer(engine, only(0, 0.5), long)).cached).toBe(0);
      const again = await answer(engine, only(0), long);
      expect(again.cached).toBeGreaterThan(50);
      expect(again.text).toBe(fresh.text);
    }));

  test("copies back from RAM what the same set has read, and nothing else", () =>
    withEngine({ lora: two, slots: 1 }, async (engine) => {
      const fresh = await answer(engine, only(1), long);
      await answer(engine, bareModel, "Another story. ".repeat(12)); // takes the only slot
      expect((await answer(engine, bareModel, long)).cached).toBe(0);
      const again = await answer(engine, only(1), long);
      expect(again.cached).toBeGreaterThan(50);
      expect(again.text).toBe(fresh.text);
    }));

  test("lets who runs finish with an adapter that is unloaded, and frees it then", async () => {
    const ofSecond = await answerOfOwn([{ path: second, scale: 1 }]);
    await withEngine({ lora: one }, async (engine) => {
      const slow = { ...greedy(engine, only(0)), maxTokens: 400, cachePrompt: false };
      const expected = await collect(engine, slow);
      const running = collect(engine, slow);
      await eventually(() => engine.gauge("busy") === 1);
      let isFreed = false;
      const freed = engine.unloadAdapter(0).then(() => {
        isFreed = true;
      });
      await expect(collect(engine, greedy(engine, only(0)))).rejects.toThrow(InvalidRequestError);
      expect(isFreed).toBe(false);
      expect((await running).texts).toEqual(expected.texts);
      await freed;
      expect(await engine.loadAdapter(second)).toBe(1); // perhaps at the first one's address
      expect((await answer(engine, only(1))).text).toBe(ofSecond);
    });
  });

  test("refuses another base's adapter and goes on", async () => {
    const other = tinyModel({ architecture: "qwen2", embeddingLength: 128 });
    const foreign = tinyAdapter("foreign", other);
    const lora = [{ path: foreign, scale: 1 }];
    await expect(withEngine({ lora }, async () => {})).rejects.toThrow(
      /^Cannot use the LoRA adapter .*made for another base, take one that was made for this model\.$/,
    );
    await withEngine({ lora: one }, async (engine) => {
      await expect(engine.loadAdapter(foreign)).rejects.toThrow(/made for another base/);
      await expect(engine.loadAdapter(`${foreign}.none`)).rejects.toThrow(InvalidRequestError);
      expect((await answer(engine, only(0))).text).not.toBe("");
    });
  });

  test("embeds with one set beside another", () =>
    withEngine({ lora: one, embedding: true }, async (engine) => {
      const { signal } = new AbortController();
      const input = [engine.vocab.encode(story, true, false)];
      const [bare, adapted, again] = await Promise.all([
        engine.embed(input, bareModel, signal),
        engine.embed(input, only(0), signal),
        engine.embed(input, bareModel, signal),
      ]);
      expect(again).toEqual(bare);
      expect(adapted).not.toEqual(bare);
    }));
});
