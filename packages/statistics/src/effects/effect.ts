/** The difference of two arms, absolute or relative, with its standard error; every interval and test starts from it. */

import type { Arm } from "./arm.ts";

/** `absolute`: treatment − control. `relative`: that, over the control's level without its sign. */
export type Scale = "absolute" | "relative";

export interface Effect {
  readonly estimate: number;
  readonly standardError: number;
  /** Satterthwaite's degrees of freedom. */
  readonly degrees: number;
  /** Users of both arms. */
  readonly n: number;
}

/** Why there is none: what is not known is not an interval of no width. The denominator is a ratio's, or a relative effect's baseline. */
export type NoEffectReason = "too-few-users" | "no-spread" | "zero-denominator";

export interface NoEffect {
  readonly none: NoEffectReason;
}

/**
 * Estimates the effect.
 *
 * Shape:  none with fewer than two users in an arm, without spread, or over 0. The baseline's own error is part of a relative effect's;
 *         where the baseline is weak, `fiellerInterval` is the one to read.
 * Errors: none.
 * Source: delta method and Satterthwaite, reference statistics 3.1, 3.3.
 */
export function estimateEffect(control: Arm, treatment: Arm, scale: Scale): Effect | NoEffect {
  const none = reasonForNone(control, treatment, scale);
  if (none !== undefined) return { none };
  const difference = treatment.estimate - control.estimate;
  const level = levelOf(control);
  const divisor = scale === "relative" ? Math.abs(level.estimate) : 1;
  const slope = scale === "relative" ? (levelOf(treatment).estimate - level.estimate) / level.estimate : 0;
  const controlVariance = control.variance + 2 * slope * level.covariance + slope ** 2 * level.variance;
  return {
    estimate: difference / divisor,
    standardError: Math.sqrt(treatment.variance / treatment.n + controlVariance / control.n) / divisor,
    degrees: satterthwaite(control, treatment),
    n: control.n + treatment.n,
  };
}

/**
 * The logarithm of the ratio of both arms' levels: symmetric, and of positive levels nearer to a normal distribution than their difference.
 *
 * Shape:  as `estimateEffect`, of levels above 0; others have none. `Math.expm1` of its bounds is the relative effect's.
 * Errors: none.
 * Source: delta method, reference statistics 2.2, 3.1.
 */
export function estimateLogRatio(control: Arm, treatment: Arm): Effect | NoEffect {
  const relative = estimateEffect(control, treatment, "relative");
  if ("none" in relative) return relative;
  const ratio = 1 + relative.estimate;
  if (!(levelOf(control).estimate > 0 && ratio > 0)) return { none: "zero-denominator" };
  return { ...relative, estimate: Math.log(ratio), standardError: relative.standardError / ratio };
}

/** What a relative effect is relative to; of a plain arm the estimate itself. */
export const levelOf = ({ estimate, variance, level }: Arm) => level ?? { estimate, variance, covariance: variance };

function reasonForNone(control: Arm, treatment: Arm, scale: Scale): NoEffectReason | undefined {
  const arms = [control, treatment];
  if (!arms.every(({ n }) => n > 1)) return "too-few-users";
  const denied = arms.some(({ estimate }) => !Number.isFinite(estimate));
  if (denied || (scale === "relative" && levelOf(control).estimate === 0)) return "zero-denominator";
  return arms.every(({ variance }) => variance > 0) ? undefined : "no-spread";
}

function satterthwaite(control: Arm, treatment: Arm): number {
  const [one, other] = [control.variance / control.n, treatment.variance / treatment.n];
  return (one + other) ** 2 / (one ** 2 / (control.n - 1) + other ** 2 / (treatment.n - 1));
}
