/**
 * @file What of each running request goes into the next batch: one token of every slot that decodes,
 * with what is drafted behind it, then slices of prompts, the shortest first and all fair.
 */
import { TokenBatch } from "../llama/context.ts";
import type { Batch } from "../llama/structs.ts";
import type { Job } from "./job.ts";
import type { Slot } from "./slot.ts";
import type { Speculation } from "./speculation/speculation.ts";

/**
 * One slot's part of a batch: `count` tokens from row `first`, then its draft; `row` is that of its
 * logits, −1 while its prompt is not complete.
 */
export type Share = {
  slot: Slot;
  job: Job;
  count: number;
  first: number;
  row: number;
  draft: readonly number[];
};

export type StepBatchOptions = {
  batchSize: number;
  slots: number;
  vocabularySize: number;
  speculation: Speculation | null;
};

/** How long decoding slots may wait for others' prompt slices in one step. */
const sliceMs = 500;
const minSliceTokens = 128;
/** Memory for the logits of a prompt whose every token is told its probability. */
const logitsBytes = 128 << 20;

export class StepBatch {
  readonly #batch: TokenBatch;
  readonly #speculation: Speculation | null;
  /** Rows of one slot whose logits fit the memory for them. */
  readonly #mostLogged: number;
  /** Moving average of tokens per ms, of the steps that mostly read prompts. */
  #prefillPerMs = 0;

  constructor({ batchSize, slots, vocabularySize, speculation }: StepBatchOptions) {
    this.#batch = new TokenBatch(Math.max(batchSize, slots), slots);
    this.#speculation = speculation;
    this.#mostLogged = Math.max(1, Math.floor(logitsBytes / (vocabularySize * 4)));
  }

  get columns(): Batch {
    return this.#batch.columns;
  }

  get length(): number {
    return this.#batch.length;
  }

  /**
   * @param slots  Those of one adapter set, whose turn it is.
   * @param seated All that run: who decodes among them waits for this step too.
   */
  fill(slots: readonly Slot[], seated: readonly Slot[] = slots): Share[] {
    this.#batch.reset();
    const running = [...slots].sort((a, b) => waiting(a) - waiting(b));
    const decoding = running.filter((slot) => waiting(slot) === 1);
    const prompts = running.filter((slot) => waiting(slot) > 1);
    const shares = this.#decoding(decoding, prompts.length > 0);
    const waiters = seated.filter((slot) => waiting(slot) === 1).length;
    let budget = Math.min(this.#batch.free, this.#sliceBudget(waiters));
    prompts.forEach((slot, i) => {
      const fair = Math.floor(budget / (prompts.length - i));
      const most = slot.job?.tellsPrompt ? this.#mostLogged : Infinity;
      const parting = (slot.partings[0] ?? Infinity) - slot.evaluated;
      const count = Math.min(waiting(slot), fair, most, parting);
      if (count === 0) return;
      shares.push(this.#add(slot, count));
      budget -= count;
    });
    return shares;
  }

  /** Takes the speed of a step. */
  measure(ms: number): void {
    if (this.length < minSliceTokens) return;
    const rate = this.length / Math.max(ms, 0.01);
    this.#prefillPerMs = averaged(this.#prefillPerMs, rate);
  }

  /** Drafts leave half of the batch to prompts. */
  #decoding(slots: readonly Slot[], besidePrompts: boolean): Share[] {
    const free = this.#batch.size - slots.length;
    const room = besidePrompts ? Math.floor(free / 2) : free;
    const drafts = this.#speculation?.draft(slots, room);
    return slots.map((slot) => this.#add(slot, 1, drafts?.get(slot)));
  }

  /** Alone, prompts fill the batch: its shape, and so the answer, depends on nothing but them. */
  #sliceBudget(decoding: number): number {
    if (decoding === 0 || this.#prefillPerMs === 0) return this.#batch.size;
    return Math.max(minSliceTokens, Math.floor(this.#prefillPerMs * sliceMs));
  }

  #add(slot: Slot, count: number, draft: readonly number[] = []): Share {
    const first = this.#batch.length;
    const all = isLogged(slot);
    let row = -1;
    for (let at = slot.evaluated; at < slot.evaluated + count; at++) {
      const last = at === slot.tokens.length - 1;
      const added = this.#batch.add(slot.tokens[at] as number, at, slot.id, last || all);
      if (last) row = added;
    }
    draft.forEach((token, i) => {
      this.#batch.add(token, slot.tokens.length + i, slot.id, true);
    });
    return { slot, job: slot.job as Job, count, first, row, draft };
  }
}

/** Whether each of the prompt's tokens is told its probability, and some are not yet. */
export function isLogged({ job, evaluated }: Slot): boolean {
  return job?.tellsPrompt === true && evaluated < job.promptTokens - 1;
}

export function averaged(before: number, value: number): number {
  return before === 0 ? value : before * 0.9 + value * 0.1;
}

/** Tokens that are still to be evaluated before the slot's next token can be picked. */
function waiting(slot: Slot): number {
  return slot.tokens.length - slot.evaluated;
}
