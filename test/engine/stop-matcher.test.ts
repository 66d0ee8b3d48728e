import { describe, expect, test } from "vitest";
import { StopMatcher } from "../../src/engine/stop-matcher.ts";

function run(stops: string[], pieces: string[]): { sent: string[]; stopped: boolean } {
  const matcher = new StopMatcher(stops);
  const sent: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece);
    sent.push(text);
    if (stopped) return { sent, stopped };
  }
  return { sent: [...sent, matcher.flush()], stopped: false };
}

describe("StopMatcher", () => {
  test("passes everything on at once without stop strings", () => {
    expect(run([], ["a", "b"])).toEqual({ sent: ["a", "b", ""], stopped: false });
  });

  test("cuts at a stop string inside one piece", () => {
    expect(run(["END"], ["one END two"])).toEqual({ sent: ["one "], stopped: true });
  });

  test("finds a stop string across pieces and sends nothing of it", () => {
    expect(run(["</s>"], ["hi<", "/", "s>", "never"])).toEqual({
      sent: ["hi", "", ""],
      stopped: true,
    });
  });

  test("sends what was withheld once it cannot become a stop string", () => {
    expect(run(["<|end|>"], ["a <|", "no"])).toEqual({ sent: ["a ", "<|no", ""], stopped: false });
  });

  test("gives back the withheld tail at the end", () => {
    expect(run(["###"], ["x##"])).toEqual({ sent: ["x", "##"], stopped: false });
  });

  test("takes the earliest of several stop strings", () => {
    expect(run(["later", "soon"], ["a soon b later"])).toEqual({ sent: ["a "], stopped: true });
  });

  test("withholds the longest tail that any stop string begins with", () => {
    expect(run(["aab"], ["xaa", "ab"])).toEqual({ sent: ["x", "a"], stopped: true });
  });

  test("agrees with a search over the whole text, however it is cut", () => {
    const text = "abcabdabcabcabd!abcabx";
    for (let first = 0; first < text.length; first++)
      for (let second = first; second < text.length; second++) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        const { sent, stopped } = run(["abcabx"], pieces);
        expect(stopped).toBe(true);
        expect(sent.join("")).toBe("abcabdabcabcabd!");
      }
  });
});
