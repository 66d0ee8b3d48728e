import { describe, expect, test } from "vitest";
import { StopMatcher } from "../../src/engine/stop-matcher.ts";

function run(stops: string[], pieces: string[]): { sent: string[]; stop: string | null } {
  const matcher = new StopMatcher(stops);
  const sent: string[] = [];
  for (const piece of pieces) {
    const { text, stop } = matcher.push(piece);
    sent.push(text);
    if (stop !== null) return { sent, stop };
  }
  return { sent: [...sent, matcher.flush()], stop: null };
}

describe("StopMatcher", () => {
  test("passes everything on at once without stop strings", () => {
    expect(run([], ["a", "b"])).toEqual({ sent: ["a", "b", ""], stop: null });
  });

  test("cuts at a stop string inside one piece", () => {
    expect(run(["END"], ["one END two"])).toEqual({ sent: ["one "], stop: "END" });
  });

  test("finds a stop string across pieces and sends nothing of it", () => {
    expect(run(["</s>"], ["hi<", "/", "s>", "never"])).toEqual({
      sent: ["hi", "", ""],
      stop: "</s>",
    });
  });

  test("sends what was withheld once it cannot become a stop string", () => {
    expect(run(["<|end|>"], ["a <|", "no"])).toEqual({ sent: ["a ", "<|no", ""], stop: null });
  });

  test("gives back the withheld tail at the end", () => {
    expect(run(["###"], ["x##"])).toEqual({ sent: ["x", "##"], stop: null });
  });

  test("takes the earliest of several stop strings", () => {
    expect(run(["later", "soon"], ["a soon b later"])).toEqual({ sent: ["a "], stop: "soon" });
  });

  test("withholds the longest tail that any stop string begins with", () => {
    expect(run(["aab"], ["xaa", "ab"])).toEqual({ sent: ["x", "a"], stop: "aab" });
  });

  test("agrees with a search over the whole text, however it is cut", () => {
    const text = "abcabdabcabcabd!abcabx";
    for (let first = 0; first < text.length; first++)
      for (let second = first; second < text.length; second++) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        const { sent, stop } = run(["abcabx"], pieces);
        expect(stop).toBe("abcabx");
        expect(sent.join("")).toBe("abcabdabcabcabd!");
      }
  });
});
