/**
 * @file Drafts for the slots that decode: tokens that may come next, to be evaluated in the same step
 * as the last one and kept as far as they are what is picked. What is picked never depends on them.
 *
 * Source: Y. Leviathan et al., "Fast Inference from Transformers via Speculative Decoding", 2023.
 * https://arxiv.org/abs/2211.17192
 */
import { completionTokens, type Job } from "../job.ts";
import type { Slot } from "../slot.ts";
import { Acceptance, byModel, type Evidence, evidenceOf } from "./acceptance.ts";
import { type Drafting, draftLengths, type LengthPolicy, longestDrafts } from "./draft-length.ts";
import type { ModelDrafter } from "./model-drafter.ts";
import { NgramIndex } from "./ngram-index.ts";
import { Probe } from "./probe.ts";
import { StepCost } from "./step-cost.ts";

export type SpeculationOptions = {
  /** Most tokens of one draft. */
  draftMax: number;
  /** Longest prompt plus answer, in tokens. */
  contextLimit: number;
  /** Look the text's end up in the text itself. */
  ngram: boolean;
  /** Drafts where the text itself has nothing, or nothing as likely. */
  model: ModelDrafter | null;
  lengths?: LengthPolicy;
};

/** What may come next in one answer, and how far that can be believed. */
type State = {
  readonly index: NgramIndex;
  readonly acceptance: Acceptance;
  readonly probe: Probe;
  guess: { tokens: readonly number[]; evidence: Evidence } | null;
  /** Tokens of the guess that are in the batch. */
  drafted: number;
};

/** A slot with its state, and who would draft for it. */
type Place = Drafting & { slot: Slot; state: State };

/** Weight of the newest token in an answer's own rates, and in those that the next one begins with. */
const answerWeight = 0.1;
const typicalWeight = 0.02;
/** Tokens of a draft that only tries, and how likely they must be. */
const probeTokens = 2;
const probeRate = 0.5;
/** Steps without drafts after there was no room for them. */
const pausedSteps = 64;

export class Speculation {
  readonly #options: SpeculationOptions;
  readonly #states = new WeakMap<Job, State>();
  readonly #cost = new StepCost();
  readonly #typical = new Acceptance(typicalWeight);
  #paused = 0;

  constructor(options: SpeculationOptions) {
    this.#options = options;
  }

  /**
   * Drafts where it pays.
   *
   * @param room Rows there are for drafts, all slots together.
   */
  draft(slots: readonly Slot[], room: number): Map<Slot, readonly number[]> {
    const places = slots.flatMap((slot) => (slot.job === null ? [] : [this.#look(slot, slot.job)]));
    if (this.#paused > 0 || !this.#knowsLengths) {
      this.#paused = Math.max(0, this.#paused - 1);
      return new Map();
    }
    const lengths = this.#lengths(places, room);
    const wanted = places.map((place, i) => ({ ...place, length: lengths[i] ?? 0 }));
    const guessed = this.#guessed(wanted.filter((place) => place.byModel && place.length > 0));
    const drafts = new Map<Slot, readonly number[]>();
    for (const { slot, state, length, byModel: ofModel } of wanted) {
      const tokens = guessed.get(slot);
      if (tokens) state.guess = { tokens, evidence: byModel };
      // A length meant for the model's guess says nothing of another that takes its place.
      const draft = ofModel && !tokens ? [] : (state.guess?.tokens.slice(0, length) ?? []);
      state.drafted = draft.length;
      if (draft.length > 0) drafts.set(slot, draft);
    }
    return drafts;
  }

  get #knowsLengths(): boolean {
    return this.#options.lengths === "most" || this.#cost.isKnown;
  }

  /** Tokens to draft for each place: where it pays, and where it is time to see whether it would. */
  #lengths(places: readonly Place[], room: number): number[] {
    if (this.#options.lengths === "most") return longestDrafts(places, room);
    const byModel = places.filter((place) => place.byModel).length;
    const draftStepMs = this.#options.model?.stepMs(byModel) ?? 0;
    const costs = { step: (rows: number) => this.#cost.at(rows), draftStepMs };
    const lengths = draftLengths(places, room, costs);
    let left = room - lengths.reduce((sum, length) => sum + length, 0);
    return places.map(({ state, rate, most, byModel }, i) => {
      const length = lengths[i] ?? 0;
      const mayPay = most > 0 && (byModel || rate >= probeRate);
      if (length > 0 || !mayPay || !state.probe.isDue()) return length;
      const probed = Math.min(most, probeTokens, left);
      left -= probed;
      return probed;
    });
  }

  #guessed(places: readonly (Place & { length: number })[]): Map<Slot, number[]> {
    if (places.length === 0) return new Map();
    const wanted = new Map(places.map(({ slot, length }) => [slot, length]));
    return this.#options.model?.draft(wanted) ?? new Map();
  }

  /** Compares what was guessed with what was picked: the job's tokens from `from` on. */
  judge(job: Job, from: number): void {
    const state = this.#states.get(job);
    if (!state?.guess) return;
    const { tokens, evidence } = state.guess;
    const picked = job.tokens.length - from;
    let hits = 0;
    while (hits < Math.min(tokens.length, picked) && tokens[hits] === job.tokens[from + hits])
      hits++;
    const missed = hits < Math.min(tokens.length, picked);
    for (const each of [state.acceptance, this.#typical]) each.record(evidence, hits, missed);
    if (state.drafted > 0 && hits >= state.drafted) state.probe.succeed();
    state.guess = null;
  }

  /** Takes what a step cost in which slots decoded and did nothing else. */
  measure(rows: number, ms: number): void {
    this.#cost.measure(rows, ms);
  }

  /** There was no room for drafts: none for a while. */
  pause(): void {
    this.#paused = pausedSteps;
  }

  /** Guesses what comes next in a slot, whether or not it will be drafted. */
  #look(slot: Slot, job: Job): Place {
    const { ngram, model } = this.#options;
    const state = this.#stateOf(job);
    const most = this.#mostFor(job);
    const found = ngram && most > 0 ? state.index.propose(most) : null;
    const evidence = evidenceOf(found?.matched ?? 0);
    const rate = found === null ? 0 : state.acceptance.rate(evidence);
    const ofModel = model === null ? 0 : state.acceptance.rate(byModel);
    state.drafted = 0;
    state.guess = found && { tokens: found.tokens, evidence };
    if (model === null || (found !== null && rate >= ofModel))
      return { slot, state, rate, most: found === null ? 0 : most, byModel: false };
    return { slot, state, rate: ofModel, most, byModel: true };
  }

  /** The last token that a job may have is picked, not drafted. */
  #mostFor(job: Job): number {
    const { draftMax, contextLimit } = this.#options;
    const { maxTokens, draftMax: wanted } = job.generation;
    const written = completionTokens(job);
    // The first token is picked for all of a request's choices, which then share what is evaluated.
    if (written === 0) return 0;
    const left = Math.min((maxTokens ?? Infinity) - written, contextLimit - job.tokens.length);
    return Math.max(0, Math.min(left - 1, draftMax, wanted ?? Infinity));
  }

  #stateOf(job: Job): State {
    const known = this.#states.get(job);
    if (known) return known;
    const state: State = {
      index: new NgramIndex(job.tokens),
      acceptance: new Acceptance(answerWeight, this.#typical),
      probe: new Probe(),
      guess: null,
      drafted: 0,
    };
    this.#states.set(job, state);
    return state;
  }
}
