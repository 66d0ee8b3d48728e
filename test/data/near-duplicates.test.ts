/** @file What is the same, what is nearly the same, and what is not. */
import { describe, expect, test } from "vitest";
import { withoutDuplicates } from "../../src/data/near-duplicates.ts";
import { randomStream } from "../../src/rating/random.ts";
import { chat, talk, through } from "./chats.ts";

const random = randomStream(3);
const words = (count: number) =>
  Array.from({ length: count }, () => `w${Math.floor(random() * 1e6)}`);
const dedup = (texts: string[], threshold: number) =>
  through(
    (all, dropped) => withoutDuplicates(all, threshold, dropped),
    texts.map((text) => chat(talk("Tell me", text))),
  );

describe("withoutDuplicates", () => {
  test("drops what differs in case and white space only", async () => {
    const { kept, rules } = await dedup(["One two.", "one  TWO. ", "one two three"], 1);
    expect([kept.length, rules]).toEqual([2, ["the same text"]]);
  });

  test("drops what differs in a word of two hundred, and keeps what shares half", async () => {
    const text = words(200);
    const near = text.with(100, "other");
    const half = [...text.slice(0, 100), ...words(100)];
    const { kept, rules } = await dedup(
      [text, near, half].map((all) => all.join(" ")),
      0.8,
    );
    expect(rules).toEqual(["nearly the same text"]);
    expect(kept[1].messages[1].content).toBe(half.join(" "));
  });

  test("estimates the similarity to within a few hundredths", async () => {
    // n words shared of 300: Jaccard of runs ≈ (n − 4) / (2 · 296 − (n − 4))
    for (const [shared, similarity] of [
      [270, 0.82],
      [252, 0.72],
    ] as const) {
      let found = { above: 0, below: 0 };
      for (let trial = 0; trial < 20; trial++) {
        const text = words(300);
        const pair = [text.join(" "), [...text.slice(0, shared), ...words(300 - shared)].join(" ")];
        const above = (await dedup(pair, similarity - 0.15)).rules.length;
        const below = (await dedup(pair, similarity + 0.15)).rules.length;
        found = { above: found.above + above, below: found.below + below };
      }
      expect(found.above).toBeGreaterThanOrEqual(19);
      expect(found.below).toBeLessThanOrEqual(1);
    }
  });

  test("tells short texts, and texts without spaces, apart", async () => {
    expect((await dedup(["yes", "no", "", "是的", "不是"], 0.8)).rules).toEqual([]);
    const chinese = "请用三句话介绍一下北京的历史和文化以及这座城市的重要性";
    expect((await dedup([chinese, `${chinese}吧`], 0.7)).rules).toEqual(["nearly the same text"]);
  });

  test("tells who says it apart, and what is called", async () => {
    const call = (name: string) => [
      { role: "user" as const, content: "go" },
      {
        role: "assistant" as const,
        content: null,
        tool_calls: [{ id: "1", type: "function" as const, function: { name, arguments: "{}" } }],
      },
    ];
    const source = [chat(call("left")), chat(call("right")), chat(call("left"))];
    const { rules } = await through((all, dropped) => withoutDuplicates(all, 1, dropped), source);
    expect(rules).toEqual(["the same text"]);
  });
});
