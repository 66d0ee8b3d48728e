/** @file One choice of one request on its way through the loop. */
import type { Sampler } from "../llama/sampler.ts";
import type { ChoiceTimings, TokenLogprobs } from "../protocol/answer.ts";
import type { Constraint } from "./constraint.ts";
import type { Generation } from "./messages.ts";
import type { TextStream } from "./text-stream.ts";
import type { ThoughtBudget } from "./thought-budget.ts";
import type { TokenLog } from "./token-log.ts";

/** Answers shorter than this are not predicted, so that a burst of them does not overcommit. */
const guessedAnswerTokens = 256;

export type Job = {
  id: number;
  choice: number;
  generation: Generation;
  /** Prompt and answer so far. */
  tokens: number[];
  promptTokens: number;
  /** Made when the job is seated: it takes memory, and time to show it the prompt. */
  sampler: Sampler | null;
  constraint: Constraint | null;
  text: TextStream;
  thought: ThoughtBudget | null;
  /** Tokens to write next, whatever the model would. */
  forced: number[];
  log: TokenLog | null;
  /** (promptTokens,) the first null; filled as the prompt is read. */
  promptLogprobs: (TokenLogprobs | null)[];
  /** Further choices, by number, that wait for this one's prompt to be read. */
  forks: number[];
  /** Whether a cached beginning may be used: a fork's is the very prompt that was read for it. */
  usesCache: boolean;
  /** Whether the prompt's own log-probabilities are still to be told. */
  tellsPrompt: boolean;
  /** Ms, on the loop's clock. */
  queuedAt: number;
  startedAt: number;
  firstTokenAt: number;
  cachedTokens: number;
  /** Tokens that were drafted, and those of them that were then picked. */
  draft: { tokens: number; accepted: number };
};

/** Tokens generated so far. */
export function completionTokens(job: Job): number {
  return job.tokens.length - job.promptTokens;
}

/** @param now On the loop's clock. */
export function timingsOf(job: Job, now: number): ChoiceTimings {
  // Who ended before a slot, or a token, was there for it has waited for that until now.
  const startedAt = job.startedAt || now;
  const firstTokenAt = job.firstTokenAt || now;
  return {
    queueMs: startedAt - job.queuedAt,
    prefillMs: firstTokenAt - startedAt,
    decodeMs: now - firstTokenAt,
    promptTokens: job.promptTokens,
    cachedTokens: job.cachedTokens,
    completionTokens: completionTokens(job),
    reasoningTokens: job.thought?.tokens ?? 0,
    ...(job.draft.tokens > 0 && { draft: { ...job.draft } }),
    forked: job.choice > 0,
  };
}

/** KV cells this job and its forks are expected to fill in the end. */
export function predictedCells(job: Job, contextSize: number): number {
  const { maxTokens } = job.generation;
  const room = contextSize - job.promptTokens;
  const answer = Math.max(completionTokens(job), Math.min(maxTokens ?? guessedAnswerTokens, room));
  return Math.min(contextSize, job.promptTokens + answer * (1 + job.forks.length));
}

/** Tokens that are still to be evaluated, as far as one can tell. */
export function pendingTokens(job: Job, evaluated: number): number {
  const { maxTokens } = job.generation;
  const left = Math.max(0, (maxTokens ?? guessedAnswerTokens) - completionTokens(job));
  return job.tokens.length - evaluated + left * (1 + job.forks.length);
}
