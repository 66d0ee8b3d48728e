/** @file A prefix that is kept for later: tokens, and the state of a sequence that has read them. */

export type CachedPrefix = {
  tokens: number[];
  state: Uint8Array;
  prefixes: string[];
  /** Key of the adapter set that the tokens were evaluated under: of use to that set alone. */
  adapters: string;
};

/**
 * What a prompt can use of a prefix: so many of its tokens. Whoever takes it has its memory alone;
 * `take` is null when it has broken, or is no more.
 */
export type Kept = { length: number; take: () => CachedPrefix | null };

/** How many leading tokens two lists share. */
export function commonPrefix(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < length && a[shared] === b[shared]) shared++;
  return shared;
}

/**
 * How much of a sequence of `held` tokens a prompt can use whose first `shared` are the same: a state
 * that cannot be cut back, all or nothing.
 */
export function usableLength(held: number, shared: number, rewindable: boolean): number {
  return rewindable || shared >= held ? Math.min(held, shared) : 0;
}
