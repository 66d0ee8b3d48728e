/**
 * @file Which of many findings to report, so that on average no more than a given share is false.
 *
 * Source: Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", 1995; R. Wang and
 * A. Ramdas, "False Discovery Rate Control with E-values", 2022.
 */

/**
 * (tests,) 1 for each e-value to report: the k largest, for the largest k of which all are at least
 * tests / (rate · k). That is Benjamini and Hochberg's procedure on p = 1/e, and because these are
 * e-values it holds the rate *whatever the dependence* of the tests, without Yekutieli's factor
 * ln(tests).
 *
 * @param eValues evidence with a mean of at most 1 where there is nothing to find.
 */
export function discoveries(eValues: ArrayLike<number>, rate: number): Uint8Array {
  const tests = eValues.length;
  const descending = Float64Array.from(eValues).sort().reverse();
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; k <= tests; k++)
    if (descending[k - 1] >= tests / (rate * k)) least = descending[k - 1];
  return Uint8Array.from(eValues, (eValue) => (eValue >= least ? 1 : 0));
}
