import { describe, expect, test } from "vitest";
import { type RankOptions, rank } from "../../src/rank/run.ts";
import { defaultRatingOptions } from "../../src/rating/rating-options.ts";
import { defaults, fileOf, jsonl } from "../battles/battle-files.ts";
import { everything } from "../rating/battles-of.ts";
import { styled } from "../rating/golden.ts";

const rows = styled.battles.map(([a, b, outcome, judge, lengthA, , , , lengthB], row) => ({
  model_a: styled.models[a],
  model_b: styled.models[b],
  winner: ["model_a", "model_b", "tie", "both_bad"][outcome],
  judge: `user-${judge}`,
  anony: row % 10 !== 0,
  language: row % 2 === 0 ? "English" : "German",
  tstamp: 1_700_000_000 + 60 * row,
  conv_metadata: { sum_assistant_a_tokens: lengthA, sum_assistant_b_tokens: lengthB },
}));
const file = fileOf("golden.jsonl", jsonl(rows));

function ranked(
  filter: Partial<RankOptions["filter"]>,
  rating: Partial<RankOptions["rating"]> = {},
  threads = 1,
) {
  return rank({
    read: { ...defaults, files: [file], features: ["length"] },
    filter: { ...everything, ...filter },
    rating: { ...defaultRatingOptions, ...rating },
    threads,
  });
}

describe("rank", () => {
  test("draws the same on one thread and on three", async () => {
    const style = { style: "fastchat", interval: "bootstrap", rounds: 250 } as const;
    const [one, three] = [await ranked({}, style, 1), await ranked({}, style, 3)];
    expect(three.board).toEqual(one.board);
  });

  test("counts what each filter leaves out, and nothing is lost between them", async () => {
    const { board } = await ranked({
      since: 1_700_000_000 + 60 * 100,
      until: 1_700_000_000 + 60 * 4900,
      language: "english",
      exclude: ["vicuna-v"],
      anonymousOnly: true,
      dailyCap: 20,
      dropAnomalous: true,
    });
    const { rows: read, bad_rows, not_votes, dropped, battles } = board.counts;
    expect(dropped).toMatchObject({
      no_time: 0,
      before_since: 100,
      after_until: 100,
      language: 2400,
    });
    expect(dropped.named).toBeGreaterThan(100);
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect(battles + lost + bad_rows + not_votes).toBe(read);
    expect(board.models.map(({ model }) => model)).not.toContain("vicuna-v");
  });

  test("gives a model with too few battles no rating and no rank, and ranks the others alike", async () => {
    const { board } = await ranked({}, { minBattles: 1000 });
    const few = board.models.filter(({ battles }) => battles < 1000);
    expect(few.length).toBeGreaterThan(2);
    for (const row of few)
      expect(row).toMatchObject({ rating: null, rank: null, unrated: "too_few_battles" });
    expect(board.models[0].rank).toBe(1);
  });

  test("shows the share of bad answers when they are kept apart", async () => {
    const { board } = await ranked({}, { ties: "both-bad-apart" });
    const shares = board.models.map(({ both_bad }) => both_bad ?? 0);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).toBeCloseTo(781 / 5000, 2);
  });
});
