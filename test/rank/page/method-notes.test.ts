import { describe, expect, test } from "vitest";
import { methodNotes, toText } from "../../../src/rank/page/method-notes.ts";

const defaults = {
  system: "bradley-terry",
  interval: "sandwich",
  level: 0.95,
  simultaneous: false,
  rounds: 100,
  seed: 0,
  ties: "half",
  reweight: false,
  anchor: null,
  anchor_inside: false,
  style: null,
  min_battles: 0,
};

const notesOf = (changes: Record<string, unknown>) =>
  methodNotes({ ...defaults, ...changes })
    .join("\n")
    .replaceAll("\u00a0", " ");

describe("methodNotes", () => {
  test.for([
    ["the model", {}, "Bradley–Terry"],
    [
      "Elo and its step",
      { system: "elo", elo_k: 4 },
      "online Elo: each battle in the order of time moves both models by at most 4 points",
    ],
    ["the mean", {}, "The mean of the rated models is 1 000"],
    ["an anchor", { anchor: { model: "m<b>", rating: 1114 } }, "so that m<b> has 1 114"],
    [
      "an anchor inside",
      { anchor: { model: "m", rating: 1 }, anchor_inside: true },
      "exact by definition",
    ],
    ["ties as half", {}, "half a win for each, and so does"],
    ["ties dropped", { ties: "drop" }, "Ties are left out"],
    ["both bad apart", { ties: "both-bad-apart" }, "shown apart"],
    [
      "the sandwich",
      { level: 0.9 },
      "holds the truth in 90 % of cases. They are from the sandwich",
    ],
    [
      "the bootstrap",
      { interval: "bootstrap", seed: 7 },
      "100 rounds of battles drawn anew with replacement gave (seed 7)",
    ],
    ["simultaneous intervals", { simultaneous: true }, "All intervals together"],
    ["reweighting", { reweight: true }, "each pair counts alike"],
    ["style control", { style: "fastchat" }, "Style control"],
    ["the least number of battles", { min_battles: 1300 }, "fewer than 1 300 battles"],
  ] as const)("tells of %s", ([, changes, words]) => {
    expect(notesOf(changes)).toContain(words);
  });

  test("tells nothing of what was not chosen", () => {
    expect(notesOf({})).not.toMatch(/Elo|Style|anchor|seed|alike|fewer/);
  });

  test("passes over options it does not know, and keeps the others", () => {
    expect(notesOf({ anchor: 7, system: "new", ties: "drop" })).toContain("Ties are left out");
    expect(methodNotes({})).toHaveLength(4);
  });
});

describe("toText", () => {
  test.for([
    [null, "none"],
    [[], "none"],
    [["a", "b"], "a, b"],
    [{ model: "m", rating: 1114 }, "model = m, rating = 1114"],
    [false, "false"],
    [0.95, "0.95"],
    [{}, "none"],
  ] as const)("writes %j as %s", ([value, text]) => {
    expect(toText(value)).toBe(text);
  });
});
