/** @file Jobs measured one after another in every round, so that a busy minute is everybody's. */

/** @returns (jobs,) seconds, each the median of all rounds but a first that does not count. */
export async function inTurn(
  jobs: readonly (() => Promise<unknown>)[],
  rounds: number,
): Promise<number[]> {
  const times: number[][] = jobs.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, job] of jobs.entries()) {
      const begin = performance.now();
      await job();
      if (round > 0) times[i]?.push((performance.now() - begin) / 1000);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN);
}

export const toSeconds = (seconds = Number.NaN) => `${seconds.toFixed(2)} s`;

/** How often `ours` goes into `other`, and whether that is what was promised. */
export function ratio(
  other = Number.NaN,
  ours = Number.NaN,
  wanted: number | null = null,
  word = "as fast",
): string {
  const times = other / ours;
  const missed = wanted !== null && !(times >= wanted) ? ", MISSED" : "";
  return `${times.toFixed(2)} times ${word}${wanted === null ? "" : ` (wanted: ${wanted}${missed})`}`;
}
