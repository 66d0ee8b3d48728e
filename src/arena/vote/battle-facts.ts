/** @file A battle that was voted on, as it will be rated: everything that is known of it but its texts. */

import { countWords } from "../../battles/token-count.ts";
import type { DetectLanguage } from "../../files/language.ts";
import type { EventBody } from "../../protocol/arena-event.ts";
import type { Winner } from "../../protocol/battle.ts";
import { promptHash } from "../../rating/deduplication.ts";
import { markdownCounts } from "../../rating/style-features.ts";
import type { Answer } from "../chat/answer.ts";
import type { Chat } from "../chat/chat.ts";

type RatedBattle = EventBody<"vote">["battle"];

export type VoteFacts = {
  winner: Winner;
  /** Unix time, ms. */
  at: number;
  pairProbability: number | null;
  isPreset: boolean;
  /** See `hashOfPrompts`. */
  promptHash: number;
};

export function toRatedBattle(chat: Chat, vote: VoteFacts, detect: DetectLanguage): RatedBattle {
  const [modelA = "", modelB = ""] = chat.settings.models;
  const prompts = chat.prompts.map(({ text }) => text);
  const [a, b] = [chat.answers[0] ?? [], chat.answers[1] ?? []];
  return {
    model_a: modelA,
    model_b: modelB,
    winner: vote.winner,
    question_id: chat.id,
    judge: chat.voter,
    anony: true,
    language: detect(prompts[0] ?? ""),
    turn: prompts.length,
    tstamp: vote.at / 1000,
    conv_metadata: toMetadata(prompts, a, b),
    is_code: [...prompts, ...textsOf(a), ...textsOf(b)].some((text) => text.includes("```")),
    is_refusal: [...textsOf(a), ...textsOf(b)].some((text) => refusal.test(text)),
    is_preset: vote.isPreset,
    ...(vote.pairProbability !== null && { pair_probability: vote.pairProbability }),
    prompt_hash: vote.promptHash,
  };
}

/**
 * What tells the same questions. It is published where their text is not, so it takes the arena's
 * secret to find a short text again from its hash.
 */
export function hashOfPrompts(secret: Buffer, prompts: readonly string[]): number {
  return promptHash(`${secret.toString("base64")}\n${prompts.map((text) => `${text}\n`).join("")}`);
}

/** FastChat's `no_refusal` looks for such words. */
const refusal =
  /\b(?:I(?:'m| am) sorry,? (?:but )?I (?:can(?:no|')t|am (?:not able|unable))|I can(?:no|')t (?:assist|help|answer|provide|comply)|as an AI(?: language model)?,? I (?:can(?:no|')t|do not|don't))/i;

const textsOf = (answers: readonly Answer[]) => answers.map(({ text }) => text);

function toMetadata(prompts: string[], a: readonly Answer[], b: readonly Answer[]) {
  return {
    turns: prompts.length,
    sum_user_tokens: wordsIn(prompts),
    ...sideMetadata(textsOf(a), "a"),
    ...sideMetadata(textsOf(b), "b"),
  };
}

/** Lengths are in words: two models' tokens are not the same. */
function sideMetadata(texts: string[], side: "a" | "b") {
  const { header, list, bold } = markdownCounts(texts.join("\n"));
  return {
    [`sum_assistant_${side}_tokens`]: wordsIn(texts),
    [`header_count_${side}`]: header,
    [`list_count_${side}`]: list,
    [`bold_count_${side}`]: bold,
  };
}

const wordsIn = (texts: readonly string[]) =>
  countWords(texts.map((content) => ({ role: "any", content })));
