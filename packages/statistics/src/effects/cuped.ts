/** CUPED: what users did before the experiment explains part of what they do in it, and is taken off the noise. */

import { type Arm, ratioVariance } from "./arm.ts";
import { type JointMoments, mergePairMoments, pairOf, type PairMoments } from "./moments.ts";

/** Both arms, adjusted by the same amount per unit. */
export interface AdjustedArms {
  readonly control: Arm;
  readonly treatment: Arm;
  /** By how much one unit before is expected to show during; 0 where nothing varied before. */
  readonly theta: number;
}

/**
 * Means of y during, adjusted by the same users' d before.
 *
 * Shape:  d is from before assignment: after a user has seen a variant it is biased. Users without a past are a stratum of their own, by an
 *         indicator, and `hasEnoughPast` says whether to adjust at all.
 * Errors: none.
 * Source: Deng, Xu, Kohavi & Walker 2013; reference statistics 3.3.
 */
export function cupedMeans(control: PairMoments, treatment: PairMoments): AdjustedArms {
  const theta = thetaOf(meansOf(mergePairMoments(control, treatment)));
  return adjust(meansOf(control), meansOf(treatment), theta);
}

/** What a binary metric keeps of both times: users, those with the event during, before, and at both times. */
export interface PairCounts {
  readonly n: number;
  readonly during: number;
  readonly before: number;
  readonly both: number;
}

/** Shares of users, adjusted by the share of the same users before. As `cupedMeans`. */
export function cupedShares(control: PairCounts, treatment: PairCounts): AdjustedArms {
  const pooled = {
    n: control.n + treatment.n,
    during: control.during + treatment.during,
    before: control.before + treatment.before,
    both: control.both + treatment.both,
  };
  return adjust(sharesOf(control), sharesOf(treatment), thetaOf(sharesOf(pooled)));
}

/**
 * Ratios of two sums over users, adjusted by the same ratio before.
 *
 * Shape:  each user's four values in the order y during, d during, y before, d before. As `cupedMeans`, but that θ is pooled within the arms,
 *         and that the adjusted levels say how the effect turns with the baseline.
 * Errors: none.
 * Source: as gbstats has it, to whose numbers this one is held; to the first order both ways are the same.
 */
export function cupedRatios(control: JointMoments, treatment: JointMoments): AdjustedArms {
  const [one, other] = [ratiosOf(control), ratiosOf(treatment)];
  const within = (of: (arm: TwoTimes) => number) => one.n * of(one) + other.n * of(other);
  const theta = thetaOf({
    varianceBefore: within((arm) => arm.varianceBefore),
    covariance: within((arm) => arm.covariance),
  });
  return adjust(one, other, theta, other.during - theta * (other.before - one.before));
}

const LEAST_WITH_PAST = 100;
const LEAST_SHARE_WITH_PAST = 0.05;

/** Whether enough users have a past for an adjustment to be worth it. Source: reference statistics 3.3 (Statsig's limits). */
export const hasEnoughPast = (users: number, withPast: number): boolean =>
  withPast > LEAST_WITH_PAST && withPast > LEAST_SHARE_WITH_PAST * users;

/** Two estimates of the same users; variances and covariance are of one user's part in them. */
interface TwoTimes {
  readonly n: number;
  readonly during: number;
  readonly before: number;
  readonly varianceDuring: number;
  readonly varianceBefore: number;
  readonly covariance: number;
}

const thetaOf = ({ varianceBefore, covariance }: Pick<TwoTimes, "varianceBefore" | "covariance">): number =>
  varianceBefore > 0 ? covariance / varianceBefore : 0;

function adjust(control: TwoTimes, treatment: TwoTimes, theta: number, treatmentLevel: number = treatment.during): AdjustedArms {
  return {
    control: adjustArm(control, theta, control.during),
    treatment: adjustArm(treatment, theta, treatmentLevel),
    theta,
  };
}

function adjustArm(of: TwoTimes, theta: number, level: number): Arm {
  return {
    n: of.n,
    estimate: of.during - theta * of.before,
    variance: of.varianceDuring + theta ** 2 * of.varianceBefore - 2 * theta * of.covariance,
    level: { estimate: level, variance: of.varianceDuring, covariance: of.varianceDuring - theta * of.covariance },
  };
}

function meansOf({ n, meanY, meanD, m2Y, m2D, cYD }: PairMoments): TwoTimes {
  const [varianceDuring, varianceBefore, covariance] = [m2Y / (n - 1), m2D / (n - 1), cYD / (n - 1)];
  return { n, during: meanY, before: meanD, varianceDuring, varianceBefore, covariance };
}

function sharesOf(counts: PairCounts): TwoTimes {
  const { n } = counts;
  const [during, before] = [counts.during / n, counts.before / n];
  return {
    n,
    during,
    before,
    varianceDuring: during * (1 - during),
    varianceBefore: before * (1 - before),
    covariance: counts.both / n - during * before,
  };
}

function ratiosOf(joint: JointMoments): TwoTimes {
  const [during, before] = [pairOf(joint, 0, 1), pairOf(joint, 2, 3)];
  return {
    n: joint.n,
    during: during.meanY / during.meanD,
    before: before.meanY / before.meanD,
    varianceDuring: ratioVariance(during),
    varianceBefore: ratioVariance(before),
    covariance: ratioCovariance(joint),
  };
}

/** Of one user's parts in both ratios: the numerators' covariances with each other and with the denominators, by the delta method. */
function ratioCovariance(joint: JointMoments): number {
  const cross = (i: number, j: number) => pairOf(joint, i, j).cYD / (joint.n - 1);
  const [during, before] = [pairOf(joint, 0, 1), pairOf(joint, 2, 3)];
  const [ratioDuring, ratioBefore] = [during.meanY / during.meanD, before.meanY / before.meanD];
  const linear = cross(0, 2) - ratioBefore * cross(0, 3) - ratioDuring * cross(1, 2) + ratioDuring * ratioBefore * cross(1, 3);
  return linear / (during.meanD * before.meanD);
}
