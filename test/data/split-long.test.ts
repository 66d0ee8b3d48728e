/** @file Pieces of long conversations: nothing lost, nothing too long, nothing torn apart. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Conversation, LessonMessage } from "../../src/data/conversation.ts";
import { splitLong } from "../../src/data/split-long.ts";
import { chat, talk, through } from "./chats.ts";

/** A token is a character, so a message of n takes n + 6. */
const split = (source: Conversation[], maxTokens: number) =>
  through(
    (all, dropped) => splitLong(all, { countTokens: (text) => text.length, maxTokens }, dropped),
    source,
  );
const four = "abcd"; // 10 tokens, so a round of two has 20

describe("splitLong", () => {
  test.for([
    [80, ["x_0"], [8]],
    [79, ["x_0", "x_6"], [6, 2]],
    [40, ["x_0", "x_4"], [4, 4]],
    [39, ["x_0", "x_2", "x_4", "x_6"], [2, 2, 2, 2]],
  ] as const)(
    "makes pieces of whole rounds of at most %d tokens",
    async ([limit, ids, lengths]) => {
      const { kept } = await split(
        [chat(talk(...Array(8).fill(four)), { id: "x", model: "m" })],
        limit,
      );
      expect(kept.map(({ id }) => id)).toEqual(ids);
      expect(kept.map(({ messages }) => messages.length)).toEqual(lengths);
      expect(kept.every(({ model }) => model === "m")).toBe(true);
    },
  );

  test("leaves out a round that is too long for itself, and joins nothing across it", async () => {
    const long = "x".repeat(100);
    const { kept, rules } = await split(
      [chat(talk("a", "b", "c", long, "d", "e"), { id: "x" })],
      60,
    );
    expect(kept.map(({ id }) => id)).toEqual(["x_0", "x_4"]);
    expect(rules).toEqual(["overlong rounds"]);
  });

  test("leaves out a question that nobody answered", async () => {
    const { kept, rules } = await split([chat(talk("a", "b", "c"))], 60);
    expect(kept.map(({ id, messages }) => [id, messages.length])).toEqual([["_0", 2]]);
    expect(rules).toEqual(["unanswered rounds"]);
  });

  test("gives each piece the system message, and counts it", async () => {
    const system: LessonMessage = { role: "system", content: four };
    const { kept } = await split([chat([system, ...talk(four, four, four, four)])], 30);
    expect(kept.map(({ messages }) => messages)).toEqual([
      [system, ...talk(four, four)],
      [system, ...talk(four, four)],
    ]);
    expect((await split([chat([system, ...talk(four, four)])], 29)).rules).toEqual([
      "overlong rounds",
    ]);
  });

  test("never tears a call from its answer", async () => {
    const call = { id: "c", type: "function" as const, function: { name: "f", arguments: "{}" } };
    const round: LessonMessage[] = [
      { role: "user", content: four },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: four, tool_call_id: "c" },
      { role: "assistant", content: four },
    ];
    const { kept } = await split([chat([...round, ...round])], 45);
    expect(kept.map(({ messages }) => messages)).toEqual([round, round]);
  });

  test("loses no round that fits, and makes no piece that does not", async () => {
    const lengths = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 20, max: 120 }), async (sizes, limit) => {
        const texts = sizes.flatMap((size, i) => [`${i}`, "x".repeat(size)]);
        const { kept, rules } = await split([chat(talk(...texts))], limit);
        const tokens = (messages: LessonMessage[]) =>
          messages.reduce((sum, { content }) => sum + (content?.length ?? 0) + 6, 0);
        for (const { messages } of kept) expect(tokens(messages)).toBeLessThanOrEqual(limit);
        const pairs = sizes.map((size, i) => talk(`${i}`, "x".repeat(size)));
        const fitting = pairs.filter((pair) => tokens(pair) <= limit);
        expect(kept.flatMap(({ messages }) => messages)).toEqual(fitting.flat());
        expect(rules).toHaveLength(sizes.length - fitting.length);
      }),
    );
  });
});
