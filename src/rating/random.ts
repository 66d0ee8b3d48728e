/**
 * @file Seeded random numbers for resampling: streams of their own for each round, so that rounds
 * may run on any thread in any order and still draw the same.
 *
 * Source: sfc32 (C. Doty-Humphrey, PractRand), 128 bits of state; seeds are spread by MurmurHash3's
 * finaliser. (`fresh/random.ts` has the smaller generator on which the tiny models' weights rest.)
 */

/** Uniform in [0, 1). */
export type Random = () => number;

/** What sfc32's author runs before the state is well mixed. */
const warmUp = 12;

/** @param stream tells apart the streams of one seed; both are integers. */
export function randomStream(seed: number, stream = 0): Random {
  let a = mix(seed);
  let b = mix(Math.floor(seed / 2 ** 32) ^ 0x9e3779b9);
  let c = mix(stream ^ 0x243f6a88);
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < warmUp; i++) next();
  return next;
}

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
