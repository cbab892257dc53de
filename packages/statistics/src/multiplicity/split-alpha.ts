/** One error rate split over the tests of an experiment before they run. */

import { sum } from "../special/sum.ts";

export interface AlphaSplit {
  /** Of each test of a primary metric, and of each of another. */
  readonly primary: number;
  readonly secondary: number;
}

/**
 * Splits α so that primary metrics keep a share of it however many others there are.
 *
 * Shape:  `primaryShare` in [0, 1]; with metrics of one kind only they get all of it; `treatments` from 1.
 * Errors: none.
 * Source: preferential Bonferroni, reference statistics 3.8 (Eppo).
 */
export function splitAlpha(of: {
  readonly alpha: number;
  readonly primaryShare: number;
  readonly primaryMetrics: number;
  readonly secondaryMetrics: number;
  readonly treatments: number;
}): AlphaSplit {
  const { alpha, primaryMetrics, secondaryMetrics, treatments } = of;
  const share = secondaryMetrics === 0 ? 1 : primaryMetrics === 0 ? 0 : of.primaryShare;
  const each = (part: number, metrics: number) => (metrics === 0 ? 0 : (alpha * part) / (metrics * treatments));
  return { primary: each(share, primaryMetrics), secondary: each(1 - share, secondaryMetrics) };
}

/**
 * α of each guardrail by its weight, over guardrails and not over looks: a sequential test pays for its looks itself.
 *
 * Shape:  weights above 0, in any unit; together they get `alpha`.
 * Errors: none.
 * Source: weighted Bonferroni, reference statistics 2.4, 3.8.
 */
export function guardrailAlphas(alpha: number, weights: readonly number[]): number[] {
  const total = sum(weights);
  return weights.map((weight) => (alpha * weight) / total);
}
