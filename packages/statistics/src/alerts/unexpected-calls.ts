/** Whether there are more calls than a tier should make: a leak that breaks no rule, only a habit. */

import { gammaPoissonMixture } from "../sequential/mixtures.ts";

/** Plain JSON. */
export interface CallEvidence {
  readonly calls: number;
  readonly expected: number;
  /** The largest ln E so far, from 0. */
  readonly peakLogE: number;
}

export interface CallBucket {
  /** Premium calls of the tier. */
  readonly calls: number;
  /** What they are at that hour of the week: the baseline's share times all calls. */
  readonly usual: number;
}

export interface CallTest {
  /** How many times the usual is still none of anybody's business. */
  readonly toleratedRatio: number;
  /** Variance over mean of usual hourly counts; 1 where calls come by themselves. */
  readonly dispersion: number;
}

export interface CallJudgement {
  readonly logE: number;
  readonly isAlert: boolean;
  /** Calls over what is tolerated; undefined while nothing is expected. */
  readonly ratio: number | undefined;
}

export const CALL_TEST: CallTest = { toleratedRatio: 1.2, dispersion: 1 };
/** One false alert in a thousand series that are watched for ever. */
const ALERT_ALPHA = 0.001;
/** Tightest at 50 calls: a leak is to be found while it is small. */
const LOG_MIXTURE = gammaPoissonMixture({ variance: 50, alpha: ALERT_ALPHA }, 1);

/** Evidence of no bucket yet. */
export const NO_CALLS: CallEvidence = { calls: 0, expected: 0, peakLogE: 0 };

/**
 * Adds one closed bucket.
 *
 * Shape:  numbers from 0, each bucket once, in the order of time.
 * Errors: none; what is no number from 0 is not counted.
 * Source: reference statistics 5.2: a gamma-Poisson mixture of counts against what was expected; ADR-0060.
 */
export function addCalls(evidence: CallEvidence, { calls, usual }: CallBucket, test: CallTest = CALL_TEST): CallEvidence {
  const more = usual * test.toleratedRatio;
  if (!(calls >= 0 && more >= 0 && Number.isFinite(calls + more))) return evidence;
  const sums = { calls: evidence.calls + calls, expected: evidence.expected + more };
  return { ...sums, peakLogE: Math.max(evidence.peakLogE, logEOf(sums, test)) };
}

/** Reads the evidence. Shape: an alert stays until the evidence is begun anew. */
export function judgeCalls(evidence: CallEvidence, test: CallTest = CALL_TEST): CallJudgement {
  const { calls, expected, peakLogE } = evidence;
  return {
    logE: logEOf(evidence, test),
    isAlert: peakLogE >= -Math.log(ALERT_ALPHA),
    ratio: expected > 0 ? calls / expected : undefined,
  };
}

const logEOf = ({ calls, expected }: Pick<CallEvidence, "calls" | "expected">, { dispersion }: CallTest): number =>
  LOG_MIXTURE(calls - expected, expected) / Math.max(1, dispersion);
