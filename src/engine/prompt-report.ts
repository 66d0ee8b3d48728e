/**
 * @file What a client is told of its prompt: how far it is read, and how likely each of its tokens
 * was, which is gathered slice by slice and told at once.
 */
import type { Context } from "../llama/context.ts";
import type { Vocab } from "../llama/vocab.ts";
import { completionTokens, type Job } from "./job.ts";
import type { ChoiceEvent } from "./messages.ts";
import type { Share } from "./step-batch.ts";
import { tokenLogprobs } from "./token-probability.ts";

/** Takes the likelihoods from a slice just evaluated: a row's logits are about the token behind it. */
export function logPrompt(
  vocab: Vocab,
  context: Context,
  { slot, job, first, count }: Share,
): void {
  job.promptLogprobs[0] = null;
  for (let i = 0; i < count; i++) {
    const next = slot.evaluated + i + 1;
    if (next >= job.promptTokens) return;
    const logits = context.logitsInPlace(first + i, vocab.size);
    const token = job.tokens[next] as number;
    job.promptLogprobs[next] = tokenLogprobs(vocab, logits, token, job.generation.logprobs ?? 0);
  }
}

/** All that was gathered, which is told once. */
export function takePromptLog(job: Job): ChoiceEvent {
  const { id, choice, promptLogprobs } = job;
  promptLogprobs[0] = null;
  job.promptLogprobs = [];
  job.tellsPrompt = false;
  return { id, choice, text: "", promptLogprobs };
}

/** Null for who does not want to know, and once the answer has begun. */
export function progressOf(job: Job, evaluated: number, now: number): ChoiceEvent | null {
  if (!job.generation.progress || evaluated > job.promptTokens || completionTokens(job) > 0)
    return null;
  const { id, choice, promptTokens: total, cachedTokens: cached } = job;
  const progress = { total, cached, processed: evaluated, ms: now - job.startedAt };
  return { id, choice, text: "", progress };
}
