/**
 * @file What a server gave along with its calls of tools, for when their results come: its own ids, and
 * the signed thoughts behind the calls. No dialect of our clients but the server's own has a place for
 * them.
 *
 * Who knows a call's id is taken to be who was told it: ids are ours, and nobody can guess them, so no
 * client finds what was given to another.
 */
import { randomUUID } from "node:crypto";

const maxCalls = 20_000;
/** Of all that is remembered: a signature has from a hundred characters to some ten thousand. */
const maxChars = 32 << 20;
/** A tool may wait for a person to allow it. */
const maxAgeMs = 24 * 3_600_000;

type Remembered<T> = { call: T; chars: number; at: number };

/** The oldest calls are forgotten. */
export class RememberedCalls<T extends object> {
  readonly #calls = new Map<string, Remembered<T>>();
  readonly #now: () => number;
  #chars = 0;

  /** @param now A monotonic clock, ms. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** The id that our client is told; what says nothing is not kept. */
  remember(call: T): string {
    const ownId = `call_${randomUUID()}`;
    if (Object.values(call).every((value) => value === undefined)) return ownId;
    const chars = JSON.stringify(call).length;
    this.#calls.set(ownId, { call, chars, at: this.#now() });
    this.#chars += chars;
    for (const [oldest, { chars: freed }] of this.#calls) {
      if (this.#calls.size <= maxCalls && this.#chars <= maxChars && this.find(oldest)) break;
      this.#calls.delete(oldest);
      this.#chars -= freed;
    }
    return ownId;
  }

  find(ownId: string): T | undefined {
    const found = this.#calls.get(ownId);
    return found !== undefined && this.#now() - found.at <= maxAgeMs ? found.call : undefined;
  }
}
