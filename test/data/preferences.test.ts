import { describe, expect, test } from "vitest";
import { humanPreferenceRows } from "../../src/data/human-preference.ts";
import {
  isForTest,
  judgedBattles,
  type PreferenceFormat,
  preferenceRows,
} from "../../src/data/preferences.ts";
import { scrubbed } from "../../src/data/scrub.ts";
import { BattleRecord } from "../../src/protocol/battle.ts";

const talk = (...texts: string[]) =>
  texts.map((content, i) => ({ role: i % 2 ? "assistant" : "user", content }));

const battle = (changes: object = {}): BattleRecord =>
  BattleRecord.parse({
    model_a: "atlas",
    model_b: "borealis",
    winner: "model_a",
    question_id: "q1",
    judge: "voter-1",
    tstamp: 1_790_000_000,
    conversation_a: talk("Why?", "Because."),
    conversation_b: talk("Why?", "Who knows."),
    ...changes,
  });

async function* streamOf<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

async function allOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

async function rowsOf(records: readonly BattleRecord[], format: PreferenceFormat = "dpo") {
  const drops: Record<string, number> = {};
  const dropped = (rule: string) => {
    drops[rule] = (drops[rule] ?? 0) + 1;
  };
  const rows = await allOf(
    preferenceRows(judgedBattles(streamOf(records), dropped), format, dropped),
  );
  return { rows, drops };
}

const [why] = talk("Why?");
const [because, whoKnows] = ["Because.", "Who knows."].map((content) => [
  { role: "assistant", content },
]);

describe("preferenceRows", () => {
  test("puts the winner's answer beside the loser's, whichever side it was on", async () => {
    const { rows } = await rowsOf([
      battle(),
      battle({ winner: "model_b", conversation_a: talk("Why?", "No."), question_id: "q2" }),
    ]);
    expect(rows).toEqual([
      { prompt: [why], chosen: because, rejected: whoKnows },
      { prompt: [why], chosen: whoKnows, rejected: [{ role: "assistant", content: "No." }] },
    ]);
  });

  test("has both conversations whole from the point where they part", async () => {
    const before = talk("Hi", "Hello!");
    const { rows } = await rowsOf([
      battle({
        conversation_a: [...before, ...talk("Why?", "Because.", "Really?", "Yes.")],
        conversation_b: [...before, ...talk("Why?", "Who knows.", "Really?", "No.")],
      }),
    ]);
    expect(rows).toEqual([
      {
        prompt: [...before, why],
        chosen: talk("", "Because.", "Really?", "Yes.").slice(1),
        rejected: talk("", "Who knows.", "Really?", "No.").slice(1),
      },
    ]);
  });

  test("leaves out what teaches nothing, and says why", async () => {
    const { rows, drops } = await rowsOf([
      battle({ winner: "tie" }),
      battle({ winner: "both_bad" }),
      battle({ quarantine: "anomalous_voter" }),
      battle({ anony: false }),
      battle({ conversation_b: null }),
      battle({ conversation_b: talk("Why?", " ") }),
      battle({ conversation_b: talk("Why?") }),
      battle({ conversation_b: talk("Why?", "Because.") }),
    ]);
    expect(rows).toEqual([]);
    expect(drops).toEqual({
      "a tie": 2,
      "held back": 1,
      "with known names": 1,
      "without texts": 1,
      "without a whole answer": 2,
      "with equal answers": 1,
    });
  });

  test("has each row once", async () => {
    const { rows, drops } = await rowsOf([battle(), battle({ question_id: "q2" })]);
    expect([rows.length, drops]).toEqual([1, { "the same row": 1 }]);
  });

  test("labels each answer for KTO: both bad makes two that are not wanted", async () => {
    const { rows } = await rowsOf(
      [battle({ winner: "both_bad" }), battle({ winner: "model_b" }), battle({ winner: "tie" })],
      "kto",
    );
    expect(rows).toEqual([
      { prompt: [why], completion: because, label: false },
      { prompt: [why], completion: whoKnows, label: false },
      { prompt: [why], completion: whoKnows, label: true }, // the other of this battle was there
    ]);
  });
});

describe("isForTest", () => {
  const prompts = Array.from({ length: 2000 }, (_, i) => talk(`Question ${i}`));

  test("takes about the share that is asked for, the same for the same seed", () => {
    const drawn = prompts.map((prompt) => isForTest(prompt, 0.1, 7));
    expect(drawn.filter(Boolean).length).toBeGreaterThan(150);
    expect(drawn.filter(Boolean).length).toBeLessThan(250);
    expect(prompts.map((prompt) => isForTest(prompt, 0.1, 7))).toEqual(drawn);
    expect(prompts.map((prompt) => isForTest(prompt, 0.1, 8))).not.toEqual(drawn);
  });
});

describe("humanPreferenceRows", () => {
  const rowsBy = (salt: string, ...records: BattleRecord[]) =>
    allOf(humanPreferenceRows(streamOf(records), salt, () => {}));

  test("has the published columns, and nobody's name", async () => {
    const records = [battle(), battle({ question_id: "q2" }), battle({ judge: "voter-2" })];
    const rows = await rowsBy("salt", ...records);
    expect(rows[0]).toMatchObject({
      model_a: "atlas",
      winner: "model_a",
      evaluation_order: 1,
      conversation_a: [
        { role: "user", content: [{ type: "text", text: "Why?" }] },
        { role: "assistant", content: [{ type: "text", text: "Because." }] },
      ],
      timestamp: "2026-09-21T14:13:20.000Z",
    });
    expect(rows[0]?.full_conversation).toHaveLength(1);
    expect(rows.map((row) => row.evaluation_order)).toEqual([1, 2, 1]);
    expect(rows[0]?.evaluation_session_id).toBe(rows[1]?.evaluation_session_id);
    expect(JSON.stringify(rows)).not.toContain("voter-");
    const [other] = await rowsBy("another salt", battle());
    expect(other?.evaluation_session_id).not.toBe(rows[0]?.evaluation_session_id);
  });

  test("is without what is held back and what has no texts", async () => {
    const rows = await rowsBy(
      "salt",
      battle({ quarantine: "failed" }),
      battle({ conversation_a: null }),
    );
    expect(rows).toEqual([]);
  });
});

describe("scrubbed", () => {
  test("lets no text of any turn pass by", async () => {
    const shout = async (text: string) => text.toUpperCase();
    const parts = [
      { role: "user", content: [{ type: "text", text: "my name" }, { type: "image" }] },
    ];
    const [record] = await allOf(scrubbed(streamOf([battle({ conversation_b: parts })]), shout));
    expect(record?.conversation_a?.map(({ content }) => content)).toEqual(["WHY?", "BECAUSE."]);
    expect(record?.conversation_b).toEqual([{ role: "user", content: "MY NAME" }]);
  });
});
