/** Whether counts are split as they should be. For the arms of an experiment: shown beside the sequential test, which decides. */

import { chiSquareTail } from "../special/incomplete-gamma.ts";
import { sum } from "../special/sum.ts";

/**
 * Pearson's chi-square of counts against weights.
 *
 * Shape:  as many weights as counts, above 0, in any unit; none of fewer than two counts, or of nothing counted.
 * Errors: none.
 * Source: reference statistics 2.6.
 */
export function goodnessOfFit(
  counts: readonly number[],
  weights: readonly number[],
): { readonly statistic: number; readonly p: number } | undefined {
  const [counted, weight] = [sum(counts), sum(weights)];
  if (counts.length < 2 || counted === 0) return undefined;
  const statistic = sum(
    counts.map((count, at) => {
      const expected = (counted * (weights[at] as number)) / weight;
      return (count - expected) ** 2 / expected;
    }),
  );
  return { statistic, p: chiSquareTail(statistic, counts.length - 1) };
}
