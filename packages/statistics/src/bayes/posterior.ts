/** The Bayesian read of an effect. It has no guarantee about how often it is looked at: whoever shows it says so. */

import type { Effect } from "../effects/effect.ts";
import { normalDensity, normalQuantile, normalTail } from "../special/normal.ts";

/** A normal prior of the effect, on the effect's own scale. */
export interface NormalPrior {
  readonly mean: number;
  readonly variance: number;
}

/** No opinion: the posterior is the estimate. */
export const FLAT_PRIOR: NormalPrior = { mean: 0, variance: Number.POSITIVE_INFINITY };
/** What most changes do to a metric, relative: rarely more than 0.6 either way. Source: reference statistics 3.7. */
export const USUAL_PRIOR: NormalPrior = { mean: 0, variance: 0.3 ** 2 };

export interface Posterior {
  readonly mean: number;
  readonly standardDeviation: number;
  /** Of the central interval. */
  readonly low: number;
  readonly high: number;
  /** P(effect > 0). */
  readonly chanceToWin: number;
  readonly risk: Risk;
}

/** What is lost on average by a decision, where the other one would have been better. */
export interface Risk {
  readonly keep: number;
  readonly ship: number;
}

/**
 * Combines an effect with what was believed before.
 *
 * Shape:  `alpha` of the central interval. More is better: for a metric where less is, negate the effect.
 * Errors: none.
 * Source: conjugate normal, reference statistics 3.7.
 */
export function posteriorOf({ estimate, standardError }: Effect, prior: NormalPrior, alpha: number): Posterior {
  const [weight, priorWeight] = [1 / standardError ** 2, 1 / prior.variance];
  const mean = (weight * estimate + priorWeight * prior.mean) / (weight + priorWeight);
  const standardDeviation = 1 / Math.sqrt(weight + priorWeight);
  const radius = normalQuantile(1 - alpha / 2) * standardDeviation;
  return {
    mean,
    standardDeviation,
    low: mean - radius,
    high: mean + radius,
    chanceToWin: normalTail(-mean / standardDeviation),
    risk: expectedLoss(mean, standardDeviation),
  };
}

/**
 * What each decision loses on average, of an effect with that normal posterior.
 *
 * Shape:  `standardDeviation` above 0; both from 0.
 * Errors: none.
 */
export function expectedLoss(mean: number, standardDeviation: number): Risk {
  const z = mean / standardDeviation;
  const spread = standardDeviation * normalDensity(z);
  return { keep: Math.max(0, spread + mean * normalTail(-z)), ship: Math.max(0, spread - mean * normalTail(z)) };
}
