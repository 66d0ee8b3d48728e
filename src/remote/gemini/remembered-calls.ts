/**
 * @file What Gemini gave along with its calls of tools, for when their results come: its own id and
 * the signature of the thought behind a call. No dialect of our clients has a place for them.
 *
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures
 */
import { randomUUID } from "node:crypto";

export type SignedCall = { id?: string | undefined; signature?: string | undefined };

const maxCalls = 20_000;
/** Of all signatures together: one has from a hundred characters to some ten thousand. */
const maxChars = 32 << 20;

/** The oldest calls are forgotten. */
export class RememberedCalls {
  readonly #calls = new Map<string, SignedCall>();
  #chars = 0;

  /** The id that our client is told: nobody can guess it. */
  remember(call: SignedCall): string {
    const ownId = `call_${randomUUID()}`;
    if (call.id === undefined && call.signature === undefined) return ownId;
    this.#calls.set(ownId, call);
    this.#chars += charsOf(call);
    for (const [oldest, forgotten] of this.#calls) {
      if (this.#calls.size <= maxCalls && this.#chars <= maxChars) break;
      this.#calls.delete(oldest);
      this.#chars -= charsOf(forgotten);
    }
    return ownId;
  }

  find(ownId: string): SignedCall {
    return this.#calls.get(ownId) ?? {};
  }
}

function charsOf({ id = "", signature = "" }: SignedCall): number {
  return id.length + signature.length;
}
