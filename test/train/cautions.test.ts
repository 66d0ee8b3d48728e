/** @file Runs that begin with a caution, and those that do not. */
import { describe, expect, test } from "vitest";
import { TrainConfig } from "../../src/protocol/training.ts";
import { cautions } from "../../src/train/cautions.ts";

const config = (settings: object) => TrainConfig.parse({ data: [{ path: "chats" }], ...settings });

describe("cautions", () => {
  test("has none for an ordinary run", () => {
    expect(cautions(config({}), 200, 2048)).toEqual([]);
  });

  test("warns of rows longer than the model knows", () => {
    const [sentence] = cautions(config({ context_size: 4096 }), 200, 2048);
    expect(sentence).toContain("made for 2048 tokens");
  });

  test("warns of a handful of steps, but not where they were asked for", () => {
    expect(cautions(config({}), 3, 2048)).toEqual([expect.stringContaining("3 steps are few")]);
    expect(cautions(config({ max_steps: 3 }), 3, 2048)).toEqual([]);
  });

  test("says that a whole model needs no merging", () => {
    const [sentence] = cautions(config({ method: "full", merge: true }), 200, 2048);
    expect(sentence).toContain("merge has nothing to do");
  });
});
