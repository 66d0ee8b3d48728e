import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EngineOptions } from "../../../src/engine/engine-options.ts";
import type { Generation } from "../../../src/engine/messages.ts";
import type { TinyModelOptions } from "../../../src/fresh/tiny-model.ts";
import { samplingDefaults } from "../../../src/llama/sampler.ts";
import {
  type Collected,
  collect,
  startTinyEngine,
  toGeneration,
} from "../../support/tiny-engine.ts";
import { tinyModel } from "../../support/tiny-models.ts";

const speculation = { ngram: true, draftMax: 12, draftModel: null };
/** Taught, and small enough to say the same thing again and again. */
const micro = fileURLToPath(
  new URL("../../../src/models/embedded/fastchat-micro.gguf", import.meta.url),
);
const passage = { firstToken: 200, length: 40, sureness: 9 };

type Options = Partial<Generation> & { seed?: number; temperature?: number };
type Ask = (options: Options, prompts?: readonly (string | Int32Array)[]) => Promise<Collected[]>;

/** Prompts that are asked all at once, of one engine, without drafts and with them. */
async function startBoth(modelPath: string, options: Partial<EngineOptions> = {}) {
  const engine = await startTinyEngine(modelPath, { speculation, ...options });
  const ask: Ask = (generation, prompts = texts) => {
    const answers = prompts.map((prompt) => {
      const given = typeof prompt === "string" ? {} : { tokens: prompt };
      const text = typeof prompt === "string" ? prompt : "";
      const wanted = { cachePrompt: false, maxTokens: 100, ...generation };
      return collect(engine, { ...toGeneration(engine, text, wanted), ...given });
    });
    return Promise.all(answers);
  };
  const plain: Ask = (generation, prompts) => ask({ ...generation, draftMax: 0 }, prompts);
  return { engine, plain, drafting: ask, close: () => engine.close() };
}

const list = "one, two, three, four, five, six, ";
const texts = [
  "Hello",
  `${list.repeat(3)}one, two,`,
  "abc abc abc abc",
  "What are the days of the week?",
];

/** The passage once, and its first tokens again. */
const passages = [3, 5, 17, 30].map((begun) =>
  Int32Array.from(
    { length: passage.length + begun },
    (_, i) => passage.firstToken + (i % passage.length),
  ),
);

const textsOf = (answers: Collected[]) => answers.map(({ texts }) => texts);

function draftsOf(answers: Collected[]) {
  const drafts = answers.flatMap(({ finishes }) => finishes.map(({ timings }) => timings.draft));
  const sum = (part: "tokens" | "accepted") =>
    drafts.reduce((n, draft) => n + (draft?.[part] ?? 0), 0);
  return { tokens: sum("tokens"), accepted: sum("accepted") };
}

/**
 * The same tokens, up to where two of them were as good as equally likely: a batch of another shape
 * adds up its sums in another order, which decides that one, and then all that follows.
 *
 * @param noise What that changes of a log-probability at most: most where weights are rounded.
 */
function assertSame(found: Collected, wanted: Collected, noise: number): void {
  const [these = [], those = []] = [found.logprobs[0], wanted.logprobs[0]];
  expect(these).toHaveLength(those.length);
  for (const [i, { id, logprob }] of these.entries()) {
    expect(Math.abs(logprob - (those[i]?.logprob ?? Number.NaN))).toBeLessThan(noise);
    if (id !== those[i]?.id) return;
  }
}

const fullAttention: [string, TinyModelOptions][] = [
  ["qwen2", { architecture: "qwen2" }],
  ["llama", { architecture: "llama", seed: 5 }],
  ["another llama", { architecture: "llama", seed: 6, vocabulary: "bpe" }],
];
const smallWindow: [string, TinyModelOptions][] = [
  ["gemma3 with a small window", { architecture: "gemma3", slidingWindow: 16 }],
  ["cohere2 with a small window", { architecture: "cohere2", slidingWindow: 16 }],
];

