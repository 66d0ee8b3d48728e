import { describe, expect, test } from "vitest";
import { NgramIndex } from "../../../src/engine/speculation/ngram-index.ts";
import { uniform } from "../../../src/fresh/random.ts";

/** The same by looking everywhere: the longest match of 2…16 tokens, the latest of equal ones. */
function lookEverywhere(tokens: readonly number[], most: number) {
  let best = { place: 0, matched: 1 };
  for (let place = tokens.length - 1; place >= 2; place--) {
    let matched = 0;
    while (matched < Math.min(place, 16) && tokens.at(-1 - matched) === tokens[place - 1 - matched])
      matched++;
    if (matched > best.matched) best = { place, matched };
  }
  if (best.matched < 2) return null;
  const text = [...tokens];
  for (let i = 0; i < most; i++) text.push(text[best.place + i] as number);
  return { tokens: text.slice(tokens.length), matched: best.matched };
}

describe("NgramIndex", () => {
  test("proposes what followed where the text's end stood before", () => {
    const index = new NgramIndex([1, 2, 3, 4, 5, 9, 1, 2, 3]);
    expect(index.propose(3)).toEqual({ tokens: [4, 5, 9], matched: 3 });
  });

  test("prefers the longer match to the later one", () => {
    const index = new NgramIndex([7, 1, 2, 3, 8, 2, 3, 9, 7, 1, 2, 3]);
    expect(index.propose(1)).toEqual({ tokens: [8], matched: 4 });
  });

  test("has nothing to propose where the last two tokens are new together", () => {
    expect(new NgramIndex([1, 2, 3, 4, 3, 1]).propose(4)).toBeNull();
    expect(new NgramIndex([]).propose(4)).toBeNull();
    expect(new NgramIndex([5, 5]).propose(4)).toBeNull();
  });

  test("goes round in a loop past the text's end", () => {
    expect(new NgramIndex([1, 2, 3, 1, 2, 3, 1, 2]).propose(7)?.tokens).toEqual([
      3, 1, 2, 3, 1, 2, 3,
    ]);
    expect(new NgramIndex([4, 4, 4]).propose(3)?.tokens).toEqual([4, 4, 4]);
  });

  test("follows a text that grows as if it read it anew", () => {
    const random = uniform(3);
    const text: number[] = [];
    const index = new NgramIndex(text);
    for (let i = 0; i < 300; i++) {
      text.push(Math.floor(random() * 6));
      const places = text.filter(
        (_, at) => text[at - 1] === text.at(-2) && text[at] === text.at(-1),
      );
      // With few places for its last pair, none of them is left out.
      if (places.length <= 8) expect(index.propose(5)).toEqual(lookEverywhere(text, 5));
    }
  });

  test("takes as long for a token of a long text as of a short one", () => {
    const text: number[] = [];
    const index = new NgramIndex(text);
    const grow = (count: number) => {
      const begin = performance.now();
      for (let i = 0; i < count; i++) {
        text.push(i % 7);
        index.propose(4);
      }
      return performance.now() - begin;
    };
    grow(2000);
    const early = Math.min(grow(2000), grow(2000));
    grow(60_000);
    expect(Math.min(grow(2000), grow(2000), grow(2000))).toBeLessThan(early * 8 + 5);
  });
});
