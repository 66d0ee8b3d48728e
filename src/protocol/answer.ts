/**
 * @file An answer as it comes into being, the same whatever dialect it is told in: the worker's
 * parts hand these events on, and each dialect writes them in its own shape.
 */
import type { FinishReason } from "./openai.ts";

/** Where one choice's time went, in ms, and how many tokens each part had. */
export type ChoiceTimings = {
  queueMs: number;
  prefillMs: number;
  decodeMs: number;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  /** Of the completion tokens, those that were thoughts. */
  reasoningTokens: number;
  /** Where tokens were drafted: how many, and how many of them were then picked. */
  draft?: { tokens: number; accepted: number };
  /** This choice took over a prompt that its request's first choice had read. */
  forked: boolean;
};

/** The id of a token where nobody told it. */
export const unknownTokenId = -1;

/** How likely a token was, before any sampler cut or bent the distribution. */
export type TokenProbability = {
  id: number;
  /** What it added to the text; pieces of one character add nothing until the last. */
  token: string;
  /** The token's own bytes, also where they are only part of a character. */
  bytes: number[];
  /** ln p; −9999 where the model gave no chance at all. */
  logprob: number;
};

/** The token that was picked, and the likeliest in its place, best first. */
export type TokenLogprobs = TokenProbability & { top: TokenProbability[] };

/** A call's first delta names it; later ones only add to its arguments, which are JSON text. */
export type ToolCallDelta = { index: number; id?: string; name?: string; arguments: string };

export type Finish = {
  reason: FinishReason;
  /** The stop string that ended the answer; null when it was anything else. */
  stopString: string | null;
  timings: ChoiceTimings;
};

/** How far a prompt has been read, in tokens; `cached` of them were there before. */
export type PromptProgress = { total: number; cached: number; processed: number; ms: number };

/** `tokens` join to `text`; a token's likelihood is null for the first, which nothing stands before. */
export type EchoedPrompt = {
  text: string;
  tokens: { token: string; logprobs: TokenLogprobs | null }[];
};

/** News of one choice. Every choice's last event, and no other, has a `finish`. */
export type AnswerEvent = {
  choice: number;
  /** The prompt itself, for plain completions that echo it; before anything else. */
  prompt?: EchoedPrompt;
  reasoning?: string;
  content?: string;
  toolCalls?: ToolCallDelta[];
  /** Of the tokens that `content` is made of. */
  logprobs?: TokenLogprobs[];
  progress?: PromptProgress;
  /** Where the time has gone so far, for who asked for that. */
  timings?: ChoiceTimings;
  finish?: Finish;
};

/** Leaving it early ends the work behind it. */
export type Answer = AsyncIterable<AnswerEvent>;
