import { describe, expect, test } from "vitest";
import { anomalousVoters } from "../../src/rating/anomalous-voters.ts";
import { fastChatOutliers } from "../../src/rating/fastchat-outliers.ts";
import { randomStream } from "../../src/rating/random.ts";
import { battlesOf, goldenRows, large, type Row } from "./battles-of.ts";
import {
  alwaysLeft,
  contrary,
  type Habit,
  honest,
  shillOf,
  simulateVotes,
} from "./simulated-votes.ts";

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const flaggedIn = (rows: Row[]) =>
  anomalousVoters(battlesOf(rows))
    .filter(({ flagged }) => flagged)
    .map(({ judge }) => judge);

/** FastChat's experiment: one voter of forty always favours the name that comes later. */
const planted = goldenRows(large).map((row): Row => {
  if (row.judge !== "arena_user_39") return row;
  return { ...row, winner: row.modelA > row.modelB ? "model_a" : "model_b" };
});

describe("anomalousVoters", () => {
  test("finds the planted shill and accuses nobody else", () => {
    expect(flaggedIn(planted)).toEqual(["arena_user_39"]);
    expect(flaggedIn(goldenRows(large))).toEqual([]);
  });

  test("accuses honest voters no more often than promised", () => {
    const rounds = 200;
    const [voters, votes, models] = [25, 40, 6];
    let accused = 0;
    let accusedByFastChat = 0;
    let surprising = 0;
    for (let round = 0; round < rounds; round++) {
      const rows = simulateVotes(times(voters, honest), votes, models, randomStream(7, round));
      const tests = anomalousVoters(battlesOf(rows));
      expect(tests).toHaveLength(voters);
      if (tests.some(({ flagged }) => flagged)) accused++;
      if (fastChatOutliers(battlesOf(rows)).length > 0) accusedByFastChat++;
      surprising += tests.filter(({ pValue }) => pValue <= 0.05).length;
    }
    expect(accused / rounds).toBeLessThanOrEqual(0.05);
    expect(surprising / rounds / voters).toBeLessThanOrEqual(0.05);
    expect(accusedByFastChat / rounds).toBeGreaterThan(0.3);
  });

  test("keeps the promise where each pair has a handful of votes", () => {
    const rounds = 400;
    let accused = 0;
    for (let round = 0; round < rounds; round++) {
      const rows = simulateVotes(times(6, honest), 10, 4, randomStream(8, round));
      if (flaggedIn(rows).length > 0) accused++;
    }
    expect(accused / rounds).toBeLessThanOrEqual(0.05);
  });

  const villains: [string, Habit][] = [
    ["shills of the weakest model", shillOf(7)],
    ["shills of a middling model", shillOf(3)],
    ["those who click left", alwaysLeft],
    ["those who vote against everybody", contrary],
  ];
  test.for(villains)("catches %s, and few honest voters beside them", ([, habit]) => {
    const rounds = 20;
    let caught = 0;
    let falseShare = 0;
    for (let round = 0; round < rounds; round++) {
      const habits = [...times(4, habit), ...times(26, honest)];
      const rows = simulateVotes(habits, 160, 8, randomStream(9, round));
      const flagged = flaggedIn(rows).map((judge) => Number(judge.slice(1)));
      const right = flagged.filter((voter) => voter < 4).length;
      caught += right / 4 / rounds;
      if (flagged.length > 0) falseShare += (flagged.length - right) / flagged.length / rounds;
    }
    expect(caught).toBeGreaterThan(0.9);
    expect(falseShare).toBeLessThanOrEqual(0.05);
  });

  test("tests those with enough votes that named a winner, strongest evidence first", () => {
    const rows = simulateVotes([honest, shillOf(3), honest], 60, 4, randomStream(3));
    const ties = times(9, { modelA: "m0", modelB: "m1", winner: "tie" as const, judge: "tied" });
    const nobody = simulateVotes([honest], 40, 4, randomStream(4)).map((row) => {
      return { ...row, judge: null };
    });
    const few = simulateVotes([honest], 4, 4, randomStream(5)).map((row) => {
      return { ...row, judge: "few" };
    });
    const tests = anomalousVoters(battlesOf([...rows, ...ties, ...nobody, ...few]));
    expect(tests.map(({ judge }) => judge).sort()).toEqual(["u0", "u1", "u2"]);
    expect(tests[0].judge).toBe("u1");
    for (const { judge, votes, eValue, pValue } of tests) {
      expect(votes).toBe(rows.filter((row) => row.judge === judge && row.winner !== "tie").length);
      expect(pValue).toBe(Math.min(1, 1 / eValue));
    }
  });

  test("holds a voter against the others, never against herself", () => {
    const alone = times(30, { modelA: "x", modelB: "y", winner: "model_a" as const, judge: "u" });
    const mixed = alone.map((row, i): Row => (i % 3 === 0 ? { ...row, winner: "model_b" } : row));
    const elsewhere = times(30, { ...alone[0], modelB: "z", judge: "v" });
    const tests = anomalousVoters(battlesOf([...mixed, ...elsewhere]));
    for (const { eValue } of tests) expect(eValue).toBeCloseTo(1, 12);
  });

  test("says the same whatever the order of the rows", () => {
    const random = randomStream(6);
    const shuffled = planted
      .map((row) => ({ row, place: random() }))
      .sort((one, other) => one.place - other.place)
      .map(({ row }) => row);
    expect(anomalousVoters(battlesOf(shuffled))).toEqual(anomalousVoters(battlesOf(planted)));
  });

  test("has nothing to say of no battles, or of battles against oneself", () => {
    expect(anomalousVoters(battlesOf([]))).toEqual([]);
    const self = times(9, { modelA: "x", modelB: "x", winner: "model_a" as const, judge: "u" });
    expect(anomalousVoters(battlesOf(self))).toEqual([]);
  });
});

describe("fastChatOutliers", () => {
  test("bans whom FastChat bans", () => {
    const { flagged, n_users } = large.expected.outlier_detect_fastchat_defaults;
    const battles = battlesOf(planted);
    expect(battles.judges).toHaveLength(n_users);
    expect(fastChatOutliers(battles).sort()).toEqual(flagged);
  });

  test("lets a voter go free once a pair has nothing but ties", () => {
    const tie: Row = { modelA: "x", modelB: "y", winner: "tie", judge: "u" };
    const against = times(9, { modelA: "x", modelB: "z", winner: "model_b" as const, judge: "u" });
    const others = times(90, { modelA: "x", modelB: "z", winner: "model_a" as const, judge: "v" });
    expect(fastChatOutliers(battlesOf([...against, ...others]))).toEqual(["u"]);
    expect(fastChatOutliers(battlesOf([tie, ...against, ...others]))).toEqual([]);
  });
});
