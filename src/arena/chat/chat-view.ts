/** @file A conversation as the browser may see it: of a battle without a vote, nothing that names a model. */
import type { AnswerView, ChatView, Opinion, Reveal } from "../../protocol/arena.ts";
import type { Answer } from "./answer.ts";
import type { Chat } from "./chat.ts";

/** What is known of a conversation beside what was said. */
export type ChatFacts = {
  reveal: Reveal | null;
  opinion: Opinion["opinion"] | null;
  share: string | null;
  maxTurns: number;
  /** Of a battle that can be voted on. */
  sign(): string;
};

export function toChatView(chat: Chat, facts: ChatFacts): ChatView {
  const { reveal } = facts;
  const isHidden = chat.settings.mode === "battle" && reveal === null;
  const can = toAbilities(chat, facts);
  return {
    id: chat.id,
    mode: chat.settings.mode,
    created_at: chat.createdAt,
    history: chat.settings.history,
    prompts: chat.prompts,
    sides: chat.last.map(([seat], place) => ({
      seat,
      model: isHidden ? null : (chat.settings.models[place] ?? null),
      answers: (chat.answers[place] ?? []).map((answer) => toAnswerView(answer, isHidden)),
    })),
    answering: chat.isAnswering,
    can,
    vote_token: can.vote ? facts.sign() : null,
    reveal,
    opinion: facts.opinion,
    share: facts.share,
  };
}

function toAbilities(chat: Chat, { reveal, maxTurns }: ChatFacts): ChatView["can"] {
  const isBattle = chat.settings.mode === "battle";
  const isOpen = reveal === null;
  const idle = !chat.isAnswering;
  const allSaid = chat.last.every(([, answer]) => hasText(answer));
  const lame = chat.last.filter(
    ([, answer]) => answer?.status === "failed" || answer?.status === "stopped",
  );
  return {
    send: idle && isOpen && allSaid && chat.prompts.length < maxTurns,
    stop: chat.isAnswering,
    regenerate: idle && isOpen && chat.prompts.length > 0,
    retry: isOpen ? lame.map(([seat]) => seat) : [],
    vote: isBattle && isOpen && canBeJudged(chat),
    early: isBattle && isOpen && chat.isAnswering,
  };
}

/** Both sides have something to say, and neither broke off. */
export function canBeJudged(chat: Chat): boolean {
  return (
    chat.prompts.length > 0 &&
    chat.last.every(([, answer]) => hasText(answer) && answer?.status !== "failed")
  );
}

const hasText = (answer: Answer | undefined) => answer !== undefined && answer.text !== "";

function toAnswerView(answer: Answer, isHidden: boolean): AnswerView {
  const { status, text, reasoning, error } = answer;
  return { status, text, reasoning, error, speed: isHidden ? null : speedOf(answer) };
}

/** Of an answer that came at once, nothing can be said of its pace. */
const shortestSeconds = 0.05;

function speedOf({ ttftMs, totalMs, tokens }: Answer): AnswerView["speed"] {
  if (ttftMs === null || totalMs === null) return null;
  const seconds = (totalMs - ttftMs) / 1000;
  const rate = tokens === null || seconds < shortestSeconds ? null : (tokens - 1) / seconds;
  return { ttft_ms: ttftMs, tokens, tokens_per_second: rate };
}
