/** A quantile as an arm: the spread of its estimate, read from two quantiles beside it. */

import { type Arm, ratioArm } from "./arm.ts";
import type { PairMoments } from "./moments.ts";

/** Of the two neighbours, whatever the level of the interval that is made of them later. */
const Z = 1.959963984540054;

/**
 * At which shares of the values the quantile's two neighbours are to be read.
 *
 * Shape:  `share` in (0, 1), n values; none where one of them would be beyond all values.
 * Errors: none.
 * Source: Deng, Knoblich & Lu 2018 (outer confidence interval); reference statistics 3.4.
 */
export function neighbourShares(share: number, n: number): { readonly lower: number; readonly upper: number } | undefined {
  const radius = Z * Math.sqrt((share * (1 - share)) / n);
  const [lower, upper] = [share - radius, share + radius];
  return lower > 0 && upper < 1 ? { lower, upper } : undefined;
}

/** A quantile of n values, and its two neighbours. */
export interface QuantileRead {
  readonly n: number;
  readonly share: number;
  readonly quantile: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Of values that do not come in groups.
 *
 * Shape:  equal neighbours, out of a coarse sketch, are no spread, and so no effect is estimated from them.
 * Source: reference statistics 3.4.
 */
export const quantileArm = ({ n, quantile, lower, upper }: QuantileRead): Arm => ({
  n,
  estimate: quantile,
  variance: (n - 1) * errorOf(lower, upper) ** 2,
});

/**
 * Of values of which one user has many.
 *
 * Shape:  `below` are pairs of a user's values at or below the quantile (y) and all of the user's values (d); the arm's n is users.
 * Source: reference statistics 3.4: the error is as many times larger as that of the share below it.
 */
export function clusteredQuantileArm({ n, share, quantile, lower, upper }: QuantileRead, below: PairMoments): Arm {
  const shareBelow = ratioArm(below);
  const byUser = shareBelow.variance / shareBelow.n;
  const inflation = byUser / ((share * (1 - share)) / n);
  const variance = ((n - 1) / n) * errorOf(lower, upper) ** 2 * inflation;
  return { n: below.n, estimate: quantile, variance: below.n * variance };
}

const errorOf = (lower: number, upper: number): number => (upper - lower) / (2 * Z);
