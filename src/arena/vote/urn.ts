/**
 * @file Votes on their way to the disk: those that come while it is busy are stored together, with
 * one wait for all. Nobody is told that a vote is stored before it is.
 */
import type { EventBody } from "../../protocol/arena-event.ts";
import type { ArenaStore, VoteOutcome } from "../../store/arena-store.ts";

type Of = { chat: string; voter: string; key: string };
type Held = {
  body: EventBody<"vote">;
  of: Of;
  resolve(outcome: VoteOutcome): void;
  reject(error: unknown): void;
};

export class Urn {
  readonly #store: ArenaStore;
  #held: Held[] = [];

  constructor(store: ArenaStore) {
    this.#store = store;
  }

  /** Resolves when the vote is on the disk, or another one was there before. */
  put(body: EventBody<"vote">, of: Of): Promise<VoteOutcome> {
    return new Promise((resolve, reject) => {
      this.#held.push({ body, of, resolve, reject });
      // After all requests that this turn of the event loop has read.
      if (this.#held.length === 1) setImmediate(() => this.#empty());
    });
  }

  /** Votes of somebody that are not counted by the store yet. */
  heldOf(voter: string): number {
    return this.#held.filter(({ of }) => of.voter === voter).length;
  }

  /** The same by the hash of the address. */
  heldFrom(address: string): number {
    return this.#held.filter(({ body }) => body.address === address).length;
  }

  #empty(): void {
    const held = this.#held;
    this.#held = [];
    try {
      const outcomes = this.#store.atomically(() =>
        held.map(({ body, of }) => this.#store.vote(body, of)),
      );
      for (const [i, { resolve }] of held.entries()) resolve(outcomes[i] ?? "taken");
    } catch (error) {
      for (const { reject } of held) reject(error);
    }
  }
}
