/** @file A voted battle as it is shown to people: in a list, and whole. */
import type { CastVote } from "../../battles/arena-battles.ts";
import type { BattleSummary, BattleView } from "../../protocol/arena.ts";
import type { StoredChat } from "../../store/arena-chat.ts";

/** Characters of the first prompt that a list shows. */
const shownChars = 300;

/** @param chat undefined where its texts are no longer kept. */
export function toSummary(vote: CastVote, chat: StoredChat | undefined): BattleSummary {
  const { model_a, model_b, winner, turn, language } = vote.record;
  const prompt = chat?.prompts[0]?.text ?? "";
  return {
    id: vote.chat,
    at: vote.at,
    model_a,
    model_b,
    winner,
    prompt: prompt.length > shownChars ? `${prompt.slice(0, shownChars)}…` : prompt,
    turns: turn ?? chat?.prompts.length ?? 0,
    language: language ?? null,
    tags: [...vote.tags],
  };
}

export function toBattleView(vote: CastVote, chat: StoredChat): BattleView {
  const textsOf = (seat: "a" | "b") =>
    chat.answers.filter((one) => one.seat === seat).map(({ text }) => text);
  return {
    ...toSummary(vote, chat),
    prompts: chat.prompts,
    answers: [
      { model: vote.record.model_a, seat: "a", texts: textsOf("a") },
      { model: vote.record.model_b, seat: "b", texts: textsOf("b") },
    ],
  };
}
