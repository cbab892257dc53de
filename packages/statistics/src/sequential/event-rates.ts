/** Whether an event (an error, a thumbs-down, a timeout) is more frequent in the treated arm: evidence that may be looked at after every bucket. */

import { logSumExp } from "../special/log-sum-exp.ts";

export interface ArmCounts {
  readonly exposures: number;
  readonly events: number;
}

/** One closed bucket of time, both arms over the same seconds. */
export interface EventBucket {
  readonly treated: ArmCounts;
  readonly control: ArmCounts;
}

/** A rate ratio that is bet on against the null, and the share of the stake. */
export interface RatioBet {
  readonly ratio: number;
  readonly weight: number;
}

/** What is asked of the counts; plain JSON, to be stored beside the evidence. */
export interface EventTest {
  /** The border of the null hypothesis: `bets` lie all above it, or all below. */
  readonly nullRatio: number;
  readonly bets: readonly RatioBet[];
  /** By how much requests of one user are alike; 1 if they are independent. */
  readonly designEffect: number;
}

/** What buckets have said so far; plain JSON. Everything in it is a sum over buckets, but for the peak. */
export interface EventEvidence {
  /** For each bet the logarithm of what one unit on it has become. */
  readonly logTerms: readonly number[];
  /** The largest ln E so far, from 0. */
  readonly peakLogE: number;
  /** Buckets that had exposures in both arms; only these compare anything. */
  readonly buckets: number;
  readonly treated: ArmCounts;
  readonly control: ArmCounts;
  /** Mantel and Haenszel's numerator and denominator. */
  readonly treatedWeight: number;
  readonly controlWeight: number;
}

export interface EventJudgement {
  readonly logE: number;
  readonly peakLogE: number;
  /** Holds at every look; never grows. */
  readonly pAlwaysValid: number;
  /** Whether the null was rejected at this look or at an earlier one. */
  readonly isCrossed: boolean;
  /** Of the rates, compared within each bucket; undefined while the control had no events. */
  readonly observedRatio: number | undefined;
}

/** How much worse than tolerated is bet on. */
const HARM_GRID: readonly RatioBet[] = [
  { ratio: 1.25, weight: 0.1 },
  { ratio: 1.5, weight: 0.2 },
  { ratio: 2, weight: 0.35 },
  { ratio: 3, weight: 0.2 },
  { ratio: 5, weight: 0.1 },
  { ratio: 10, weight: 0.05 },
];
/** Between no harm at all (0) and the harm that is to be ruled out (1). */
const HARMLESS_GRID = [0, 0.4, 0.7, 0.9];

/**
 * Asks whether the treated arm's rate is more than `toleratedRatio` times the control's; a crossing rolls back.
 *
 * Shape:  `toleratedRatio` above 0, 1 for errors and crashes; a `designEffect` below 1 counts as 1.
 * Errors: none.
 * Source: reference statistics 2.1; ADR-0060.
 */
export function testForHarm(toleratedRatio: number, designEffect: number = 1): EventTest {
  const bets = HARM_GRID.map(({ ratio, weight }) => ({ ratio: toleratedRatio * ratio, weight }));
  return { nullRatio: toleratedRatio, bets, designEffect: Math.max(1, designEffect) };
}

/**
 * Asks whether the treated arm's rate is less than `ruledOutRatio` times the control's; a crossing lets a step advance.
 *
 * Shape:  `ruledOutRatio` above 1.
 * Errors: none.
 * Source: reference statistics 2.4; ADR-0060.
 */
export function testForHarmless(ruledOutRatio: number, designEffect: number = 1): EventTest {
  const bets = HARMLESS_GRID.map((part) => ({ ratio: 1 + (ruledOutRatio - 1) * part, weight: 1 / HARMLESS_GRID.length }));
  return { nullRatio: ruledOutRatio, bets, designEffect: Math.max(1, designEffect) };
}

/** Evidence of no bucket yet. */
export function startEventEvidence(test: EventTest): EventEvidence {
  const none = { exposures: 0, events: 0 };
  return {
    logTerms: test.bets.map(() => 0),
    peakLogE: 0,
    buckets: 0,
    treated: none,
    control: none,
    treatedWeight: 0,
    controlWeight: 0,
  };
}

