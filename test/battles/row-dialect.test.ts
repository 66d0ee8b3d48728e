import { describe, expect, test } from "vitest";
import { csv, fileOf, jsonl, read } from "./battle-files.ts";

const turns = (...texts: string[]) =>
  texts.map((content, i) => ({ role: i % 2 === 0 ? "user" : "assistant", content }));

describe("a row of", () => {
  test("the 33k set is a battle with its judge, its time and what its conversations count", async () => {
    const row = {
      question_id: "58210e39b3fd4441a2bd4a518bb44c2d",
      model_a: "chatglm-6b",
      model_b: "koala-13b",
      winner: "tie (bothbad)",
      judge: "arena_user_973",
      conversation_a: turns("What is it?", "* A\n* B"),
      conversation_b: turns("What is it?", "C"),
      turn: 1,
      anony: true,
      language: "English",
      tstamp: 1682351591.1322,
      openai_moderation: { flagged: false },
      toxic_chat_tag: {},
    };
    const options = { features: ["length", "list"], withCategories: true };
    const { battles } = await read(fileOf("x.json", JSON.stringify([row])), options);
    expect(battles).toMatchObject({
      models: ["chatglm-6b", "koala-13b"],
      outcome: new Uint8Array([3]),
      judges: ["arena_user_973"],
      time: new Float64Array([1682351591.1322]),
      style: new Float32Array([4, 2, 1, 0]),
    });
  });

  test("the 100k set is counted as its metadata count", async () => {
    const row = {
      model_a: "x",
      model_b: "y",
      winner: "model_b",
      judge_hash: "0f3a",
      anony: true,
      tstamp: 1718000000,
      conversation_a: turns("?", "one"),
      conversation_b: turns("?", "two"),
      conv_metadata: {
        sum_assistant_a_tokens: 70,
        sum_assistant_b_tokens: 30,
        sum_user_tokens: 500,
        turns: 2,
        header_count_a: { h1: 1, h2: 2 },
        header_count_b: { h1: 0, h2: 0 },
      },
      is_code: true,
      category_tag: { "math_v0.1": { math: true } },
    };
    const { battles } = await read(fileOf("x.jsonl", jsonl([row])), {
      features: ["length", "header"],
      withCategories: true,
    });
    expect(battles.judges).toEqual(["0f3a"]);
    expect([...battles.style]).toEqual([70, 3, 30, 0]);
  });

  test("the 140k set has its time in ISO form, its language as a code, its texts in parts", async () => {
    const row = {
      id: "c4b9710c",
      evaluation_order: 1,
      model_a: "x",
      model_b: "y",
      winner: "both_bad",
      language: "pl",
      timestamp: "2025-06-30 23:59:59.500000",
      conversation_a: [{ role: "user", content: [{ type: "text", text: "Co?", image: null }] }],
      conversation_b: [],
    };
    const { battles } = await read(fileOf("x.jsonl", jsonl([row])), { withPrompts: true });
    expect(battles).toMatchObject({
      outcome: new Uint8Array([3]),
      languages: ["Polish"],
      time: new Float64Array([Date.parse("2025-06-30T23:59:59.5Z") / 1000]),
    });
    expect(battles.prompt[0]).toBeGreaterThan(0);
  });

  test("the 55k set has a column for each outcome, and its texts in lists", async () => {
    const row = {
      id: 30192,
      model_a: "gpt-4-1106-preview",
      model_b: "gpt-4-0613",
      prompt: JSON.stringify(["Is it?", "And \ud83e\udd99?"]),
      response_a: JSON.stringify(["yes it is", null]),
      response_b: JSON.stringify(["no", "no"]),
      winner_model_a: 1,
      winner_model_b: 0,
      winner_tie: 0,
    };
    const rows = [
      row,
      { ...row, winner_model_a: 0, winner_model_b: 1 },
      { ...row, winner_model_a: 0, winner_tie: 1 },
      { ...row, winner_tie: 1 },
      { ...row, winner_model_a: 0 },
      { ...row, winner_model_a: "yes" },
      { ...row, prompt: "not a list" },
    ];
    for (const file of [fileOf("x.csv", csv(rows)), fileOf("x.jsonl", jsonl(rows))]) {
      const found = await read(file, { features: ["length"], withPrompts: true });
      expect([...found.battles.outcome]).toEqual([0, 1, 2, 0]);
      expect([...found.battles.style.subarray(0, 2)]).toEqual([3, 2]);
      expect(found.badRowExamples.map(({ reason }) => reason)).toEqual([
        "winner_model_a, winner_model_b, winner_tie: exactly one must be 1",
        "winner_model_a, winner_model_b, winner_tie: exactly one must be 1",
        "winner_model_a: must be true or false, 0 or 1",
      ]);
    }
  });

  test("a cleaned FastChat log says whether the names were known", async () => {
    const row = { model_a: "x", model_b: "y", winner: "tie", judge: "arena_user_1" };
    const rows = [{ ...row, anony: true }, { ...row, anony: false }, row];
    const { battles } = await read(fileOf("x.json", JSON.stringify(rows)));
    expect([...battles.anonymous]).toEqual([1, 0, 1]);
  });
});
