/**
 * @file Seeded random numbers: the same seed gives the same model on every machine.
 *
 * Source: mulberry32 (T. Ettinger, public domain); normal values as the sum of four uniform ones
 * (Irwin–Hall), which is near enough for weights and needs no logarithm.
 */

/** Numbers evenly spread over [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` values with mean 0 and the given standard deviation. */
export function normals(random: () => number, count: number, deviation: number): Float32Array {
  const scale = deviation * Math.sqrt(3); // the sum of four has variance 4/12
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = (random() + random() + random() + random() - 2) * scale;
  }
  return values;
}
