/** A relative effect over a baseline that is itself barely known: the interval that does not take it for a constant. */

import { studentTailQuantile } from "../special/student-t.ts";
import type { Arm } from "./arm.ts";
import { estimateEffect, levelOf, type NoEffect } from "./effect.ts";
import type { TestResult } from "./welch.ts";
import { welchTest } from "./welch.ts";

/** Below so many standard errors from 0 a baseline is weak. */
const WEAK = 5;

/** Whether the control's level is so close to 0 that a relative effect's delta method is off. Source: reference statistics 3.1. */
export function isBaselineWeak(control: Arm): boolean {
  const { estimate, variance } = levelOf(control);
  return !(Math.abs(estimate) >= WEAK * Math.sqrt(variance / control.n));
}

/**
 * Fieller's interval of the relative effect.
 *
 * Shape:  two-sided at `alpha`; none where the baseline is not told from 0 at `alpha`: any effect would then be in it. p is that of the
 *         absolute difference, which the baseline's error is no part of.
 * Errors: none.
 * Source: E. C. Fieller, Some problems in interval estimation (1954).
 */
export function fiellerTest(control: Arm, treatment: Arm, alpha: number): TestResult | NoEffect {
  const difference = estimateEffect(control, treatment, "absolute");
  if ("none" in difference) return difference;
  const level = levelOf(control);
  const sign = Math.sign(level.estimate);
  const t = studentTailQuantile(alpha / 2, difference.degrees);
  // The effects r with (difference − r·level)² ≤ t²·Var(difference − r·level) lie between the roots of a parabola.
  const square = level.estimate ** 2 - (t * t * level.variance) / control.n;
  if (!(square > 0)) return { none: "zero-denominator" };
  const half = difference.estimate * level.estimate + (t * t * level.covariance) / control.n;
  const constant = difference.estimate ** 2 - (t * difference.standardError) ** 2;
  const radius = Math.sqrt(half ** 2 - square * constant);
  const [low, high] = [(half - radius) / square, (half + radius) / square];
  const { statistic, p } = welchTest(difference, alpha, "two-sided");
  return { statistic, p, low: sign > 0 ? low : -high, high: sign > 0 ? high : -low };
}
