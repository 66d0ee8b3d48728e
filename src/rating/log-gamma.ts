/**
 * @file ln Γ(x) for x > 0, to about 14 digits, by Stirling's series.
 *
 * Source: NIST Digital Library of Mathematical Functions, §5.11(i) and §5.5(i).
 */

/** From here on five terms of the series reach double precision. */
const seriesStart = 10;
const halfLogTwoPi = 0.9189385332046728;

export function logGamma(x: number): number {
  let product = 1;
  let shifted = x;
  while (shifted < seriesStart) product *= shifted++;
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const tail =
    inverse *
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  const value = (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + tail;
  return product === 1 ? value : value - Math.log(product);
}
