/** @file When requests are sent that do not wait for one another: evenly, or as a Poisson process. */

export const arrivalPatterns = ["poisson", "fixed"] as const;
export type ArrivalPattern = (typeof arrivalPatterns)[number];

/**
 * The arrivals of a load of `rate` requests per second.
 *
 * @returns (count,) ms after the start, ascending; the first is at 0.
 */
export function arrivalTimes(
  count: number,
  rate: number,
  pattern: ArrivalPattern,
  random: () => number,
): number[] {
  const meanGapMs = 1000 / rate;
  const gapMs = () => (pattern === "fixed" ? meanGapMs : -Math.log(1 - random()) * meanGapMs);
  const times = [0];
  while (times.length < count) times.push((times.at(-1) ?? 0) + gapMs());
  return times.slice(0, count);
}
