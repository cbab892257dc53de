/** What telemetry keeps of users: counts, means and centred moments, which merge in any order. */

/** Of one value a user. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Σ(y − mean)². */
  readonly m2: number;
}

/** Of two values a user: a ratio's numerator y and denominator d, or a value y and the same user's d from before the experiment. */
export interface PairMoments {
  readonly n: number;
  readonly meanY: number;
  readonly meanD: number;
  readonly m2Y: number;
  readonly m2D: number;
  /** Σ(y − meanY)(d − meanD). */
  readonly cYD: number;
}

/** Of any number of values a user; a ratio with its own past has four: y and d during, y and d before. */
export interface JointMoments {
  readonly n: number;
  readonly means: readonly number[];
  /** Σ(vᵢ − meanᵢ)(vⱼ − meanⱼ) at [i][j]; symmetric. */
  readonly products: readonly (readonly number[])[];
}

/** Of none. */
export const NO_MOMENTS: Moments = { n: 0, mean: 0, m2: 0 };
export const NO_PAIR_MOMENTS: PairMoments = { n: 0, meanY: 0, meanD: 0, m2Y: 0, m2D: 0, cYD: 0 };

/**
 * The moments of both together.
 *
 * Shape:  users in one of the two only; one user's row is in one shard. The same in any order but for rounding, which stays that of the
 *         values: sums of squares would lose the spread of large values with little of it.
 * Errors: none.
 * Source: Chan, Golub & LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979).
 */
export function mergeMoments(one: Moments, other: Moments): Moments {
  const { n, means, products } = mergeJointMoments(
    { n: one.n, means: [one.mean], products: [[one.m2]] },
    { n: other.n, means: [other.mean], products: [[other.m2]] },
  );
  return { n, mean: at(means, 0), m2: at(at(products, 0), 0) };
}

/** As `mergeMoments`, for pairs. */
export function mergePairMoments(one: PairMoments, other: PairMoments): PairMoments {
  return toPair(mergeJointMoments(fromPair(one), fromPair(other)));
}

/** As `mergeMoments`, for any number of values a user. Shape: both of the same number of values. */
export function mergeJointMoments(one: JointMoments, other: JointMoments): JointMoments {
  if (one.n === 0 || other.n === 0) return one.n === 0 ? other : one;
  const n = one.n + other.n;
  const apart = one.means.map((mean, i) => at(other.means, i) - mean);
  const weight = (one.n * other.n) / n;
  return {
    n,
    means: one.means.map((mean, i) => mean + (at(apart, i) * other.n) / n),
    products: one.products.map((row, i) =>
      row.map((product, j) => product + at(at(other.products, i), j) + at(apart, i) * at(apart, j) * weight),
    ),
  };
}

/** Shape: Σy and Σy² over n users, exact (whole units below 2⁵³); where n is 0 there are no moments. */
export function momentsOfSums(sums: { readonly n: number; readonly sum: number; readonly sumSq: number }): Moments {
  const { n, sum, sumSq } = sums;
  return n === 0 ? NO_MOMENTS : { n, mean: sum / n, m2: sumSq - (sum * sum) / n };
}

/** As `momentsOfSums`, for any number of values: Σvᵢ and Σvᵢvⱼ. */
export function jointMomentsOfSums(n: number, sums: readonly number[], crossSums: readonly (readonly number[])[]): JointMoments {
  const count = Math.max(1, n);
  return {
    n,
    means: sums.map((sum) => sum / count),
    products: crossSums.map((row, i) => row.map((cross, j) => cross - (at(sums, i) * at(sums, j)) / count)),
  };
}

/** Two of the values, as a pair. */
export function pairOf({ n, means, products }: JointMoments, y: number, d: number): PairMoments {
  return {
    n,
    meanY: at(means, y),
    meanD: at(means, d),
    m2Y: at(at(products, y), y),
    m2D: at(at(products, d), d),
    cYD: at(at(products, y), d),
  };
}

const toPair = (joint: JointMoments): PairMoments => pairOf(joint, 0, 1);

const fromPair = ({ n, meanY, meanD, m2Y, m2D, cYD }: PairMoments): JointMoments => ({
  n,
  means: [meanY, meanD],
  products: [
    [m2Y, cYD],
    [cYD, m2D],
  ],
});

/** Both sides have as many values: what is not there would be a mistake of the caller's, and NaN says so. */
const at = <T>(values: readonly T[], index: number): T => values[index] as T;
