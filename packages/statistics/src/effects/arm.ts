/** One arm of a comparison, whatever the metric: an estimate over its users, and the variance of one user's part in it. */

import type { Moments, PairMoments } from "./moments.ts";

/** Of which the estimate's own variance is `variance / n`. */
export interface Arm {
  readonly n: number;
  readonly estimate: number;
  readonly variance: number;
  /**
   * What a relative effect is relative to, where that is not the estimate itself: an estimate adjusted for what was before the experiment
   * is no level. Its variance and its covariance with the estimate are of one user too.
   */
  readonly level?: { readonly estimate: number; readonly variance: number; readonly covariance: number };
}

/** A mean over users. */
export const meanArm = ({ n, mean, m2 }: Moments): Arm => ({ n, estimate: mean, variance: m2 / (n - 1) });

/** A share of users. Source: reference statistics 1: p(1 − p), as gbstats has it. */
export function shareArm({ n, events }: { readonly n: number; readonly events: number }): Arm {
  const share = events / n;
  return { n, estimate: share, variance: share * (1 - share) };
}

/**
 * A ratio of two sums over users, such as cost per request; never over requests, which of one user are not independent.
 *
 * Source: delta method, reference statistics 3.2.
 */
export const ratioArm = (pair: PairMoments): Arm => ({
  n: pair.n,
  estimate: pair.meanY / pair.meanD,
  variance: ratioVariance(pair),
});

/** Of one user's part in the ratio of the means. */
export function ratioVariance({ n, meanY, meanD, m2Y, m2D, cYD }: PairMoments): number {
  const ratio = meanY / meanD;
  return (m2Y - 2 * ratio * cYD + ratio ** 2 * m2D) / (n - 1) / meanD ** 2;
}
