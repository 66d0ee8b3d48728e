/**
 * @file Drafts by a smaller model, which reads the same texts in a cache of its own: each of its steps
 * is one batch of all slots that it drafts for.
 */
import { type Context, TokenBatch } from "../../llama/context.ts";
import type { Vocab } from "../../llama/vocab.ts";
import type { Job } from "../job.ts";
import type { Slot } from "../slot.ts";
import { StepCost } from "./step-cost.ts";

/** What of a slot's text is in the draft model's cache: perhaps more than its job has come to. */
type Mirror = {
  tokens: number[];
  job: Job | null;
  /** Leading tokens that are known to be the job's. */
  agreed: number;
};

/** A slot in the draft model's batch; `row` is that of its logits, −1 while it is still reading. */
type Place = { slot: Slot; mirror: Mirror; row: number };

export type ModelDrafterOptions = {
  context: Context;
  vocab: Vocab;
  /** Token of the logits in a row of the context's last batch that is the likeliest. */
  likeliest: (row: number) => number;
  slots: number;
  batchSize: number;
  /** Tokens that both models know. */
  knownTokens: number;
  /** Tokens of the longest text, drafts and all, that the model can read. */
  longest: number;
  /** Ms, monotonic. */
  now: () => number;
};

/** Drafts left out after the texts together were too long for the cache. */
const pausedDrafts = 256;

export class ModelDrafter {
  readonly #options: ModelDrafterOptions;
  readonly #batch: TokenBatch;
  /** By slot. */
  readonly #mirrors: Mirror[];
  readonly #cost = new StepCost();
  #paused = 0;

  constructor(options: ModelDrafterOptions) {
    const { slots, batchSize } = options;
    this.#options = options;
    this.#batch = new TokenBatch(Math.max(batchSize, slots), slots);
    this.#mirrors = Array.from({ length: slots }, () => ({ tokens: [], job: null, agreed: 0 }));
  }

  /** Ms of one step for so many slots; 0 while that is not known. */
  stepMs(slots: number): number {
    return this.#cost.at(slots);
  }

  /**
   * @param wanted Tokens to draft for each slot.
   * @returns      Those drafts that came about: none for a text that is still being read, or that is
   *               too long for the model.
   */
  draft(wanted: ReadonlyMap<Slot, number>): Map<Slot, number[]> {
    const drafts = new Map<Slot, number[]>();
    if (this.#paused > 0) {
      this.#paused--;
      return drafts;
    }
    const { longest } = this.#options;
    const within = [...wanted].filter(([slot, count]) => slot.tokens.length + count <= longest);
    let places = this.#read(within.map(([slot]) => slot));
    while (places.length > 0) {
      const begin = this.#options.now();
      if (this.#options.context.decode(this.#batch.columns) === "full") {
        this.#makeRoom(wanted);
        break;
      }
      const going = places.filter((place) => this.#take(place, drafts, wanted));
      // Where much is read, a row costs less than in a step of single tokens.
      if (this.#batch.length <= 2 * places.length)
        this.#cost.measure(this.#batch.length, this.#options.now() - begin);
      places = this.#next(going, drafts);
    }
    return drafts;
  }

  /** Fills the batch with what the slots' texts have more than the cache, the shortest first. */
  #read(slots: readonly Slot[]): Place[] {
    this.#batch.reset();
    const { knownTokens } = this.#options;
    const places = slots.map((slot) => ({ slot, mirror: this.#mirrorOf(slot), row: -1 }));
    const missing = ({ slot, mirror }: Place) => slot.tokens.length - mirror.tokens.length;
    places.sort((a, b) => missing(a) - missing(b));
    return places.filter((place) => {
      const { slot, mirror } = place;
      const count = Math.min(missing(place), this.#batch.free);
      const from = mirror.tokens.length;
      const tokens = slot.tokens.slice(from, from + count);
      if (count === 0 || tokens.some((token) => token >= knownTokens)) return false;
      for (const token of tokens) place.row = this.#add(place, token);
      if (mirror.tokens.length < slot.tokens.length) place.row = -1;
      return true;
    });
  }

  #add({ slot, mirror }: Place, token: number): number {
    const position = mirror.tokens.push(token) - 1;
    return this.#batch.add(token, position, slot.id, position >= slot.tokens.length - 1);
  }

  /** Takes the likeliest token as drafted; false when that is all. */
  #take({ slot, row }: Place, drafts: Map<Slot, number[]>, wanted: ReadonlyMap<Slot, number>) {
    if (row < 0) return false;
    const { likeliest, vocab, knownTokens } = this.#options;
    const token = likeliest(row);
    if (token >= knownTokens || vocab.isEndOfGeneration(token)) return false;
    const draft = drafts.get(slot) ?? [];
    drafts.set(slot, draft);
    return draft.push(token) < (wanted.get(slot) ?? 0);
  }

  /** A batch of the tokens drafted last. */
  #next(places: readonly Place[], drafts: ReadonlyMap<Slot, number[]>): Place[] {
    this.#batch.reset();
    const last = ({ slot }: Place) => drafts.get(slot)?.at(-1) as number;
    return places.map((place) => ({ ...place, row: this.#add(place, last(place)) }));
  }

  /** The slot's mirror, cut back to what its text still agrees with; its last token is read anew. */
  #mirrorOf({ id, job, tokens }: Slot): Mirror {
    const mirror = this.#mirrors[id] as Mirror;
    const most = Math.min(mirror.tokens.length, tokens.length - 1);
    let shared = mirror.job === job ? Math.min(mirror.agreed, most) : 0;
    while (shared < most && mirror.tokens[shared] === tokens[shared]) shared++;
    this.#cut(id, shared);
    mirror.job = job;
    mirror.agreed = mirror.tokens.length;
    return mirror;
  }

  #cut(id: number, length: number): void {
    const { context } = this.#options;
    const mirror = this.#mirrors[id] as Mirror;
    if (mirror.tokens.length === length) return;
    const whole = !context.forget(id, length) || length === 0;
    if (whole) context.forget(id);
    mirror.tokens.length = whole ? 0 : length;
  }

  /** Gives up everything; where idle slots held nothing of it, that would be so again. */
  #makeRoom(wanted: ReadonlyMap<Slot, number>): void {
    const busy = new Set([...wanted.keys()].map(({ id }) => id));
    const isFreed = this.#mirrors.some(({ tokens }, id) => tokens.length > 0 && !busy.has(id));
    if (!isFreed) this.#paused = pausedDrafts;
    for (const id of this.#mirrors.keys()) this.#cut(id, 0);
  }
}
