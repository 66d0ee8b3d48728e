import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { Generation } from "../../../src/engine/messages.ts";
import type { LengthPolicy } from "../../../src/engine/speculation/draft-length.ts";
import { UsageError } from "../../../src/errors/usage-error.ts";
import type { TinyModelOptions } from "../../../src/fresh/tiny-model.ts";
import { samplingDefaults } from "../../../src/llama/sampler.ts";
import {
  type Collected,
  collect,
  startTinyEngine,
  toGeneration,
} from "../../support/tiny-engine.ts";
import { tinyModel } from "../../support/tiny-models.ts";

const passage = { firstToken: 200, length: 40, sureness: 9 };
const large: TinyModelOptions = {
  architecture: "qwen2",
  layers: 6,
  embeddingLength: 256,
  feedForward: 1024,
  passage,
};
const small: TinyModelOptions = { architecture: "qwen2", layers: 1, passage };

const free = (seed: number) => ({
  sampling: { ...samplingDefaults, temperature: 1, topK: 0, topP: 1, minP: 0, seed },
});
/** Beginnings of the passage, each from another place. */
const prompts = [3, 9, 20, 31].map((length) =>
  Int32Array.from({ length }, (_, i) => passage.firstToken + i),
);

function ask(engine: Engine, options: Partial<Generation>): Promise<Collected[]> {
  const answers = prompts.map((tokens) => {
    const generation = toGeneration(engine, "", { temperature: 0, cachePrompt: false, ...options });
    return collect(engine, { ...generation, maxTokens: options.maxTokens ?? 60, tokens });
  });
  return Promise.all(answers);
}

const textsOf = (answers: Collected[]) => answers.map(({ texts }) => texts);
const start = (draft: TinyModelOptions, ngram = false, lengths: LengthPolicy = "best") =>
  startTinyEngine(tinyModel(large), {
    speculation: { ngram, draftMax: 8, draftModel: tinyModel(draft), lengths },
  });

describe("a draft model", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start(small, false, "most");
  });
  afterAll(() => engine.close());

  const same = async (options: Partial<Generation>) => {
    const wanted = await ask(engine, { ...options, draftMax: 0 });
    const found = await ask(engine, options);
    expect(textsOf(found)).toEqual(textsOf(wanted));
    const drafts = found.flatMap(({ finishes }) => finishes.map(({ timings }) => timings.draft));
    return drafts.reduce((sum, draft) => sum + (draft?.accepted ?? 0), 0);
  };

  test("changes nothing of what is answered greedily, in fewer steps", async () => {
    const stepsOf = async (work: () => Promise<unknown>) => {
      const before = engine.gauge("steps");
      await work();
      return engine.gauge("steps") - before;
    };
    const plain = await stepsOf(() => ask(engine, { draftMax: 0 }));
    let accepted = 0;
    const both = await stepsOf(async () => {
      accepted = await same({});
    });
    const drafted = both - plain;
    expect(drafted).toBeLessThan(plain * 0.5);
    expect(accepted).toBeGreaterThan(60);
  });

  test.for([1, 2])("changes nothing of what is drawn with seed %s", async (seed) => {
    expect(await same(free(seed))).toBeGreaterThan(0);
  });

  test("changes nothing of several choices, of grammars, of an answer that is cut short", async () => {
    await same({ ...free(5), choices: 2 });
    await same({ grammar: { gbnf: "root ::= ([a-z ] [a-z ] [0-9])+", param: "grammar" } });
    for (const maxTokens of [2, 3, 9]) await same({ maxTokens });
    await same({ stopTokens: [passage.firstToken + 35] });
  });

  test("follows a conversation that goes on, and another that takes its place", async () => {
    for (const cachePrompt of [true, true, false]) await same({ ...free(6), cachePrompt });
  });
});

describe("a draft model of another kind", () => {
  test("drafts hardly anything once its guesses have failed", async () => {
    const engine = await start({ architecture: "qwen2", layers: 1, seed: 9 });
    const wanted = await ask(engine, { draftMax: 0, maxTokens: 150 });
    await ask(engine, { maxTokens: 150 });
    const before = engine.gauge("draftedTokens");
    expect(textsOf(await ask(engine, { maxTokens: 150 }))).toEqual(textsOf(wanted));
    expect(engine.gauge("draftedTokens") - before).toBeLessThan(120); // of 600
    await engine.close();
  });

  test("helps out where the text itself has nothing", async () => {
    const engine = await start(small, true);
    const wanted = await ask(engine, { draftMax: 0 });
    const found = await ask(engine, {});
    expect(textsOf(found)).toEqual(textsOf(wanted));
    const drafts = found.map(({ finishes }) => finishes[0]?.timings.draft);
    const sum = (part: "tokens" | "accepted") =>
      drafts.reduce((total, draft) => total + (draft?.[part] ?? 0), 0);
    expect(sum("accepted")).toBeGreaterThan(20);
    expect(sum("accepted")).toBeGreaterThan(sum("tokens") / 2);
    await engine.close();
  });

  test("gives way where its cache is full", async () => {
    const engine = await startTinyEngine(tinyModel(large), {
      contextSize: 256,
      speculation: { ngram: false, draftMax: 8, draftModel: tinyModel(small) },
    });
    const wanted = await ask(engine, { draftMax: 0, maxTokens: 100 });
    expect(textsOf(await ask(engine, { maxTokens: 100 }))).toEqual(textsOf(wanted));
    await engine.close();
  });

  test("drafts no further than it reads", async () => {
    const learned = { architecture: "gpt2", layers: 1 } as const;
    const path = tinyModel({ ...learned, contextLength: 1024 });
    const draftModel = tinyModel({ ...learned, contextLength: 64 });
    const speculation = { ngram: false, draftMax: 8, draftModel };
    const engine = await startTinyEngine(path, { speculation });
    const wanted = await ask(engine, { draftMax: 0, maxTokens: 150 });
    expect(textsOf(await ask(engine, { maxTokens: 150 }))).toEqual(textsOf(wanted));
    expect(engine.gauge("draftedTokens")).toBeGreaterThan(0);
    await engine.close();
  });

  test.for<[string, TinyModelOptions, RegExp]>([
    ["other words", { architecture: "llama" }, /cannot draft for this model: .*; take a smaller/],
    ["no memory to rewind", { architecture: "mamba" }, /cannot draft: it takes back no token/],
    ["no words", { architecture: "bert" }, /cannot draft/],
  ])("is refused where it has %s", async ([, draft, sentence]) => {
    const failing = start(draft);
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(sentence);
  });
});
