/** @file One of the worker's places for a running request: a sequence of the KV cache. */
import { commonPrefix } from "./cache/cached-prefix.ts";
import { completionTokens, type Job } from "./job.ts";
import type { SlotState } from "./messages.ts";

export type Slot = {
  readonly id: number;
  /** The tokens whose keys and values are in the cache, in order, then those still to evaluate. */
  tokens: number[];
  /** How many of them are evaluated. */
  evaluated: number;
  job: Job | null;
  usedAt: number;
  prefixes: string[];
  /** Key of the adapter set that the tokens are evaluated under: no other set may use them. */
  adapters: string;
  /** Lengths, ascending, at which a copy of the sequence is to be kept while the prompt is read. */
  partings: number[];
};

export function emptySlot(id: number): Slot {
  return {
    id,
    tokens: [],
    evaluated: 0,
    job: null,
    usedAt: 0,
    prefixes: [],
    adapters: "",
    partings: [],
  };
}

/** How many leading tokens of the job's the slot has evaluated. */
export function sharedLength(slot: Slot, job: Job): number {
  return Math.min(slot.evaluated, commonPrefix(slot.tokens, job.tokens));
}

export function toSlotState({ id, job, evaluated, prefixes }: Slot): SlotState {
  return {
    id,
    busy: job !== null,
    request: job?.id ?? null,
    cachedTokens: evaluated,
    promptTokens: job?.promptTokens ?? 0,
    completionTokens: job === null ? 0 : completionTokens(job),
    prefixes,
  };
}
