/** Whether a live variant has moved away from its own past, with nobody having touched its flag: a detector with a known time between false alarms. */

import { logSumExp } from "../special/log-sum-exp.ts";

/** A change that is bet on, and the share of the stake. */
interface DriftBet {
  readonly to: number;
  readonly weight: number;
}

/** A rate against its reference; plain JSON, frozen with the reference. */
export interface RateWatch {
  /** The highest rate that still counts as the reference's. */
  readonly rate: number;
  /** Rates that are bet on. */
  readonly bets: readonly DriftBet[];
}

/** A mean against its reference. */
export interface MeanWatch {
  readonly mean: number;
  /** Of the means of the reference's buckets: so it has in it how buckets hang together. */
  readonly standardDeviation: number;
  /** Shifts that are bet on, in standard deviations. */
  readonly bets: readonly DriftBet[];
}

/** What the buckets since the last alarm have said; plain JSON. */
export interface DriftEvidence {
  /** For each bet ln(M + 1), M being what all bets that were begun in one of the buckets have become together. */
  readonly logTerms: readonly number[];
  readonly buckets: number;
}

export interface DriftJudgement {
  /** ln of Σ wM, what is held against the threshold. */
  readonly logEvidence: number;
  readonly isAlarm: boolean;
}

const RATE_BETS: readonly DriftBet[] = [
  { to: 1.25, weight: 0.3 },
  { to: 1.5, weight: 0.35 },
  { to: 2, weight: 0.25 },
  { to: 3, weight: 0.1 },
];
/** What a reference of some 5,000 events may be off by. */
const REFERENCE_MARGIN = 1.1;
const SHIFTS = [0.25, 0.5, 1, 2];
const MEAN_BETS: readonly DriftBet[] = SHIFTS.flatMap((to) => [to, -to]).map((to) => ({ to, weight: 1 / (2 * SHIFTS.length) }));

/**
 * Watches a rate for rising; for falling watch the share of the rest.
 *
 * Shape:  `referenceRate` in (0, 1) with its margin; `margin` 1 for a rate that is known.
 * Errors: none.
 * Source: reference statistics 4; Shin, Ramdas & Rinaldo, arXiv:2203.03532; ADR-0060.
 */
export function watchRate(referenceRate: number, margin: number = REFERENCE_MARGIN): RateWatch {
  const rate = referenceRate * margin;
  // No rate is above 1: a bet on one that would be goes half the way there.
  return { rate, bets: RATE_BETS.map(({ to, weight }) => ({ to: Math.min(rate * to, (rate + 1) / 2), weight })) };
}

/** Watches a mean for moving either way. Shape: as the reference's buckets gave them. */
export const watchMean = (mean: number, standardDeviation: number): MeanWatch => ({ mean, standardDeviation, bets: MEAN_BETS });

/** Evidence of no bucket yet; also where a watch goes on after an alarm. */
export const startDrift = (watch: RateWatch | MeanWatch): DriftEvidence => ({ logTerms: watch.bets.map(() => 0), buckets: 0 });

/**
 * Adds one closed bucket of a rate.
 *
 * Shape:  whole numbers, `events` of `trials`.
 * Errors: none; a bucket without trials, and a rate that is none, say nothing.
 */
export function addRateBucket(
  evidence: DriftEvidence,
  { trials, events }: { readonly trials: number; readonly events: number },
  { rate, bets }: RateWatch,
): DriftEvidence {
  if (!(trials > 0 && rate > 0 && rate < 1)) return evidence;
  return begin(
    evidence,
    bets.map(({ to }) => events * Math.log(to / rate) + (trials - events) * Math.log((1 - to) / (1 - rate))),
  );
}

/**
 * Adds one closed bucket of a mean.
 *
 * Errors: none; no number, and a reference without spread, say nothing.
 */
export function addMeanBucket(
  evidence: DriftEvidence,
  bucketMean: number,
  { mean, standardDeviation, bets }: MeanWatch,
): DriftEvidence {
  const z = (bucketMean - mean) / standardDeviation;
  if (!(standardDeviation > 0 && Number.isFinite(z))) return evidence;
  return begin(
    evidence,
    bets.map(({ to }) => to * z - (to * to) / 2),
  );
}

/**
 * Reads the evidence.
 *
 * Shape:  `threshold` above 1; without drift it takes that many buckets on average, or more, until an alarm.
 * Errors: none.
 */
export function judgeDrift({ logTerms }: DriftEvidence, { bets }: RateWatch | MeanWatch, threshold: number): DriftJudgement {
  const logEvidence = logSumExp(logTerms.map((term, at) => Math.log((bets[at] as DriftBet).weight) + logOneLess(term)));
  return { logEvidence, isAlarm: logEvidence >= Math.log(threshold) };
}

/**
 * The threshold for one false alarm, in all series together, in so many buckets.
 *
 * Shape:  of one alarm a quarter over 20 series watched by the hour: `driftThreshold(90 * 24, 20)`.
 */
export const driftThreshold = (bucketsBetweenFalseAlarms: number, series: number): number => bucketsBetweenFalseAlarms * series;

/** M ← (M + 1)·L: in each bucket a new bet is begun beside those that run. */
const begin = ({ logTerms, buckets }: DriftEvidence, logFactors: readonly number[]): DriftEvidence => ({
  logTerms: logTerms.map((term, at) => logOneMore(term + (logFactors[at] as number))),
  buckets: buckets + 1,
});

/** ln(1 + e^x). */
const logOneMore = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

/** ln(e^x − 1), −∞ at 0. */
const logOneLess = (x: number): number => x + Math.log(-Math.expm1(-x));
