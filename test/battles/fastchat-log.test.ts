import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CleaningRule } from "../../src/battles/cleaning-rules.ts";
import { cleanVote } from "../../src/battles/fastchat-log.ts";
import { cursors, errorWords, identityWords } from "../../src/battles/identity-words.ts";
import { readRow } from "../../src/battles/row-dialect.ts";
import { FastChatVoteRecord } from "../../src/protocol/battle.ts";

type Golden = {
  identity_words: string[];
  error_words: string[];
  unfinished_words: string[];
  votes: Record<
    string,
    { vote: object; battle: Record<string, unknown> | null; counts: Record<string, number> }
  >;
};

const golden: Golden = JSON.parse(
  readFileSync(new URL("../fixtures/fastchat-votes.json", import.meta.url), "utf8"),
);

/** FastChat's names for the rules; excluding models is not the log's business. */
const ruleOf: Record<string, CleaningRule> = {
  none_msg: "empty_message",
  invalid: "invalid",
  unfinished: "unfinished",
  banned: "banned",
};

const nothing: ReadonlySet<CleaningRule> = new Set();
const wanted = {
  features: [],
  withCategories: false,
  withPrompts: false,
  withJudges: true,
  detectLanguage: () => "English",
};

type Said = string | null | [string, string[]];

/** A vote on two answers to one question, with what is to be different. */
function voteOn(answers: [Said, Said], other: Partial<FastChatVoteRecord> = {}) {
  const state = (model: string, answer: Said) => ({
    messages: [
      ["user", "What is 2+2?"],
      ["assistant", answer],
    ],
    offset: 0,
    conv_id: `conversation-${model}`,
    model_name: model,
  });
  return FastChatVoteRecord.parse({
    tstamp: 1.7e9,
    type: "leftvote",
    models: ["", ""],
    states: [state("m1", answers[0]), state("m2", answers[1])],
    ip: "1.1.1.1",
    ...other,
  });
}

const outcome = (vote: FastChatVoteRecord, keep = nothing) => {
  const cleaned = cleanVote(vote, keep);
  return "rule" in cleaned ? cleaned.rule : `${cleaned.model_a} ${cleaned.model_b}`;
};

describe("a vote of FastChat's log", () => {
  test.for(Object.entries(golden.votes))("is cleaned as FastChat does: %s", ([, example]) => {
    const found = readRow(example.vote, wanted, {
      keep: nothing,
      banned: new Set(["6.6.6.6"]),
    });
    const [rule] = Object.keys(example.counts).flatMap((name) => ruleOf[name] ?? []);
    if (rule) expect(found).toEqual({ rule, words: [] });
    else if (example.battle) {
      const { model_a, model_b, winner, judge, anony, language, tstamp } = example.battle;
      expect(found).toMatchObject({
        modelA: model_a,
        modelB: model_b,
        winner: winner === "tie (bothbad)" ? "both_bad" : winner,
        judge,
        anonymous: anony,
        language,
        time: tstamp,
      });
    } else expect(found).toMatchObject({ modelA: "badmodel" }); // dropped by a later filter
  });

  test.for(Object.entries(golden.votes).filter(([, { battle }]) => battle !== null))(
    "has the conversations that FastChat releases: %s",
    ([, { vote, battle }]) => {
      const record = cleanVote(FastChatVoteRecord.parse(vote), nothing);
      const { winner, language, ...released } = battle ?? {};
      expect(record).toMatchObject(released);
    },
  );

  test("is judged by FastChat's words", () => {
    expect(identityWords).toEqual(golden.identity_words);
    expect(errorWords).toEqual(golden.error_words);
    expect(cursors).toEqual(golden.unfinished_words);
  });

  test.for([
    ["no_models", voteOn(["4", "4"], { models: [null, ""] })],
    ["no_models", voteOn(["4", "4"], { models: [null, null] })],
    ["invalid", voteOn(["4", "4"], { models: ["", "m2"] })],
    ["invalid", voteOn(["4", "4"], { models: ["m1", "m3"] })],
    ["empty_message", voteOn(["4", ""])],
    ["empty_message", voteOn([null, "I am ChatGPT ▌"])],
    ["leaked_identity", voteOn(["I am ChatGPT ▌", "4"])],
    ["leaked_identity", voteOn(["4", "TÜLU says 4"])],
    ["leaked_identity", voteOn([["made by Google", ["5d41402a"]], "4"])],
    ["error_answer", voteOn(["**API REQUEST ERROR** ▌", "4"])],
    ["unfinished", voteOn(["4", "4▌"])],
  ] as const)("is dropped as %s by the first rule that applies", ([rule, vote]) => {
    expect(outcome(vote)).toBe(rule);
  });

  test.for([
    ["no_models", voteOn(["4", "4"], { models: [null, null] })],
    ["invalid", voteOn(["4", "4"], { models: ["", "m2"] })],
    ["empty_message", voteOn(["4", ""])],
    ["leaked_identity", voteOn(["Claude: 4", "4"])],
    ["error_answer", voteOn(["**API REQUEST ERROR**", "4"])],
    ["unfinished", voteOn(["4", "4▌"])],
  ] as const)("is rated where the rule %s is off", ([rule, vote]) => {
    expect(outcome(vote, new Set([rule]))).toBe("m1 m2");
  });

  test("is dropped by the next rule where the first is off", () => {
    const vote = voteOn([null, "I am ChatGPT ▌"]);
    expect(outcome(vote, new Set(["empty_message"] as const))).toBe("leaked_identity");
    expect(outcome(vote, new Set(["empty_message", "leaked_identity"] as const))).toBe(
      "unfinished",
    );
    expect(outcome(voteOn(["4", "4"], { models: [null, "m2"] }), new Set(["no_models"]))).toBe(
      "invalid",
    );
  });

  test("says which words gave a model away", () => {
    expect(cleanVote(voteOn(["OpenAI made GPT-4", "4"]), nothing)).toEqual({
      rule: "leaked_identity",
      words: ["gpt-4", "openai"],
    });
  });

  test("keeps the names of its time where renaming is off", () => {
    const { states } = voteOn(["4", "4"]);
    const vote = voteOn(["4", "4"], {
      states: [
        { ...states[0], model_name: "gpt-4" },
        { ...states[1], model_name: "constructor" },
      ],
    });
    expect(outcome(vote)).toBe("gpt-4-0613 constructor");
    expect(outcome(vote, new Set(["rename"]))).toBe("gpt-4 constructor");
    expect(outcome({ ...vote, tstamp: 1687849200 })).toBe("gpt-4-0314 constructor");
  });

  test("takes the shown names where the states have none, and finds no anonymous vote in it", () => {
    const { states } = voteOn(["4", "4"]);
    const nameless = (i: 0 | 1) => ({ ...states[i], model_name: undefined });
    const vote = voteOn(["4", "4"], {
      models: ["<h3>Model A: left</h3>\n", "<h3>Model B: right</h3>\n"],
      states: [nameless(0), nameless(1)],
    });
    expect(cleanVote(vote, nothing)).toMatchObject({
      model_a: "left",
      model_b: "right",
      anony: false,
    });
  });

  test("has no judge where there is no ip", () => {
    expect(cleanVote(voteOn(["4", "4"], { ip: null }), nothing)).toMatchObject({ judge: null });
  });
});
