/** @file Stretched positions: each setting reaches llama.cpp, and obeys the law of what it stands for. */
import { describe, expect, test } from "vitest";
import { assertYarn, isStretched, type RopeOptions } from "../../src/llama/rope.ts";
import { serveWorker } from "../../src/worker/serve.ts";
import { directLogprobs } from "../support/direct-logprobs.ts";
import { startTinyEngine } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

/** One layer: what a token attends to is then each token's own, wherever it stands. */
const modelPath = tinyModel({ layers: 1, contextLength: 128, headLength: 32 });
const tokens = [11, 75, 32, 90, 41, 18, 63, 27, 54, 39, 88, 70];
const shuffled = [32, 11, 90, 75, 18, 41, 27, 63, 88, 39, 54, 70];
const exact = { kvType: "f32", flashAttention: "off" } as const;

/** ln p after the last token. */
const last = (rope: RopeOptions, order = tokens) =>
  directLogprobs(modelPath, order, { ...exact, rope }).at(-1) ?? [];

function furthest(a: number[], b: number[]): number {
  return Math.max(...a.map((x, i) => Math.abs(x - (b[i] ?? Number.NaN))));
}

const yarn = { scaling: "yarn", frequencyScale: 0.25 } as const;

describe("setRope", () => {
  test("makes positions vanish as the frequency scale nears 0", () => {
    expect(furthest(last({}), last({}, shuffled))).toBeGreaterThan(0.01);
    const none = { scaling: "linear", frequencyScale: 1e-7 } as const;
    expect(furthest(last(none), last(none, shuffled))).toBeLessThan(1e-3);
  });

  test("scales nothing with none, whatever the scale", () => {
    expect(last({ scaling: "none", frequencyScale: 0.25 })).toEqual(last({}));
  });

  test("takes YaRN that extrapolates nothing for linear scaling", () => {
    const linear = last({ scaling: "linear", frequencyScale: 0.25 });
    expect(furthest(last({ ...yarn, extrapolation: 0 }), linear)).toBeLessThan(1e-5);
    expect(furthest(last(yarn), linear)).toBeGreaterThan(1e-4);
  });

  test.for<[string, RopeOptions, RopeOptions]>([
    ["the base", {}, { frequencyBase: 500 }],
    ["the scale", {}, { frequencyScale: 0.5 }],
    ["YaRN's own length", yarn, { ...yarn, originalContext: 16 }],
    ["YaRN's mix", yarn, { ...yarn, extrapolation: 0.5 }],
    [
      "YaRN's magnitude",
      { ...yarn, extrapolation: 0 },
      { ...yarn, extrapolation: 0, attentionFactor: 2 },
    ],
    ["YaRN's slow bound", yarn, { ...yarn, betaSlow: 4 }],
    ["YaRN's fast bound", yarn, { ...yarn, betaFast: 2 }],
  ])("hears of %s", ([, before, after]) => {
    expect(furthest(last(before), last(after))).toBeGreaterThan(1e-5);
  });
});

describe("isStretched", () => {
  test.for<[RopeOptions, boolean]>([
    [{}, false],
    [{ scaling: "yarn" }, false],
    [{ frequencyScale: 2 }, false],
    [{ frequencyScale: 0.5 }, true],
    [{ frequencyBase: 1e6 }, true],
  ])("of %j is %s", ([rope, stretched]) => {
    expect(isStretched(rope)).toBe(stretched);
  });
});

describe("assertYarn", () => {
  test.for<[RopeOptions, boolean]>([
    [{ originalContext: 64 }, false],
    [{ betaSlow: 2 }, false],
    [{ betaFast: 2, extrapolation: 0 }, false],
    [{ betaFast: 2, extrapolation: 1 }, true],
    [{ betaFast: 2, scaling: "yarn" }, true],
    [{ attentionFactor: 2 }, true],
    [{}, true],
  ])("of %j with a file that asks for none is %s", ([rope, passes]) => {
    const check = expect(() => assertYarn(rope, false));
    if (passes) check.not.toThrow();
    else check.toThrow(/add --rope-scaling yarn/);
    expect(() => assertYarn(rope, true)).not.toThrow();
  });

  test("agrees with llama.cpp on what does nothing", () => {
    expect(last({ frequencyScale: 0.25, betaFast: 2 })).toEqual(last({ frequencyScale: 0.25 }));
    expect(last({ frequencyScale: 0.25, originalContext: 16 })).toEqual(
      last({ frequencyScale: 0.25 }),
    );
    const mixed = { frequencyScale: 0.25, extrapolation: 1 };
    expect(furthest(last({ ...mixed, betaFast: 2 }), last(mixed))).toBeGreaterThan(1e-5);
  });
});

describe("an engine", () => {
  test.for<[RopeOptions, number]>([
    [{}, 128],
    [{ scaling: "linear", frequencyScale: 0.25 }, 512],
    [{ scaling: "yarn", frequencyScale: 0.25 }, 512],
    [{ frequencyBase: 1e6 }, 512],
  ])("with %j reads %i tokens of a model trained on 128", async ([rope, longest]) => {
    const engine = await startTinyEngine(modelPath, { contextSize: 512, slots: 2, rope });
    expect(engine.info).toMatchObject({ contextSize: longest, trainedContext: 128 });
    await engine.close();
  });

  test("refuses to stretch a model that knows no positions", async () => {
    const rope = { frequencyScale: 0.5 };
    const started = startTinyEngine(tinyModel({ architecture: "mamba" }), { rope });
    await expect(started).rejects.toThrow(/no rotary positions/);
  });
});

describe("a worker", () => {
  const place = { names: ["tiny"], host: "127.0.0.1", port: 0, threads: 1 } as const;

  test.for(["bert", "gpt2"] as const)(
    "refuses to stretch %s, whose positions are learned",
    async (architecture) => {
      const rope = { frequencyScale: 0.5 };
      const started = serveWorker({ modelPath: tinyModel({ architecture }), ...place, rope });
      await expect(started).rejects.toThrow(/no rotary positions/);
    },
  );

  test("says once how much of a larger context one request may have", async () => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const worker = await serveWorker({ modelPath, ...place, contextSize: 512, log });
    expect(worker.card.context_size).toBe(128);
    await worker.close();
    expect(lines.filter((line) => /512|overflow/.test(line))).toEqual([
      "context 512 is for all slots; one request has 128 at most, as the model was trained (--rope-scale goes beyond)",
    ]);
  });

  test("grows its own context with the scale, and reads a prompt of that length", async () => {
    const rope = { scaling: "linear", frequencyScale: 0.25 } as const;
    const worker = await serveWorker({ modelPath, ...place, rope });
    expect(worker.card.context_size).toBe(512);
    const response = await fetch(`${worker.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "tiny",
        prompt: tokens.slice(0, 10).flatMap(() => [...tokens, ...tokens, ...tokens]),
        max_tokens: 8,
        ignore_eos: true,
      }),
    });
    const { usage } = (await response.json()) as { usage: object };
    await worker.close();
    expect(usage).toMatchObject({ prompt_tokens: 360, completion_tokens: 8 });
  });
});