/** Random weights, whose every token depends on all before it; full precision, so nothing is near. */
describe.each([...fullAttention, ...smallWindow])("%s, drafting whatever it can", (_, model) => {
  let both: Awaited<ReturnType<typeof startBoth>>;
  beforeAll(async () => {
    both = await startBoth(tinyModel(model), {
      kvType: "f32",
      flashAttention: "off",
      speculation: { ...speculation, lengths: "most" },
    });
  });
  afterAll(() => both.close());

  /** Some drafts were right and some were wrong, and neither changed anything. */
  const same = async (options: Options, prompts: readonly (string | Int32Array)[] = texts) => {
    const wanted = await both.plain({ maxTokens: 150, ...options }, prompts);
    const found = await both.drafting({ maxTokens: 150, ...options }, prompts);
    expect(textsOf(found)).toEqual(textsOf(wanted));
    const { tokens, accepted } = draftsOf(found);
    expect(accepted).toBeGreaterThan(0);
    expect(tokens - accepted).toBeGreaterThan(0);
    return found;
  };
  /** Of two tokens each time: pairs come again, and go on in another way. */
  const free = (seed: number) => ({
    sampling: { ...samplingDefaults, temperature: 1.5, topK: 2, topP: 1, minP: 0, seed },
  });

  test("answers greedily exactly as without", async () => {
    await same({ temperature: 0, maxTokens: 200 });
  });

  test.for([1, 2, 3])("draws the same tokens with seed %s", async (seed) => {
    await same(free(seed));
  });

  test("draws for each choice by itself", async () => {
    const found = await same({ ...free(4), choices: 2, cachePrompt: true });
    expect(new Set(found.flatMap(({ texts }) => texts)).size).toBeGreaterThan(4);
  });

  test("leaves nothing of a refused draft in what is cached", async () => {
    const options = { ...free(5), cachePrompt: true, logprobs: 0, maxTokens: 150 };
    const first = await same(options);
    const longer = first.map(({ logprobs }, i) => {
      const prompt = toGeneration(both.engine, texts[i] ?? "").tokens;
      const answer = (logprobs[0] ?? []).map(({ id }) => id);
      return Int32Array.from([...prompt, ...answer, 301, 302]);
    });
    const wanted = await both.plain(free(6), longer);
    await both.drafting(options); // what is cached is now the drafting side's
    const found = await both.drafting({ ...free(6), cachePrompt: true }, longer);
    expect(textsOf(found)).toEqual(textsOf(wanted));
    for (const { finishes } of found)
      expect(finishes[0]?.timings.cachedTokens).toBeGreaterThanOrEqual(150);
  });
});

describe("a model with its drafts verified", () => {
  test.for<[string, Partial<EngineOptions>]>([
    ["in usual batches", {}],
    ["in small ones", { batchSize: 32 }],
  ])("answers greedily as without but for near ties in 8 bits: %s", async ([, engine]) => {
    const { plain, drafting, close } = await startBoth(micro, engine);
    const options = { temperature: 0, maxTokens: 150, logprobs: 0 };
    const wanted = await plain(options);
    for (const [i, answer] of (await drafting(options)).entries())
      assertSame(answer, wanted[i] as Collected, 0.25);
    await close();
  });
});

