/** Boundaries that a sum crosses with a given chance at most, whenever one looks: all ways of betting on it, mixed. */

import { bisect } from "../special/bisect.ts";
import { logBeta, logIncompleteBeta } from "../special/incomplete-beta.ts";
import { logGammaLower, logGammaUpper } from "../special/incomplete-gamma.ts";
import { logGamma } from "../special/log-gamma.ts";
import { logNormalTail } from "../special/normal.ts";
import { tuneSequence } from "./confidence-sequence.ts";

/**
 * ln of what the stake has become by when the sum is `s` above what was expected and its variance `v`.
 *
 * Shape:  v above 0; grows with s. Its exponential is at most 1 on average while nothing is wrong.
 */
export type LogMixture = (s: number, v: number) => number;

/** Where a boundary is to be tightest: at which variance, and for which chance of a false alarm. */
export interface MixtureTuning {
  readonly variance: number;
  readonly alpha: number;
}

/** Both sides of a sum of nearly normal parts. Source: Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240. */
export function normalMixture(tuning: MixtureTuning): LogMixture {
  const rho = tuneTwoSided(tuning);
  return (s, v) => Math.log(rho / (v + rho)) / 2 + (s * s) / (2 * (v + rho));
}

/** The upper side. Source: as `normalMixture`. */
export function normalMixtureOneSided(tuning: MixtureTuning): LogMixture {
  const rho = tuneOneSided(tuning);
  return (s, v) => Math.log((4 * rho) / (v + rho)) / 2 + (s * s) / (2 * (v + rho)) + logNormalTail(-s / Math.sqrt(v + rho));
}

/**
 * The upper side of a count against what was expected of it, where events come by themselves.
 *
 * Shape:  s is count − expected and v is expected, at a `scale` of 1; a greater scale is for parts of that size.
 * Source: as `normalMixture`: the Poisson bets e^(λs − vψ(λ)) mixed by a gamma distribution of e^(scale·λ) above 1.
 */
export function gammaPoissonMixture(tuning: MixtureTuning, scale: number): LogMixture {
  const square = scale ** 2;
  const rho = tuneOneSided(tuning) / square;
  const stake = logUpper(rho, rho);
  return (s, v) => v / square + logUpper(s / scale + v / square + rho, v / square + rho) - stake;
}

/** The upper side of a sum of parts with a tail like that of waiting times, of that scale. Source: as `gammaPoissonMixture`. */
export function gammaExponentialMixture(tuning: MixtureTuning, scale: number): LogMixture {
  const square = scale ** 2;
  const rho = tuneOneSided(tuning) / square;
  const stake = logLower(rho, rho);
  return (s, v) => {
    const grown = s / scale + v / square;
    return grown + logLower(v / square + rho, grown + rho) - stake;
  };
}

/** By how much one part can be below what is expected of it, and above. */
export interface Range {
  readonly below: number;
  readonly above: number;
}

/** Both sides of a sum of parts within a range. Source: as `normalMixture`: bets on a coin's side, mixed by a beta distribution. */
export function betaBinomialMixture(tuning: MixtureTuning, range: Range): LogMixture {
  const [a, b] = coinPrior(tuneTwoSided(tuning), range);
  return (s, v) => {
    const [heads, tails, log] = coinBets(s, v, range);
    return log + logBeta(a + heads, b + tails) - logBeta(a, b);
  };
}

/** The upper side. Source: as `betaBinomialMixture`. */
export function betaBinomialMixtureOneSided(tuning: MixtureTuning, range: Range): LogMixture {
  const [a, b] = coinPrior(tuneOneSided(tuning), range);
  const rest = range.above / (range.below + range.above);
  // The share of the distribution above the fair coin is the other side's below it.
  const upper = (a: number, b: number): number => logBeta(a, b) + logIncompleteBeta(b, a, rest);
  return (s, v) => {
    const [heads, tails, log] = coinBets(s, v, range);
    return log + upper(a + heads, b + tails) - upper(a, b);
  };
}

/**
 * The boundary: the sum at which the stake has become 1/alpha.
 *
 * Shape:  above 0; with a chance of at most `alpha` the sum is ever above it (or, two-sided, its amount).
 * Errors: none.
 * Source: Ville's inequality.
 */
export function mixtureBound(mixture: LogMixture, v: number, alpha: number): number {
  const isWithin = (s: number): boolean => mixture(s, v) < -Math.log(alpha);
  let high = Math.sqrt(v);
  while (isWithin(high)) high *= 2;
  return bisect(isWithin, 0, high);
}

/** Trials of which bounds are tightest, without another word. */
const TIGHTEST_AT = 100;

/**
 * The interval of a share of trials that holds at every look.
 *
 * Shape:  whole numbers, `successes` of `trials`; from 0 to 1 of none. `tightestAt` is fixed before the start.
 * Errors: none.
 * Source: as `betaBinomialMixture`, turned round: the shares against which the stake has not become 1/alpha.
 */
export function boundShare(
  { successes, trials }: { readonly successes: number; readonly trials: number },
  {
    alpha,
    tightestAt = TIGHTEST_AT,
    tunedFor = alpha,
  }: { readonly alpha: number; readonly tightestAt?: number; readonly tunedFor?: number },
): { readonly low: number; readonly high: number } {
  if (!(trials > 0)) return { low: 0, high: 1 };
  const observed = successes / trials;
  const isOut = (share: number): boolean => {
    const variance = share * (1 - share);
    const tuning = { variance: tightestAt * variance, alpha: tunedFor };
    const mixture = betaBinomialMixture(tuning, { below: share, above: 1 - share });
    return mixture(successes - trials * share, trials * variance) >= -Math.log(alpha);
  };
  return {
    low: successes > 0 ? bisect(isOut, 0, observed) : 0,
    high: successes < trials ? bisect((share) => !isOut(share), observed, 1) : 1,
  };
}

/** What a beta distribution over a coin, fair where nothing is wrong, begins with. */
function coinPrior(rho: number, { below, above }: Range): readonly [a: number, b: number] {
  // Howard's own correction, so that at the tuned variance it is as tight as the normal one; it must leave something.
  const strength = Math.max(rho - below * above, LEAST_STRENGTH * below * above);
  return [strength / (above * (below + above)), strength / (below * (below + above))];
}

const LEAST_STRENGTH = 1e-3;

/** The sum as tosses of that coin, and ln of what comes before the integral over it. */
function coinBets(s: number, v: number, { below, above }: Range): readonly [heads: number, tails: number, log: number] {
  const width = below + above;
  const tosses = v / (below * above);
  const heads = (s + below * tosses) / width;
  const tails = tosses - heads;
  return [heads, tails, -heads * Math.log(below / width) - tails * Math.log(above / width)];
}

/** ln of ∫ above 1 of y^(a−1)·e^(−by), and below it. */
const logUpper = (a: number, b: number): number => logGamma(a) + logGammaUpper(a, b) - a * Math.log(b);
const logLower = (a: number, b: number): number => logGamma(a) + logGammaLower(a, b) - a * Math.log(b);

const tuneTwoSided = ({ variance, alpha }: MixtureTuning): number => 1 / tuneSequence(variance, alpha);

const tuneOneSided = ({ variance, alpha }: MixtureTuning): number => tuneTwoSided({ variance, alpha: 2 * alpha });
