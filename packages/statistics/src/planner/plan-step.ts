/** Whether a step of a ramp can notice what it is there to rule out, and what to change where it cannot. */

import { bisect } from "../special/bisect.ts";
import {
  type EventStep,
  type ExposurePlan,
  planDetection,
  planHarmless,
  planSmallestRatio,
  secondsFor,
  type StepTraffic,
} from "./plan-event-guardrail.ts";

export interface StepGoal {
  readonly dwellSeconds: number;
  /** A regression of that size is to be caught in 95 of 100 ramps before the dwell is over. */
  readonly ruledOutRatio: number;
}

export interface StepPlan {
  readonly isEnough: boolean;
  /** What it does catch; undefined where nothing. */
  readonly smallestRatio: number | undefined;
  /** The dwell that would be enough. */
  readonly neededSeconds: number;
  /** The smallest treated share that would be, with the dwell as it is; undefined where none up to a half is. */
  readonly neededShare: number | undefined;
  /** Until harm is ruled out and the step may advance, if the variant is as good as the control. */
  readonly harmlessSeconds: ExposurePlan;
}

/** Of ruling harm out. Source: reference statistics 2.4. */
const HARMLESS_ALPHA = 0.05;
/** Beyond it the control becomes the small arm. */
const WIDEST_SHARE = 0.5;

/**
 * Plans a step.
 *
 * Shape:  undefined where nothing is to be ruled out: the ratio is tolerated, or the rates are none.
 * Errors: none.
 * Source: reference statistics 6; ADR-0060.
 */
export function planStep(step: EventStep, traffic: StepTraffic, goal: StepGoal): StepPlan | undefined {
  const { dwellSeconds, ruledOutRatio } = goal;
  const detection = planDetection(step, ruledOutRatio);
  const harmless = planHarmless({ ...step, alpha: HARMLESS_ALPHA }, ruledOutRatio);
  if (detection === undefined || harmless === undefined) return undefined;
  const neededSeconds = secondsFor(detection.p95, step, traffic);
  return {
    isEnough: neededSeconds <= dwellSeconds,
    smallestRatio: planSmallestRatio(step, traffic, dwellSeconds),
    neededSeconds,
    neededShare: planShare(step, traffic, goal),
    harmlessSeconds: {
      median: secondsFor(harmless.median, step, traffic),
      p95: secondsFor(harmless.p95, step, traffic),
    },
  };
}

/** The step has a plan at its own share, so it has one at any. */
function planShare(step: EventStep, traffic: StepTraffic, { dwellSeconds, ruledOutRatio }: StepGoal): number | undefined {
  const isTooNarrow = (treatedShare: number): boolean => {
    const wider = { ...step, treatedShare };
    const p95 = planDetection(wider, ruledOutRatio)?.p95 as number;
    return secondsFor(p95, wider, traffic) > dwellSeconds;
  };
  return isTooNarrow(WIDEST_SHARE) ? undefined : bisect(isTooNarrow, 0, WIDEST_SHARE);
}
