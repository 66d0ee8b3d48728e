/** @file A conversation in the Arena and its session, as the store has them. */
import type { Mode, PromptView, Seat } from "../protocol/arena.ts";

export type SessionRow = {
  voter: string;
  /** Version agreed to; null: none. */
  terms: string | null;
  research: boolean;
};

/** What makes a conversation what it is; it does not change. */
export type ChatSettings = {
  mode: Mode;
  /** Seat by seat. */
  models: string[];
  system: string | null;
  sampling: { temperature?: number; top_p?: number; max_tokens?: number };
  /** What was said before the first prompt. */
  history: { role: "user" | "assistant"; content: string }[];
};

export type StoredAnswer = {
  turn: number;
  seat: Seat;
  status: "done" | "stopped" | "failed";
  error: string | null;
  text: string;
  reasoning: string;
  ttftMs: number | null;
  totalMs: number | null;
  tokens: number | null;
};

export type StoredChat = {
  id: string;
  voter: string;
  /** Unix time, ms. */
  createdAt: number;
  settings: ChatSettings;
  /** By turn. */
  prompts: PromptView[];
  answers: StoredAnswer[];
};
