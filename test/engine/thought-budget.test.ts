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

  test("is spent when an open thought has had its tokens, until it is closed", () => {
    const thought = new ThoughtBudget({ ...options, isOpen: true, budgetTokens: 2 });
    const spent = ["a", "b", "c", "</think>", "d", "<think>", "</think>"].map((token) => {
      thought.push(token);
      return thought.isSpent;
    });
    // The last: a second thought has no token left.
    expect(spent).toEqual([false, true, true, false, false, true, false]);
  });

  test("is spent at once when nothing is allowed", () => {
    expect(new ThoughtBudget({ ...options, isOpen: true, budgetTokens: 0 }).isSpent).toBe(true);
    expect(new ThoughtBudget({ ...options, budgetTokens: 0 }).isSpent).toBe(false);
  });

  test("waits while the model is about to close the thought itself", () => {
    const thought = new ThoughtBudget({ ...options, isOpen: true, budgetTokens: 1 });
    thought.push("a </th");
    expect(thought.isSpent).toBe(false);
    thought.push("is");
    expect(thought.isSpent).toBe(true);
  });

  test("says nothing when the thought ended by itself", () => {
    const thought = new ThoughtBudget({ ...options, isOpen: true, budgetTokens: 2 });
    thought.push("a</think>");
    thought.push("b");
    expect(thought.isSpent).toBe(false);
  });
});
