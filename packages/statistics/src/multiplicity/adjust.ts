/** Many tests of one experiment: what they may claim together. */

/**
 * p adjusted by Holm: rejecting where it is at most α finds anything false in at most a share α of experiments, whatever the dependence.
 *
 * Shape:  p-values in any order; the adjusted ones in the same.
 * Errors: none.
 * Source: S. Holm 1979; reference statistics 3.8.
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = p.map(() => 1);
  let largest = 0;
  for (const [rank, { value, index }] of ascending(p).entries()) {
    largest = Math.max(largest, (p.length - rank) * value);
    adjusted[index] = Math.min(1, largest);
  }
  return adjusted;
}

/**
 * p adjusted by Benjamini and Hochberg: of what is rejected where it is at most q, a share of at most q is false on average; for tests that
 * are independent or depend positively.
 *
 * Shape:  as `holm`.
 * Errors: none.
 * Source: Benjamini & Hochberg 1995; reference statistics 3.8.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const adjusted = p.map(() => 1);
  let smallest = 1;
  for (const [rank, { value, index }] of [...ascending(p).entries()].reverse()) {
    smallest = Math.min(smallest, (p.length / (rank + 1)) * value);
    adjusted[index] = smallest;
  }
  return adjusted;
}

/**
 * Which of several e-values are rejected, so that a share of at most `alpha` of them is false on average, whatever the dependence.
 *
 * Shape:  logarithms of e-values, as sequential tests give them; one answer for each, in their order.
 * Errors: none.
 * Source: Wang & Ramdas 2022 (e-BH): the k largest, for the largest k of which each is at least G/(kα).
 */
export function eBenjaminiHochberg(logE: readonly number[], alpha: number): boolean[] {
  const descending = ascending(logE).reverse();
  const isEnough = (value: number, k: number) => value >= Math.log(logE.length / (k * alpha));
  const count = descending.reduce((largest, { value }, rank) => (isEnough(value, rank + 1) ? rank + 1 : largest), 0);
  const rejected = new Set(descending.slice(0, count).map(({ index }) => index));
  return logE.map((_, index) => rejected.has(index));
}

const ascending = (values: readonly number[]) =>
  values.map((value, index) => ({ value, index })).sort((one, other) => one.value - other.value);