describe("a model that copies", () => {
  let both: Awaited<ReturnType<typeof startBoth>>;
  beforeAll(async () => {
    both = await startBoth(tinyModel({ architecture: "qwen2", passage }));
  });
  afterAll(() => both.close());

  /** What both answer is the same, and drafts had their part in it; gives the answers. */
  const same = async (options: Options, prompts: readonly (string | Int32Array)[] = passages) => {
    const [wanted, found] = [
      await both.plain(options, prompts),
      await both.drafting(options, prompts),
    ];
    expect(textsOf(found)).toEqual(textsOf(wanted));
    const ends = (answers: Collected[]) =>
      answers.map(({ finishes }) =>
        finishes.map(({ reason, stopString, timings }) => [
          reason,
          stopString,
          timings.completionTokens,
        ]),
      );
    expect(ends(found)).toEqual(ends(wanted));
    return { wanted, found };
  };
  const sure = { temperature: 0 };
  const free = (seed = 1) => ({
    sampling: { ...samplingDefaults, temperature: 1, topK: 0, topP: 1, minP: 0, seed },
  });

  test("copies in fewer steps", async () => {
    const { engine, plain, drafting } = both;
    const stepsOf = async (ask: Ask) => {
      const before = engine.gauge("steps");
      const answers = await ask(sure, passages);
      return { answers, steps: engine.gauge("steps") - before };
    };
    const [slow, fast] = [await stepsOf(plain), await stepsOf(drafting)];
    expect(textsOf(fast.answers)).toEqual(textsOf(slow.answers));
    expect(fast.steps).toBeLessThan(slow.steps * 0.85); // how far it goes, the machine's load decides
    const { tokens, accepted } = draftsOf(fast.answers);
    expect(accepted).toBeGreaterThan(100);
    expect(accepted / tokens).toBeGreaterThan(0.9);
    expect(engine.gauge("acceptedTokens")).toBeGreaterThanOrEqual(accepted);
    expect(engine.gauge("draftedTokens")).toBeGreaterThanOrEqual(tokens);
    expect(engine.gauge("drafts")).toBeGreaterThan(accepted / 12);
  });

  test.for([1, 2, 3, 4, 5, 6])("draws the same tokens for seed %s, accidents too", async (seed) => {
    const { found } = await same(free(seed));
    expect(draftsOf(found).accepted).toBeGreaterThan(0);
  });

  test("draws for each choice by itself", async () => {
    const { found } = await same({ ...free(), choices: 3 }, passages.slice(0, 2));
    expect(new Set(found.flatMap(({ texts }) => texts)).size).toBeGreaterThan(3);
  });

  test("ends after exactly as many tokens as it may have", async () => {
    for (const maxTokens of [1, 2, 3, 7, 8, 9, 13, 29]) await same({ ...sure, maxTokens });
  });

  test("ends where the context does", async () => {
    const { contextSize } = both.engine.info;
    const { found } = await same({ ...sure, maxTokens: null }, passages.slice(0, 1));
    const { promptTokens = 0, completionTokens = 0 } = found[0]?.finishes[0]?.timings ?? {};
    expect(promptTokens + completionTokens).toBe(contextSize);
  });

  test("ends at a token in the middle of what was drafted", async () => {
    for (const off of [11, 12, 13, 14]) {
      const stopTokens = [passage.firstToken + off];
      const { found } = await same({ ...sure, stopTokens });
      expect(found.map(({ finishes }) => finishes[0]?.reason)).toEqual(Array(4).fill("stop"));
    }
    await same({ ...sure, stopTokens: [passage.firstToken + 11], minTokens: 50, ignoreEnd: false });
  });

  test("ends at a stop string in the middle of what was drafted", async () => {
    const [answer] = await both.plain(sure, passages);
    const text = answer?.texts[0] ?? "";
    for (const at of [40, 47, 55]) {
      const { found } = await same({ ...sure, stops: [text.slice(at, at + 9)] });
      expect(found[0]?.finishes[0]?.reason).toBe("stop");
    }
  });

  test("tells each token's likelihood as without drafts", async () => {
    const { wanted, found } = await same({ ...free(), logprobs: 3 });
    const told = (answers: Collected[]) => answers.flatMap(({ logprobs }) => logprobs.flat());
    expect(told(found).map(({ id }) => id)).toEqual(told(wanted).map(({ id }) => id));
    for (const [i, { logprob }] of told(found).entries())
      expect(logprob).toBeCloseTo(told(wanted)[i]?.logprob ?? Number.NaN, 2);
  });

  test("keeps to a grammar that its drafts break", async () => {
    const gbnf = "root ::= ([a-z ] [a-z ] [a-z ] [0-9])+";
    await same({ ...free(), grammar: { gbnf, param: "grammar" }, maxTokens: 60 });
    await same({ ...sure, grammar: { gbnf, param: "grammar" }, maxTokens: 60 });
  });

  test("penalises what it has written, drafted or not", async () => {
    const { sampling } = toGeneration(both.engine, "", { temperature: 0 });
    await same({ sampling: { ...sampling, repeatPenalty: 1.3, frequencyPenalty: 0.4 } });
    await same({ sampling: { ...sampling, temperature: 1, mirostat: 2, seed: 4 } });
  });

  test("closes a thought that has had its tokens", async () => {
    const closing = [passage.firstToken + 3, passage.firstToken + 9];
    const thought = { open: "<think>", close: "</think>", isOpen: true, budgetTokens: 25, closing };
    const { found } = await same({ ...sure, thought });
    expect(found[0]?.finishes[0]?.timings.reasoningTokens).toBeGreaterThanOrEqual(25);
  });

  test("continues what it has cached of an answer as if it had been read", async () => {
    const ask = async (engine: Ask, prompts: Int32Array[]) =>
      (await engine({ ...free(), cachePrompt: true, logprobs: 0 }, prompts)).map(
        ({ logprobs }, i) =>
          Int32Array.from([
            ...(prompts[i] ?? []),
            ...(logprobs[0] ?? []).map(({ id }) => id),
            201,
            202,
          ]),
      );
    for (const engine of [both.plain, both.drafting]) {
      const second = await ask(engine, passages);
      const cached = await engine({ ...free(), cachePrompt: true }, second);
      expect(cached[0]?.finishes[0]?.timings.cachedTokens).toBeGreaterThan(100);
      expect(textsOf(cached)).toEqual(textsOf(await both.plain(free(), second)));
    }
  });

  test("drafts nothing for who does not want it, and no more than is wanted", async () => {
    const none = await both.drafting({ ...sure, draftMax: 0 }, passages);
    expect(draftsOf(none).tokens).toBe(0);
    const steps = () => both.engine.gauge("drafts");
    const before = steps();
    const single = await both.drafting({ ...sure, draftMax: 1 }, passages);
    expect(draftsOf(single).tokens).toBe(steps() - before);
  });
});

