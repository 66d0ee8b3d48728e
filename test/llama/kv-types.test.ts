/** @file Every type of the KV cache serves, or is refused in one sentence that says what to do. */
import { describe, expect, test } from "vitest";
import { kvTypes } from "../../src/protocol/config.ts";
import { directLogprobs } from "../support/direct-logprobs.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

const wide = tinyModel({ headLength: 32 });
const narrow = tinyModel({ headLength: 16 });
const tokens = Array.from({ length: 64 }, (_, i) => 10 + ((i * 37) % 90));
const isQuantized = (type: string) => type.startsWith("q");
type KvType = (typeof kvTypes)[number];

/** How far the last token's log-probabilities are from those of an exact cache. */
function distance(kvType: KvType, valueType: KvType): number {
  const exact = directLogprobs(wide, tokens, { kvType: "f32", flashAttention: "on" }).at(-1) ?? [];
  const types = { kvType, valueType, flashAttention: "on" } as const;
  const rough = directLogprobs(wide, tokens, types).at(-1) ?? [];
  return Math.max(...rough.map((x, i) => Math.abs(x - (exact[i] ?? Number.NaN))));
}

describe("a KV cache", () => {
  test.for(kvTypes)("of %s serves", async (kvType) => {
    const engine = await startTinyEngine(wide, { kvType });
    const { texts } = await collect(engine, toGeneration(engine, "the ship sails"));
    expect(texts[0]).not.toBe("");
    await engine.close();
  });

  test("has keys and values of types of their own, and both count", () => {
    const both = distance("q4_0", "q4_0");
    const [keys, values] = [distance("q4_0", "f32"), distance("f32", "q4_0")];
    expect(Math.min(keys, values)).toBeGreaterThan(1e-4);
    expect(keys).not.toBe(both);
    expect(values).not.toBe(both);
    expect(distance("q8_0", "q8_0")).toBeLessThan(both);
  });

  test.for(kvTypes.filter(isQuantized))("of %s needs flash attention", async (kvType) => {
    const started = startTinyEngine(wide, { kvType, flashAttention: "off" });
    await expect(started).rejects.toThrow(`A KV cache of ${kvType} needs flash attention`);
  });

  test("may have quantised keys without flash attention", async () => {
    const types = { kvType: "q8_0", valueType: "f16", flashAttention: "off" } as const;
    const engine = await startTinyEngine(wide, types);
    await engine.close();
  });

  test.for(kvTypes.filter(isQuantized))("of %s needs heads of whole blocks", async (kvType) => {
    const started = startTinyEngine(narrow, { kvType });
    await expect(started).rejects.toThrow(
      `A KV cache of ${kvType} holds blocks of 32, and this model's heads are 16 wide: take f16`,
    );
  });
});
