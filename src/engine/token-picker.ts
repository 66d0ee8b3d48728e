/** @file One token for one job: picked, remembered, turned into text, counted. */
import type { Context } from "../llama/context.ts";
import type { Model } from "../llama/model.ts";
import type { TokenLogprobs } from "../protocol/answer.ts";
import { completionTokens, type Job } from "./job.ts";
import type { LoggedText } from "./token-log.ts";
import { tokenLogprobs } from "./token-probability.ts";

/** What a token brought; with `end`, it was the last. */
export type Picked = {
  text: string;
  logprobs: TokenLogprobs[] | null;
  end: { reason: "stop" | "length"; stopString: string | null } | null;
};

export class TokenPicker {
  readonly #context: Context;
  readonly #model: Model;
  readonly #contextLimit: number;

  /** @param contextLimit Longest prompt plus answer, in tokens. */
  constructor(context: Context, model: Model, contextLimit: number) {
    this.#context = context;
    this.#model = model;
    this.#contextLimit = contextLimit;
  }

  /**
   * @param row The row of the last batch whose logits are the job's.
   * @throws {InvalidRequestError} the grammar cannot be followed any further.
   */
  pick(job: Job, row: number): Picked {
    const { vocab } = this.#model;
    const { maxTokens, minTokens, stopTokens, ignoreEnd, visible } = job.generation;
    if (job.constraint?.isComplete) return ended(job, "stop"); // it allows no text at all
    const token = this.#sample(job, row);
    job.tokens.push(token);
    if (vocab.isEndOfGeneration(token) || stopTokens.includes(token)) return ended(job, "stop");
    const piece = vocab.piece(token, visible.includes(token));
    this.#log(job, row, token);
    const { added, text, stop } = job.text.push(piece);
    job.log?.name(added);
    const count = completionTokens(job);
    if (stop !== null) return cutOff(job, text, stop);
    job.thought?.push(added);
    job.constraint?.assertLeadsOn();
    if (job.constraint?.isComplete) return ended(job, "stop", text);
    if (count === maxTokens || job.tokens.length >= this.#contextLimit)
      return ended(job, "length", text);
    if (count === minTokens && !ignoreEnd) job.sampler?.allowEnd();
    if (job.log === null) return { text, logprobs: null, end: null };
    const { text: whole, tokens } = job.log.take(text);
    return { text: whole, logprobs: tokens, end: null };
  }

  #sample(job: Job, row: number): number {
    const { sampler, constraint, forced } = job;
    if (sampler === null) throw new Error("a job was picked for that has no seat");
    if (forced.length === 0 && mayEndThought(job)) forced.push(...(job.thought?.closing ?? []));
    const wanted = forced.shift();
    if (wanted !== undefined) {
      sampler.accept(wanted);
      constraint?.accept(wanted);
      return wanted;
    }
    if (constraint === null) return sampler.sample(this.#context, row);
    return constraint.sample(sampler, this.#context, row, this.#model.vocab.size);
  }

  #log(job: Job, row: number, token: number): void {
    const { logprobs } = job.generation;
    if (job.log === null || logprobs === null) return;
    const { vocab } = this.#model;
    const logits = this.#context.logitsInPlace(row, vocab.size);
    job.log.push(tokenLogprobs(vocab, logits, token, logprobs));
  }
}

/** Whether a thought has had its tokens and can be ended here: not within a character, nor against the grammar. */
function mayEndThought({ thought, text, constraint }: Job): boolean {
  if (!thought?.isSpent || text.isMidCharacter) return false;
  return constraint?.allowsAll(thought.closing) ?? true;
}

/** The model, or its allowance, came to an end: all that was held back is said. */
export function ended(job: Job, reason: "stop" | "length", text = ""): Picked {
  const rest = job.text.end();
  job.log?.extendLast(rest.added);
  const whole = text + rest.text;
  return { ...logged(job.log?.last(whole), whole), end: { reason, stopString: null } };
}

function cutOff(job: Job, text: string, stopString: string): Picked {
  return { ...logged(job.log?.last(text), text), end: { reason: "stop", stopString } };
}

function logged(log: LoggedText | undefined, text: string): Omit<Picked, "end"> {
  return log === undefined ? { text, logprobs: null } : { text: log.text, logprobs: log.tokens };
}