/**
 * Adds one closed bucket.
 *
 * Shape:  each bucket once, in the order of time, since the peak is taken after each. A bucket with exposures in one arm alone is counted and
 *         compares nothing. Splits may differ from bucket to bucket, as they do in a ramp; a design effect may, too, if it was known before.
 * Errors: none; counts that are negative or no numbers compare nothing and are not counted.
 * Source: reference statistics 2.1: given the events of both arms, the treated share of them is binomial; ADR-0060.
 */
export function addEventBucket(evidence: EventEvidence, bucket: EventBucket, test: EventTest): EventEvidence {
  if (!isCounted(bucket)) return evidence;
  const { treated, control } = bucket;
  const totals = { treated: addCounts(evidence.treated, treated), control: addCounts(evidence.control, control) };
  if (!isComparable(bucket)) return { ...evidence, ...totals };
  const all = treated.exposures + control.exposures;
  const logTerms = evidence.logTerms.map((sum, at) => {
    const { ratio } = test.bets[at] as RatioBet;
    return sum + logFactor(bucket, test.nullRatio, ratio / test.nullRatio) / test.designEffect;
  });
  return {
    ...totals,
    logTerms,
    peakLogE: Math.max(evidence.peakLogE, mix(logTerms, test.bets)),
    buckets: evidence.buckets + 1,
    treatedWeight: evidence.treatedWeight + (treated.events * control.exposures) / all,
    controlWeight: evidence.controlWeight + (control.events * treated.exposures) / all,
  };
}

/**
 * What all buckets say, in one go: as if they had been added one by one.
 *
 * Shape:  for a late event, which changes a bucket that was added long ago, and for a replay.
 */
export const gatherEventEvidence = (buckets: readonly EventBucket[], test: EventTest): EventEvidence =>
  buckets.reduce<EventEvidence>((evidence, bucket) => addEventBucket(evidence, bucket, test), startEventEvidence(test));

/**
 * Reads the evidence.
 *
 * Shape:  `alpha` in (0, 1); the chance that the null is ever rejected although it holds is at most that, however often one looks.
 * Errors: none.
 * Source: Ville's inequality; reference statistics 2.1.
 */
export function judgeEvents(evidence: EventEvidence, test: EventTest, alpha: number): EventJudgement {
  const { peakLogE, treatedWeight, controlWeight } = evidence;
  return {
    logE: mix(evidence.logTerms, test.bets),
    peakLogE,
    pAlwaysValid: Math.exp(-peakLogE),
    isCrossed: peakLogE >= -Math.log(alpha),
    observedRatio: controlWeight > 0 ? treatedWeight / controlWeight : undefined,
  };
}

/**
 * ln of what one unit, bet on a ratio of `multiple` times the null, becomes in this bucket.
 *
 * Shape:  any `nullRatio` from 0, where it is the limit; 0 for a bucket that compares nothing.
 */
export function logFactor(bucket: EventBucket, nullRatio: number, multiple: number): number {
  if (!isComparable(bucket)) return 0;
  const { treated, control } = bucket;
  const share = treated.exposures / (treated.exposures + control.exposures);
  const odds = Math.log1p(share * (nullRatio * multiple - 1)) - Math.log1p(share * (nullRatio - 1));
  return treated.events * Math.log(multiple) - (treated.events + control.events) * odds;
}

const mix = (logTerms: readonly number[], bets: readonly RatioBet[]): number =>
  logSumExp(logTerms.map((term, at) => Math.log((bets[at] as RatioBet).weight) + term));

const addCounts = (sum: ArmCounts, more: ArmCounts): ArmCounts => ({
  exposures: sum.exposures + more.exposures,
  events: sum.events + more.events,
});

const isCounted = ({ treated, control }: EventBucket): boolean =>
  [treated.exposures, treated.events, control.exposures, control.events].every((count) => count >= 0 && Number.isFinite(count));

const isComparable = (bucket: EventBucket): boolean =>
  isCounted(bucket) && bucket.treated.exposures > 0 && bucket.control.exposures > 0;
