/** The largest distance between two distributions, of values or of a sketch's bins. */

import { sum } from "../special/sum.ts";

/** From this distance on, with enough values on both sides, the shape is another. Source: reference statistics 4. */
const FAR = 0.1;
const LEAST_VALUES = 500;
/** More cells than that in the table of paths are not counted: so many values are for the distance, not for p. */
const MOST_CELLS = 1_000_000;

export interface ShapeDistance {
  /** In [0, 1]. */
  readonly distance: number;
  /** Whether it is far enough, of enough values, to act on. At the scale of traffic a p-value would reject everything. */
  readonly isFar: boolean;
}

/**
 * Compares counts over the same ascending bins.
 *
 * Shape:  as many bins on both sides; none without values on a side.
 * Errors: none.
 * Source: reference statistics 4.
 */
export function shapeDistance(reference: readonly number[], now: readonly number[]): ShapeDistance | undefined {
  const [countBefore, countNow] = [sum(reference), sum(now)];
  if (countBefore === 0 || countNow === 0) return undefined;
  let [before, after, distance] = [0, 0, 0];
  for (const [bin, count] of reference.entries()) {
    before += count / countBefore;
    after += (now[bin] as number) / countNow;
    distance = Math.max(distance, Math.abs(after - before));
  }
  return { distance, isFar: distance >= FAR && Math.min(countBefore, countNow) >= LEAST_VALUES };
}

/**
 * Compares values.
 *
 * Shape:  p is exact, for values without ties; none beyond a million pairs, and none at all without values on a side.
 * Errors: none.
 * Source: Hodges 1958, by counting the lattice paths that stay within the distance.
 */
export function kolmogorovSmirnov(
  first: readonly number[],
  second: readonly number[],
): { readonly distance: number; readonly p: number | undefined } | undefined {
  const values = [...new Set([...first, ...second])].sort((one, other) => one - other);
  const binned = (of: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const value of of) counts.set(value, (counts.get(value) ?? 0) + 1);
    return values.map((value) => counts.get(value) ?? 0);
  };
  const distance = shapeDistance(binned(first), binned(second))?.distance;
  if (distance === undefined) return undefined;
  return { distance, p: first.length * second.length > MOST_CELLS ? undefined : exactP(distance, first.length, second.length) };
}

/** 1 − the share of all orders of both sides' values in which the distance is smaller. */
function exactP(distance: number, n: number, m: number): number {
  // A distance is a multiple of 1/(n·m): half of one below it tells the same distance from the next smaller one.
  const limit = distance - 0.5 / (n * m);
  // Of the orders that lead to i of the first and j of the second, the share that stayed within.
  const row = Array.from({ length: m + 1 }, () => 0);
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= m; j++) {
      const before = i === 0 && j === 0 ? 1 : ((row[j] as number) * i + (j === 0 ? 0 : (row[j - 1] as number)) * j) / (i + j);
      row[j] = Math.abs(i / n - j / m) < limit ? before : 0;
    }
  return 1 - (row[m] as number);
}
