/** How many users a guardrail on a mean or a ratio takes, watched at every look. */

import { bisect } from "../special/bisect.ts";
import { normalQuantile } from "../special/normal.ts";
import { tightestAtShare, tuneSequence, unitMarginOneSided } from "../sequential/confidence-sequence.ts";

export interface MeanStep {
  /** In (0, 1); the rest is the control. */
  readonly treatedShare: number;
  /** Of one user, on the effect's scale: for a relative effect the coefficient of variation. */
  readonly standardDeviation: number;
  readonly alpha: number;
  /** Users of both arms; by default 1,000 treated ones. */
  readonly tightestAt?: number;
}

export interface MeanPlan {
  /** Of both arms. */
  readonly users: number;
  readonly treatedUsers: number;
}

/** Nobody has more. */
const MOST_USERS = 1e12;

/**
 * Users until a one-sided guardrail notices an effect.
 *
 * Shape:  `effect` above 0; `power` is the share of ramps, 0.5 for the median and 0.95 for guardrails. Undefined where it takes more users than
 *         there are, or the step is none.
 * Errors: none.
 * Source: reference statistics 6: half width(n) + z·SE(n) = effect.
 */
export function planMeanDetection(step: MeanStep, effect: number, power: number): MeanPlan | undefined {
  if (!isStep(step)) return undefined;
  const { treatedShare, standardDeviation, alpha, tightestAt = tightestAtShare(treatedShare) } = step;
  const spread = standardDeviation * Math.sqrt(1 / treatedShare + 1 / (1 - treatedShare));
  const tuning = tuneSequence(tightestAt, 2 * alpha);
  const z = normalQuantile(power);
  const isMissed = (users: number): boolean =>
    spread * (unitMarginOneSided(users, tuning, alpha) + z / Math.sqrt(users)) > effect;
  if (isMissed(MOST_USERS)) return undefined;
  const users = bisect(isMissed, 1, MOST_USERS);
  return { users, treatedUsers: users * treatedShare };
}

const isStep = ({ treatedShare, standardDeviation, alpha }: MeanStep): boolean =>
  treatedShare > 0 && treatedShare < 1 && standardDeviation > 0 && alpha > 0 && alpha < 0.5;
