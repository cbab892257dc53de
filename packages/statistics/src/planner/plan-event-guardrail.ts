/** How soon an event guardrail notices a regression, and the smallest one that a step can notice at all. */

import { bisect } from "../special/bisect.ts";

/** One step of a ramp, as an event guardrail sees it. */
export interface EventStep {
  /** The treated share of eligible traffic, in (0, 1); the rest is the control. */
  readonly treatedShare: number;
  /** The control's events per exposure, in (0, 1). */
  readonly baseRate: number;
  readonly alpha: number;
  /** What the guardrail tolerates; 1 by default. */
  readonly toleratedRatio?: number;
  /** By how much requests of one user are alike; 1 by default. */
  readonly designEffect?: number;
}

/** Eligible requests, both arms together, and how late a bucket of them is decided on. */
export interface StepTraffic {
  readonly requestsPerSecond: number;
  /** A bucket and its delay; 0 by default. */
  readonly lookSeconds?: number;
}

/** How many treated exposures something takes. */
export interface ExposurePlan {
  /** In half of all ramps. */
  readonly median: number;
  /** In 95 of 100 ramps. */
  readonly p95: number;
}

/** What a step costs where the regression is there, in 95 of 100 ramps at most. */
export interface BlastRadius {
  readonly treatedExposures: number;
  /** Beyond what the control's rate would have brought. */
  readonly extraEvents: number;
  /** Of eligible users; so many may have met it. */
  readonly userShare: number;
}

/** What a crossing takes beyond ln(1/α), in nats, and how far the slow ramps lie behind: fitted to 4,000 simulated ones a row. */
const OVERSHOOT = 0.3;
const HARMLESS_OVERSHOOT = 0.45;
const P95_PER_MEDIAN = 2.6;

/**
 * Treated exposures until a guardrail rolls a regression back.
 *
 * Shape:  undefined where it never does: the rates are none, or the ratio is tolerated. One look is to be added to what takes a few looks.
 * Errors: none.
 * Source: reference statistics 6: the evidence grows by the relative entropy of how events split between the arms; ADR-0060.
 */
export function planDetection(step: EventStep, ratio: number): ExposurePlan | undefined {
  const tolerated = step.toleratedRatio ?? 1;
  return isStep(step) && ratio > tolerated && step.baseRate * ratio <= 1
    ? planCrossing(step, ratio, tolerated, OVERSHOOT)
    : undefined;
}

/**
 * Treated exposures until a step may advance: until it is shown that the ratio is below `ruledOutRatio`, where the arms are alike.
 *
 * Shape:  undefined where it never is: the rates are none, or no harm is to be ruled out.
 * Errors: none.
 * Source: as `planDetection`; within a tenth of the simulations in reference statistics 2.4.
 */
export const planHarmless = (step: EventStep, ruledOutRatio: number): ExposurePlan | undefined =>
  isStep(step) && ruledOutRatio > 1 ? planCrossing(step, 1, ruledOutRatio, HARMLESS_OVERSHOOT) : undefined;

/**
 * The smallest rate ratio that a step catches in 95 of 100 ramps before its dwell is over.
 *
 * Shape:  undefined where it catches none: too little traffic, or no dwell beyond the look.
 * Errors: none.
 * Source: `planDetection`, turned round.
 */
export function planSmallestRatio(step: EventStep, traffic: StepTraffic, dwellSeconds: number): number | undefined {
  if (!isStep(step)) return undefined;
  const { treatedShare, baseRate, toleratedRatio: tolerated = 1 } = step;
  const exposures = treatedShare * traffic.requestsPerSecond * (dwellSeconds - (traffic.lookSeconds ?? 0));
  const isMissed = (ratio: number): boolean => !(planCrossing(step, ratio, tolerated, OVERSHOOT).p95 <= exposures);
  const largest = 1 / baseRate;
  return isMissed(largest) ? undefined : bisect(isMissed, tolerated, largest);
}

/**
 * How long a number of treated exposures takes.
 *
 * Shape:  seconds, with the look that they are decided on; infinite without traffic.
 */
export const secondsFor = (exposures: number, { treatedShare }: EventStep, traffic: StepTraffic): number =>
  exposures / (treatedShare * traffic.requestsPerSecond) + (traffic.lookSeconds ?? 0);

/**
 * What a regression costs before it is rolled back, in 95 of 100 ramps at most: evidence bounds false alarms, and this is the other side.
 *
 * Shape:  undefined where it is never rolled back.
 * Errors: none.
 * Source: reference statistics 10.
 */
export function planBlastRadius(step: EventStep, ratio: number): BlastRadius | undefined {
  const plan = planDetection(step, ratio);
  if (plan === undefined) return undefined;
  return {
    treatedExposures: plan.p95,
    extraEvents: plan.p95 * step.baseRate * (ratio - 1),
    userShare: step.treatedShare,
  };
}

function planCrossing(step: EventStep, ratio: number, nullRatio: number, overshoot: number): ExposurePlan {
  const nats = (-Math.log(step.alpha) + overshoot) * Math.max(1, step.designEffect ?? 1);
  const median = nats / natsPerExposure(step, ratio, nullRatio);
  return { median, p95: P95_PER_MEDIAN * median };
}

/** By how much ln E grows with each treated exposure: events of both arms for one, times the relative entropy of how they split. */
function natsPerExposure({ treatedShare, baseRate }: EventStep, ratio: number, nullRatio: number): number {
  const events = baseRate * (ratio + (1 - treatedShare) / treatedShare);
  const split = treatedEvents(treatedShare, ratio);
  const expected = treatedEvents(treatedShare, nullRatio);
  return events * (split * Math.log(split / expected) + (1 - split) * Math.log((1 - split) / (1 - expected)));
}

/** Their share of all events. */
const treatedEvents = (treatedShare: number, ratio: number): number => (treatedShare * ratio) / (treatedShare * (ratio - 1) + 1);

const isStep = ({ treatedShare, baseRate, alpha }: EventStep): boolean =>
  [treatedShare, baseRate, alpha].every((share) => share > 0 && share < 1);
