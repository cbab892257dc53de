/** Whether people were assigned in the shares that were asked for: a mismatch says that one arm loses them, and no other number is to be believed. */

import { logGamma } from "../special/log-gamma.ts";
import { sum } from "../special/sum.ts";

/** Plain JSON, to be stored between looks. */
export interface SampleRatioEvidence {
  /** The shares asked for, which add up to 1. */
  readonly shares: readonly number[];
  /** Of the Dirichlet distribution over shares that the counts so far leave. */
  readonly weights: readonly number[];
  readonly logBayesFactor: number;
  /** The largest so far, from 0. */
  readonly peakLogBayesFactor: number;
  readonly users: number;
}

export interface SampleRatioJudgement {
  readonly logBayesFactor: number;
  /** Holds at every look; never grows. */
  readonly pAlwaysValid: number;
  /** Of a mismatch, where both are thought equally likely beforehand. */
  readonly posterior: number;
  /** Whether a mismatch was found at this look or at an earlier one. */
  readonly isMismatch: boolean;
}

/** GrowthBook's and Eppo's: a mismatch is a defect, and to be told of one that is none costs a day. */
export const SAMPLE_RATIO_ALPHA = 0.001;
/** How near the shares a mismatch is thought to be: 1,000 finds one of a point or more. */
const CONCENTRATION = 1_000;

/**
 * Evidence of nobody yet.
 *
 * Shape:  `shares` above 0, one an arm; they are scaled to add up to 1. A higher concentration finds smaller mismatches, later.
 * Errors: none; NaN throughout for shares that are not above 0.
 * Source: reference statistics 2.6; Lindon & Malek, arXiv:2011.03567; ADR-0060.
 */
export function startSampleRatio(shares: readonly number[], concentration: number = CONCENTRATION): SampleRatioEvidence {
  const scaled = scale(shares);
  return {
    shares: scaled,
    weights: scaled.map((share) => share * concentration),
    logBayesFactor: 0,
    peakLogBayesFactor: 0,
    users: 0,
  };
}

/**
 * Adds people who were exposed for the first time, one count an arm.
 *
 * Shape:  whole numbers from 0, in the order of the shares; each person once.
 * Errors: none.
 */
export function addAssigned(evidence: SampleRatioEvidence, counts: readonly number[]): SampleRatioEvidence {
  const { shares, weights } = evidence;
  const users = sum(counts);
  const total = sum(weights);
  const logBayesFactor = counts.reduce(
    (value, count, at) => {
      const weight = weights[at] as number;
      return value + logGamma(weight + count) - logGamma(weight) - count * Math.log(shares[at] as number);
    },
    evidence.logBayesFactor + logGamma(total) - logGamma(total + users),
  );
  return {
    shares,
    weights: weights.map((weight, at) => weight + (counts[at] as number)),
    logBayesFactor,
    peakLogBayesFactor: Math.max(evidence.peakLogBayesFactor, logBayesFactor),
    users: evidence.users + users,
  };
}

/**
 * Goes on under other shares, as a ramp does at a step: what was found stays, what was learned of the old shares does not.
 *
 * Shape:  as for `startSampleRatio`.
 */
export const changeShares = (
  evidence: SampleRatioEvidence,
  shares: readonly number[],
  concentration: number = CONCENTRATION,
): SampleRatioEvidence => {
  const { shares: scaled, weights } = startSampleRatio(shares, concentration);
  return { ...evidence, shares: scaled, weights };
};

/**
 * Reads the evidence.
 *
 * Shape:  `alpha` is the chance that shares which are as asked for are ever called a mismatch, however often one looks.
 * Errors: none.
 */
export function judgeSampleRatio(evidence: SampleRatioEvidence, alpha: number = SAMPLE_RATIO_ALPHA): SampleRatioJudgement {
  const { logBayesFactor, peakLogBayesFactor } = evidence;
  return {
    logBayesFactor,
    pAlwaysValid: Math.exp(-peakLogBayesFactor),
    posterior: 1 / (1 + Math.exp(-logBayesFactor)),
    isMismatch: peakLogBayesFactor >= -Math.log(alpha),
  };
}

const scale = (shares: readonly number[]): readonly number[] => shares.map((share) => share / sum(shares));
