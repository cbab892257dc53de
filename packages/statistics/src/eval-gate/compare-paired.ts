/** One mean difference over items that both sides were given. */

import { studentTail, studentTailQuantile } from "../special/student-t.ts";
import { sum } from "../special/sum.ts";

export interface PairedEstimate {
  readonly items: number;
  /** Mean of the differences. */
  readonly difference: number;
  readonly standardDeviation: number;
  /** One-sided bounds at `alpha` each. */
  readonly low: number;
  readonly high: number;
  /** Against the difference being `−margin` or less: small where it is shown to be more. */
  readonly pNotWorse: number;
}

/** Below it differences of scores are the same but for rounding. */
const SAME = 1e-12;

/**
 * Estimates the mean of paired differences, with its bounds.
 *
 * Shape:  differences in [−1, 1], `alpha` in (0, 0.5], `margin` from 0. Of fewer than two nothing is known: the bounds are −1 and 1. Where
 *         all differences are the same there is no spread to estimate from, and zero spread would be certainty out of two items: the
 *         bounds then say what share of items could still differ without one having been seen.
 * Errors: none.
 * Source: reference statistics 2.7, t = (d̄ + m)/(s_d/√n); without spread 1 − α^(1/n), the exact binomial bound for none of n; ADR-0047.
 */
export function comparePaired(differences: readonly number[], alpha: number, margin: number): PairedEstimate {
  const items = differences.length;
  const difference = items === 0 ? 0 : sum(differences) / items;
  if (items < 2) return { items, difference, standardDeviation: 0, low: -1, high: 1, pNotWorse: 1 };
  const squares = sum(differences.map((one) => (one - difference) ** 2));
  const standardDeviation = Math.sqrt(squares / (items - 1));
  const { radius, pNotWorse } =
    standardDeviation < SAME
      ? unseen(items, alpha, difference + margin)
      : spread(items, alpha, difference + margin, standardDeviation / Math.sqrt(items));
  return {
    items,
    difference,
    standardDeviation,
    low: Math.max(-1, difference - radius),
    high: Math.min(1, difference + radius),
    pNotWorse,
  };
}

function spread(items: number, alpha: number, above: number, error: number) {
  return { radius: studentTailQuantile(alpha, items - 1) * error, pNotWorse: studentTail(above / error, items - 1) };
}

function unseen(items: number, alpha: number, above: number) {
  return { radius: 1 - alpha ** (1 / items), pNotWorse: above <= 0 ? 1 : Math.max(0, 1 - above) ** items };
}
