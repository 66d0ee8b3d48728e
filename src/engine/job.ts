/** @file One choice of one request on its way through the loop. */
import type { Sampler } from "../llama/sampler.ts";
import type { Generation } from "./messages.ts";
import type { TextStream } from "./text-stream.ts";

/** Answers shorter than this are not predicted, so that a burst of them does not overcommit. */
const guessedAnswerTokens = 256;

export type Job = {
  id: number;
  choice: number;
  generation: Generation;
  /** Prompt and answer so far. */
  tokens: number[];
  promptTokens: number;
  sampler: Sampler;
  text: TextStream;
  /** Further choices that wait for this one's prompt to be read. */
  forks: Job[];
  /** Ms, on the loop's clock. */
  queuedAt: number;
  startedAt: number;
  firstTokenAt: number;
  cachedTokens: number;
};

/** Tokens generated so far. */
export function completionTokens(job: Job): number {
  return job.tokens.length - job.promptTokens;
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
