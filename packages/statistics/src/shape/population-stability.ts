/** Whether a distribution has another shape than it had: PSI over bins. */

import { sum } from "../special/sum.ts";

/** An empty bin counts as this share. */
const FLOOR = 1e-4;
/** Above what two samples of one distribution have anyway. Source: reference statistics 4. */
const LOOK = 0.1;
const ACT = 0.25;

export interface PopulationStability {
  readonly index: number;
  /** What it is on average with no drift at all: few values differ by chance. */
  readonly expected: number;
  readonly verdict: "steady" | "look" | "act";
}

/**
 * Compares counts over the same bins, a reference's and now's.
 *
 * Shape:  as many bins on both sides; none without values on a side.
 * Errors: none.
 * Source: Σ(a − b)·ln(a/b); (bins − 1)(1/n + 1/m) with no drift; reference statistics 4.
 */
export function populationStability(reference: readonly number[], now: readonly number[]): PopulationStability | undefined {
  const [countBefore, countNow] = [sum(reference), sum(now)];
  if (countBefore === 0 || countNow === 0) return undefined;
  const share = (count: number, of: number) => Math.max(FLOOR, count / of);
  const index = sum(
    reference.map((count, bin) => {
      const [before, after] = [share(count, countBefore), share(now[bin] as number, countNow)];
      return (after - before) * Math.log(after / before);
    }),
  );
  const expected = (reference.length - 1) * (1 / countBefore + 1 / countNow);
  return { index, expected, verdict: index >= ACT + expected ? "act" : index >= LOOK + expected ? "look" : "steady" };
}
