import { describe, expect, test } from "vitest";
import { promptBlocs } from "../../src/battles/prompt-blocs.ts";

const asks = (voter: string, ...prompts: number[]) => prompts.map((prompt) => ({ voter, prompt }));
/** Ten who ask what nobody else does. */
const others = Array.from({ length: 10 }, (_, i) => asks(`other-${i}`, 100 + i, 200 + i)).flat();

describe("promptBlocs", () => {
  test("joins those who mostly ask the same, through one another too", () => {
    const blocs = promptBlocs([
      ...asks("a", 2, 3, 2, 1),
      ...asks("b", 3, 4, 2, 99),
      ...asks("c", 4, 4, 4),
      ...others,
    ]);
    expect(blocs).toEqual(new Map([...["a", "b", "c"].map((voter) => [voter, "a"] as const)]));
  });

  test("leaves alone who asks something common now and then, or the page's own examples", () => {
    const mixed = [...asks("a", 1, 1, 1, 5, 6, 7), ...asks("b", 1, 1, 1, 8, 9, 10)];
    expect(promptBlocs([...mixed, ...others]).size).toBe(0);
    const examples = [...asks("a", 0, 0, 0), ...asks("b", 0, 0, 0)];
    expect(promptBlocs([...examples, ...others]).size).toBe(0);
  });

  test("takes what a quarter of the voters ask for what people ask", () => {
    const everybody = Array.from({ length: 5 }, (_, i) => asks(`v${i}`, 1, 2, 3)).flat();
    expect(promptBlocs([...everybody, ...others]).size).toBe(0);
  });
});
