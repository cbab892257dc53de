/** One planned read of an effect: Welch's test and its interval. Read more often than planned, it finds what is not there. */

import { normalQuantile, normalTail } from "../special/normal.ts";
import { studentTail, studentTailQuantile } from "../special/student-t.ts";
import type { Effect } from "./effect.ts";

/** What is looked for: a difference, or one to that side only. */
export type Side = "two-sided" | "greater" | "lesser";

export interface TestResult {
  /** The estimate over its standard error. */
  readonly statistic: number;
  readonly p: number;
  /** Infinite on the side that is not looked at. */
  readonly low: number;
  readonly high: number;
}

/**
 * Welch's test against no effect, at `alpha` over the sides that are looked at.
 *
 * Shape:  `alpha` in (0, 1); p is small and not 0 far out.
 * Errors: none.
 * Source: reference statistics 3.1.
 */
export const welchTest = (effect: Effect, alpha: number, side: Side): TestResult =>
  testEffect(effect, side, alpha, {
    tail: (t) => studentTail(t, effect.degrees),
    tailQuantile: (probability) => studentTailQuantile(probability, effect.degrees),
  });

/** As `welchTest`, for an effect whose variance is known or as good as: degrees are not looked at. */
export const normalTest = (effect: Effect, alpha: number, side: Side): TestResult =>
  testEffect(effect, side, alpha, { tail: normalTail, tailQuantile: (probability) => -normalQuantile(probability) });

interface Distribution {
  readonly tail: (statistic: number) => number;
  readonly tailQuantile: (probability: number) => number;
}

function testEffect({ estimate, standardError }: Effect, side: Side, alpha: number, of: Distribution): TestResult {
  const statistic = estimate / standardError;
  const radius = of.tailQuantile(side === "two-sided" ? alpha / 2 : alpha) * standardError;
  return {
    statistic,
    p: side === "two-sided" ? 2 * of.tail(Math.abs(statistic)) : of.tail(side === "greater" ? statistic : -statistic),
    low: side === "lesser" ? Number.NEGATIVE_INFINITY : estimate - radius,
    high: side === "greater" ? Number.POSITIVE_INFINITY : estimate + radius,
  };
}
