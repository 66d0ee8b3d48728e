/** @file Some conversations kept back, to measure on what was not learned. */
import { randomStream } from "../../rating/random.ts";
import { shuffled } from "./shuffle.ts";

/** So many items are enough to keep one of them back, however small the share. */
const enough = 20;

/**
 * Keeps back a seeded `share` of the items, rounded; both parts stay in order.
 *
 * At least one item stays to learn from; of enough, at least one is kept back.
 */
export function splitForEvaluation<T>(
  items: readonly T[],
  share: number,
  seed: number,
): { train: T[]; evaluation: T[] } {
  const least = share > 0 && items.length >= enough ? 1 : 0;
  const wanted = Math.max(least, Math.round(items.length * share));
  const count = Math.max(0, Math.min(wanted, items.length - 1));
  const kept = new Set(shuffled([...items.keys()], randomStream(seed, -1)).slice(0, count));
  return {
    train: items.filter((_, index) => !kept.has(index)),
    evaluation: items.filter((_, index) => kept.has(index)),
  };
}
