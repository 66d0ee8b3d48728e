import { describe, expect, test } from "vitest";
import { commonPrefix } from "../../src/engine/cache/cached-prefix.ts";
import { PromptCache } from "../../src/engine/prompt-cache.ts";

const entry = (tokens: number[], bytes: number, adapters = "") => ({
  tokens,
  state: new Uint8Array(bytes),
  prefixes: [],
  adapters,
});

describe("commonPrefix", () => {
  test("counts leading tokens alike", () => {
    expect(commonPrefix([1, 2, 3], [1, 2, 4, 5])).toBe(2);
    expect(commonPrefix([], [1])).toBe(0);
    expect(commonPrefix([1, 2], [1, 2])).toBe(2);
  });
});

describe("PromptCache", () => {
  test("gives back the entry with the longest shared beginning, once", () => {
    const cache = new PromptCache(10_000, true);
    cache.put(entry([1, 2], 10));
    cache.put(entry([1, 2, 3, 4], 10));
    cache.put(entry([9, 9, 9], 10));
    const found = cache.longest([1, 2, 3, 7], "");
    expect(found?.length).toBe(3);
    expect(found?.take()?.tokens).toEqual([1, 2, 3, 4]);
    expect(cache.longest([1, 2, 3, 7], "")).toBeNull(); // the shorter one was covered and dropped
  });

  test.for([true, false])("gives an entry to one alone (rewindable: %s)", (rewindable) => {
    const cache = new PromptCache(10_000, rewindable);
    cache.put(entry([1, 2], 10));
    cache.put(entry([9, 9], 10));
    const found = cache.longest([1, 2, 3], "");
    expect(found?.take()?.tokens).toEqual([1, 2]);
    expect(found?.take()).toBeNull();
    expect(cache.holds([9, 9], "")).toBe(true);
    expect(cache.bytes).toBe(26);
  });

  test("drops the oldest when the budget is spent", () => {
    const cache = new PromptCache(250, true);
    for (const first of [1, 2, 3]) cache.put(entry([first], 90));
    expect(cache.bytes).toBeLessThanOrEqual(250);
    expect(cache.holds([1], "")).toBe(false);
    expect(cache.holds([3], "")).toBe(true);
  });

  test("refuses what is larger than the whole budget", () => {
    const cache = new PromptCache(50, true);
    cache.put(entry([1], 60));
    expect(cache.bytes).toBe(0);
  });

  test("keeps what one adapter set evaluated from every other", () => {
    const cache = new PromptCache(10_000, true);
    cache.put(entry([1, 2, 3, 4], 10, "0*1"));
    cache.put(entry([1, 2], 10));
    expect(cache.longest([1, 2, 3], "")?.length).toBe(2);
    expect(cache.longest([1, 2, 3], "0*1")?.length).toBe(3);
    expect(cache.longest([1, 2, 3], "0*0.5")).toBeNull();
    expect(cache.holds([1, 2, 3, 4], "")).toBe(false);
    cache.put(entry([1, 2, 3, 4, 5], 10)); // covers the bare model's own entry alone
    expect(cache.longest([1, 2, 3, 4], "0*1")?.length).toBe(4);
  });
});
