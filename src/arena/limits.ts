/** @file How much one may do in an hour, counted by address: a session is free, an address less so. */
import { createHmac } from "node:crypto";
import type { ArenaStore } from "../store/arena-store.ts";

export const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** An address, as the log knows it for a day: nobody can go back from the hash, nor link two days. */
export function addressHash(store: ArenaStore, address: string, now = Date.now()): string {
  const salt = store.salt(dayOf(now), dayOf(now - dayMs));
  return createHmac("sha256", salt).update(address).digest("base64url").slice(0, 22);
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** Counts in memory what is not worth remembering over a restart. */
export class HourlyCounter {
  readonly #times = new Map<string, number[]>();
  #sweptAt = 0;

  /** False: that is one too many, and is not counted. */
  take(key: string, limit: number, now = Date.now()): boolean {
    this.#sweep(now);
    const recent = (this.#times.get(key) ?? []).filter((time) => time > now - hourMs);
    if (recent.length >= limit) return false;
    this.#times.set(key, [...recent, now]);
    return true;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < hourMs / 4) return;
    this.#sweptAt = now;
    for (const [key, times] of this.#times)
      if ((times.at(-1) ?? 0) <= now - hourMs) this.#times.delete(key);
  }
}
