import { describe, expect, test } from "vitest";
import { ThoughtBudget, type ThoughtOptions } from "../../src/engine/thought-budget.ts";

const options: ThoughtOptions = {
  open: "<think>",
  close: "</think>",
  isOpen: false,
  budgetTokens: null,
  closing: [7, 8],
};

describe("ThoughtBudget", () => {
  test("counts the tokens between the markers, also where a marker comes in pieces", () => {
    const thought = new ThoughtBudget(options);
    for (const token of ["Hm ", "<th", "ink>", "a", "b", "</thi", "nk>", "done"])
      thought.push(token);
    expect(thought.tokens).toBe(4);
  });

  test("begins within the thought that the prompt has opened", () => {
    const thought = new ThoughtBudget({ ...options, isOpen: true });
    for (const token of ["a", "b", "</think>", "c"]) thought.push(token);
    expect(thought.tokens).toBe(3);
  });

  test("says once what to write when the budget is spent", () => {
    const thought = new ThoughtBudget({ ...options, isOpen: true, budgetTokens: 2 });
    expect(["a", "b", "c", "d"].map((token) => thought.push(token))).toEqual([[], [7, 8], [], []]);
  });

  test("lets no second thought begin after that", () => {
    const thought = new ThoughtBudget({ ...options, isOpen: true, budgetTokens: 1 });
    const wanted = ["a", "</think>", "b", "<think>", "</think>"].map((text) => thought.push(text));
    expect(wanted).toEqual([[7, 8], [], [], [7, 8], []]);
  });

  test("says nothing when the thought ended by itself", () => {
    const thought = new ThoughtBudget({ ...options, isOpen: true, budgetTokens: 2 });
    const wanted = ["a</think>", "b", "c"].map((token) => thought.push(token));
    expect(wanted).toEqual([[], [], []]);
  });
});
