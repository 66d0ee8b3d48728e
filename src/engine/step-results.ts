/**
 * @file What a step brings: prompts are read further, tokens are picked, and all of it is told.
 *
 * Where tokens were drafted they are verified here: as long as the one picked is the one drafted, the
 * next is picked from the same step.
 */
import { ApiError } from "../errors/api-error.ts";
import type { Context } from "../llama/context.ts";
import type { Vocab } from "../llama/vocab.ts";
import { type Job, timingsOf } from "./job.ts";
import type { JobMaker } from "./job-maker.ts";
import type { ChoiceEvent, Gauges } from "./messages.ts";
import { logPrompt, progressOf, takePromptLog } from "./prompt-report.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Slot } from "./slot.ts";
import type { SlotMemory } from "./slot-memory.ts";
import type { Speculation } from "./speculation/speculation.ts";
import { isLogged, type Share } from "./step-batch.ts";
import { ended, type Picked, type TokenPicker } from "./token-picker.ts";

export type StepResultsOptions = {
  context: Context;
  vocab: Vocab;
  scheduler: Scheduler;
  memory: SlotMemory;
  maker: JobMaker;
  picker: TokenPicker;
  /** Null where nothing is drafted. */
  speculation: Speculation | null;
  gauges: Gauges;
  /** Ms, monotonic. */
  now: () => number;
  /** A request cannot be answered to its end. */
  onRefused: (id: number, error: ApiError) => void;
};

export class StepResults {
  readonly #options: StepResultsOptions;
  #events: ChoiceEvent[] = [];

  constructor(options: StepResultsOptions) {
    this.#options = options;
  }

  /** Takes the results of all that a step has evaluated. */
  read(shares: readonly Share[]): void {
    for (const share of shares) this.#advance(share);
    // Who was cancelled on the way, with a request whose grammar failed, has lost the slot by now.
    for (const share of shares)
      if (share.row >= 0 && share.slot.job === share.job) this.#sample(share);
  }

  /** All that was told since the last call. */
  takeEvents(): ChoiceEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Ends all choices of the slot's request, for which there is no room any more. */
  cutShort(slot: Slot): void {
    const { job } = slot;
    if (job === null) return;
    for (const choice of job.forks.splice(0))
      this.#tellNothing(this.#options.maker.fork(job, choice));
    this.#tell(slot, job, ended(job, "length"));
  }

  /** Counts what is evaluated, and tells it to those who want to know. */
  #advance(share: Share): void {
    const { context, vocab, memory, now } = this.#options;
    const { slot, count } = share;
    if (isLogged(slot)) logPrompt(vocab, context, share);
    slot.evaluated += count;
    memory.keepAtParting(slot);
    const progress = slot.job && progressOf(slot.job, slot.evaluated, now());
    if (progress) this.#events.push(progress);
  }

  #sample({ slot, job, row, draft }: Share): void {
    const { maker, scheduler } = this.#options;
    if (job.tellsPrompt) this.#events.push(takePromptLog(job));
    for (let choice = job.forks.shift(); choice !== undefined; choice = job.forks.shift()) {
      const fork = maker.fork(job, choice);
      const beside = scheduler.fork(slot, fork);
      if (beside !== null && !this.#pick(beside, fork, row)) return;
    }
    this.#pickThrough(slot, job, row, draft);
  }

  /** While the token picked is the one drafted, its row has the logits for the next. */
  #pickThrough(slot: Slot, job: Job, row: number, draft: readonly number[]): void {
    const before = job.tokens.length;
    let accepted = 0;
    this.#count(job, "tokens", draft.length); // first: who ends on the way tells what it cost
    this.#pick(slot, job, row);
    while (slot.job === job && draft[accepted] === job.tokens.at(-1)) {
      slot.evaluated++;
      this.#count(job, "accepted", 1);
      this.#pick(slot, job, row + ++accepted);
    }
    if (slot.job === job && accepted < draft.length) this.#options.memory.forgetRefused(slot);
    this.#options.speculation?.judge(job, before);
  }

  #count(job: Job, part: "tokens" | "accepted", count: number): void {
    const { gauges } = this.#options;
    job.draft[part] += count;
    gauges.add(part === "tokens" ? "draftedTokens" : "acceptedTokens", count);
    if (part === "tokens" && count > 0) gauges.add("drafts", 1);
  }

  /** False when the request had to be given up. */
  #pick(slot: Slot, job: Job, row: number): boolean {
    const { picker, now, gauges, onRefused, scheduler } = this.#options;
    if (job.firstTokenAt === 0) job.firstTokenAt = now();
    try {
      const readsOnly = job.generation.maxTokens === 0;
      const picked = readsOnly ? ended(job, "length") : picker.pick(job, row);
      if (!readsOnly) gauges.add("completionTokens", 1);
      this.#tell(slot, job, picked);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      onRefused(job.id, error); // its grammar has too many readings of the text
      scheduler.cancel(job.id);
      return false;
    }
  }

  #tell(slot: Slot, job: Job, { text, logprobs, end }: Picked): void {
    const { now, gauges, scheduler } = this.#options;
    const { id, choice } = job;
    const event: ChoiceEvent = { id, choice, text };
    if (logprobs !== null) event.logprobs = logprobs;
    if (job.generation.timingsPerToken) event.timings = timingsOf(job, now());
    if (end !== null) event.finish = { ...end, timings: timingsOf(job, now()) };
    if (text !== "" || end !== null) this.#events.push(event);
    if (end === null) return;
    gauges.add("promptTokens", job.promptTokens - job.cachedTokens);
    scheduler.finish(slot, job);
  }

  /** The end of a choice that there was no room for. */
  #tellNothing(job: Job): void {
    const { id, choice } = job;
    const finish = { ...nothingMore, timings: timingsOf(job, this.#options.now()) };
    this.#events.push({ id, choice, text: "", finish });
  }
}

const nothingMore = { reason: "length", stopString: null } as const;