describe("speculation", () => {
  test("gives way where the KV cache is full", async () => {
    const { plain, drafting, close } = await startBoth(
      tinyModel({ architecture: "qwen2", passage }),
      { contextSize: 256, promptCacheBytes: 0 },
    );
    const options = { temperature: 0, maxTokens: 120 };
    const [wanted, found] = [await plain(options, passages), await drafting(options, passages)];
    expect(textsOf(found)).toEqual(textsOf(wanted));
    expect(found.map(({ finishes }) => finishes[0]?.timings.completionTokens)).toEqual(
      Array(4).fill(120),
    );
    await close();
  });

  test("is off for a model that cannot take tokens back", async () => {
    const engine = await startTinyEngine(tinyModel({ architecture: "mamba" }), { speculation });
    expect(engine.info.speculation).toBe("impossible");
    const { finishes } = await collect(engine, toGeneration(engine, texts[1] ?? ""));
    expect(finishes[0]?.timings.draft).toBeUndefined();
    await engine.close();
  });

  test("tells a speed of the tokens that stay, the draft model's time included", async () => {
    const large = { layers: 6, embeddingLength: 256, feedForward: 1024, seed: 9 };
    const draftModel = tinyModel({ architecture: "qwen2", ...large });
    const engine = await startTinyEngine(tinyModel({ architecture: "qwen2", layers: 1 }), {
      speculation: { ngram: false, draftMax: 8, draftModel, lengths: "most" },
    });
    const begin = performance.now();
    const answer = await collect(engine, toGeneration(engine, "Hello", { maxTokens: 200 }));
    const perSecond = 200 / ((performance.now() - begin) / 1000);
    const { tokens, accepted } = draftsOf([answer]);
    expect(tokens - accepted).toBeGreaterThan(500);
    // Of its last steps, whatever else the machine does; with refused drafts it would be 80 times that.
    expect(engine.gauge("tokensPerSecond")).toBeLessThan(perSecond * 20);
    await engine.close();
  });
});
