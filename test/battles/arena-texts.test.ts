import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ArenaBattles } from "../../src/battles/arena-battles.ts";
import { recordWithTexts } from "../../src/battles/arena-texts.ts";
import { type Ballot, castVote, drawBallots, freshStore } from "../arena/played-arena.ts";

let arena: ReturnType<typeof freshStore>;
const [ballot] = drawBallots({ votes: 1, research: 1 }) as [Ballot];
const { chat, voter, models } = ballot;
beforeEach(() => {
  arena = freshStore();
});
afterEach(() => arena.remove());

/** A battle that goes on from an earlier one; seat b's second answer never came. */
function play(tags: Ballot["tags"] = []): void {
  const { store } = arena;
  const history = [
    { role: "user" as const, content: "Hi" },
    { role: "assistant" as const, content: "Hello!" },
  ];
  store.addChat(
    chat,
    voter,
    { mode: "battle", models: [...models], system: null, sampling: {}, history },
    {
      ...{ mode: "battle", models: [...models], pair_probability: 1, continues: "earlier" },
      ...{ preset: false, images: false },
    },
  );
  for (const [turn, text] of ["Why?", "Really?"].entries())
    store.setPrompt(chat, turn, { text, images: [] });
  for (const [turn, seat, text] of [
    [0, "a", "Because."],
    [0, "b", "Who knows."],
    [1, "a", "Yes."],
  ] as const)
    store.setAnswer(chat, {
      ...{ turn, seat, text, status: "done", error: null, reasoning: "hm" },
      ...{ ttftMs: 1, totalMs: 2, tokens: 3 },
    });
  castVote(store, { ...ballot, tags: [...tags] });
}

function record() {
  const battles = new ArenaBattles(arena.store);
  battles.follow();
  const [vote] = battles.votes;
  if (!vote) throw new Error("nobody voted");
  return recordWithTexts(arena.store, battles, vote);
}

const said = (turns: readonly { content?: unknown }[] | null | undefined) =>
  turns?.map(({ content }) => content);

describe("recordWithTexts", () => {
  test("has what was said before, and every question that was answered", () => {
    play();
    const { conversation_a: a, conversation_b: b } = record();
    expect(said(a)).toEqual(["Hi", "Hello!", "Why?", "Because.", "Really?", "Yes."]);
    expect(said(b)).toEqual(["Hi", "Hello!", "Why?", "Who knows."]);
    expect(a?.map(({ role }) => role).slice(0, 3)).toEqual(["user", "assistant", "user"]);
  });

  test("says why a vote does not count, and has no text that moderation flagged", () => {
    play(["flagged"]);
    expect(record()).toMatchObject({ quarantine: "flagged", question_id: chat, judge: voter });
    expect(record()).not.toHaveProperty("conversation_a");
  });

  test("has no text of those who were forgotten", () => {
    play();
    arena.store.forget(voter);
    expect(record()).toMatchObject({ model_a: models[0] });
    expect(record()).not.toHaveProperty("conversation_a");
  });
});
