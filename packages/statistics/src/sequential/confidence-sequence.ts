/** Intervals for a mean, a ratio or any effect with a standard error that hold at every look: asymptotic confidence sequences. */

import type { ReadRule } from "../effects/power.ts";
import { bisect } from "../special/bisect.ts";

/** An effect as it is estimated up to now. */
export interface RunningEffect {
  readonly estimate: number;
  readonly standardError: number;
  /** Users of both arms. */
  readonly n: number;
}

export interface SequenceSettings {
  readonly alpha: number;
  /** How many users, both arms together, the interval is tightest at; fixed before the start. */
  readonly tightestAt: number;
}

/** What is looked for: an effect above 0, bounded from below, or one below it. */
export type OneSide = "greater" | "lesser";

export interface SequenceInterval {
  readonly low: number;
  readonly high: number;
  /** Against an effect of 0 or, one-sided, of one on the other side of 0; holds at every look. */
  readonly p: number;
}

/** Treated users that a guardrail wants to have decided by. */
const DECIDED_AT = 1_000;

/**
 * Where the interval of a step is to be tightest: a treated share of 1 % decides with a hundred times the users in all.
 *
 * Shape:  `treatedShare` in (0, 1).
 * Source: reference statistics 2.2.
 */
export const tightestAtShare = (treatedShare: number, treatedUsers: number = DECIDED_AT): number => treatedUsers / treatedShare;

/**
 * The interval around an effect, on both sides.
 *
 * Shape:  undefined while there is nothing to say: of fewer than two users, or without spread, which is no certainty. Holds with a chance of
 *         at least 1 − alpha at all looks together, from where the estimate is near normal: some 100 treated users.
 * Errors: none.
 * Source: Waudby-Smith et al., arXiv:2103.06476; reference statistics 2.2; ADR-0060.
 */
export function boundEffect(effect: RunningEffect, { alpha, tightestAt }: SequenceSettings): SequenceInterval | undefined {
  if (!isEstimated(effect)) return undefined;
  const tuning = tuneSequence(tightestAt, alpha);
  const width = effect.standardError * Math.sqrt(effect.n) * unitMargin(effect.n, tuning, alpha);
  const grown = effect.n * tuning;
  const p = Math.min(1, Math.sqrt(grown + 1) * Math.exp(-exponent(effect, grown)));
  return { low: effect.estimate - width, high: effect.estimate + width, p };
}

/**
 * The bound of an effect on one side: one that is above 0 shows a greater one, one below 0 a lesser one.
 *
 * Shape:  as `boundEffect`; p is at most 0.5.
 * Errors: none.
 * Source: as `boundEffect`; p in closed form, reference statistics 2.2.
 */
export function boundEffectOneSided(
  effect: RunningEffect,
  side: OneSide,
  { alpha, tightestAt }: SequenceSettings,
): SequenceInterval | undefined {
  if (!isEstimated(effect)) return undefined;
  const tuning = tuneSequence(tightestAt, 2 * alpha);
  const width = effect.standardError * Math.sqrt(effect.n) * unitMarginOneSided(effect.n, tuning, alpha);
  const grown = effect.n * tuning;
  const isOnSide = side === "greater" ? effect.estimate > 0 : effect.estimate < 0;
  const evidence = exponent(effect, grown);
  const p = (Math.sqrt(grown + 1) * Math.exp(-evidence)) / (-2 * Math.expm1(-evidence));
  return {
    low: side === "greater" ? effect.estimate - width : Number.NEGATIVE_INFINITY,
    high: side === "greater" ? Number.POSITIVE_INFINITY : effect.estimate + width,
    p: isOnSide ? Math.min(0.5, p) : 0.5,
  };
}

/**
 * Which estimates a two-sided look calls an effect, for the power of an experiment that is watched.
 *
 * Shape:  as wide as its bound over `n` users, with the error left as it is.
 * Source: reference statistics 2.8.
 */
export function sequentialRead({ alpha, tightestAt }: SequenceSettings): ReadRule {
  const tuning = tuneSequence(tightestAt, alpha);
  return (standardError, n) => {
    const above = standardError * Math.sqrt(n) * unitMargin(n, tuning, alpha);
    return { below: -above, above };
  };
}

/**
 * What may be said after all looks: bounds only tighten, and p only falls.
 *
 * Shape:  undefined before the first look that said something. An interval that turned inside out (`low` above `high`) says that the effect
 *         did not stay the same.
 */
export function narrowInterval(
  before: SequenceInterval | undefined,
  now: SequenceInterval | undefined,
): SequenceInterval | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  return { low: Math.max(before.low, now.low), high: Math.min(before.high, now.high), p: Math.min(before.p, now.p) };
}

/** One step of a ramp: its own estimate, of the people who were first exposed in it. */
export interface StepEffect {
  readonly estimate: number;
  readonly standardError: number;
  readonly treatedUsers: number;
  readonly controlUsers: number;
}

/**
 * One effect from the steps of a ramp, each compared within itself: shares and hours differ between steps, and pooling would take that for
 * an effect.
 *
 * Shape:  undefined of no step that compares anything.
 * Errors: none.
 * Source: reference statistics 2.2; each step weighs as the harmonic size of its arms.
 */
export function combineSteps(steps: readonly StepEffect[]): RunningEffect | undefined {
  const compared = steps.filter((step) => step.treatedUsers > 0 && step.controlUsers > 0 && hasSpread(step.standardError));
  if (compared.length === 0) return undefined;
  const weights = compared.map((step) => (step.treatedUsers * step.controlUsers) / (step.treatedUsers + step.controlUsers));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const over = (of: (step: StepEffect, share: number) => number): number =>
    compared.reduce((sum, step, at) => sum + of(step, (weights[at] as number) / total), 0);
  return {
    estimate: over(({ estimate }, share) => share * estimate),
    standardError: Math.sqrt(over(({ standardError }, share) => (share * standardError) ** 2)),
    n: over(({ treatedUsers, controlUsers }) => treatedUsers + controlUsers),
  };
}

/**
 * ρ², so that the interval is tightest at `tightestAt`, nearly.
 *
 * Shape:  `alpha` is two-sided; a one-sided interval gives twice its own.
 * Source: the closed form that gbstats and Eppo use, reference statistics 2.2.
 */
export function tuneSequence(tightestAt: number, alpha: number): number {
  const evidence = -2 * Math.log(alpha);
  return (evidence + Math.log(evidence + 1)) / tightestAt;
}

/**
 * As `tuneSequence`, exactly: what is gained is below a thousandth of the width, and the others' numbers are of the closed form.
 *
 * Source: Waudby-Smith et al., as drconfseq has it: the lower branch of Lambert's W, here as the root of x − ln(1 + x) = −2 ln α.
 */
export const tuneSequenceExactly = (tightestAt: number, alpha: number): number =>
  bisect((x) => x - Math.log1p(x) < -2 * Math.log(alpha), 0, MOST_TUNING) / tightestAt;

/** That of an α of 10⁻³⁰⁰ is below. */
const MOST_TUNING = 2_000;

/** The two-sided half width at `size` observations of standard deviation 1. */
export function unitMargin(size: number, tuning: number, alpha: number): number {
  const grown = size * tuning + 1;
  return Math.sqrt(((2 * grown) / (size * size * tuning)) * Math.log(Math.sqrt(grown) / alpha));
}

/** The one-sided half width at `size` observations of standard deviation 1. */
export function unitMarginOneSided(size: number, tuning: number, alpha: number): number {
  const grown = size * tuning + 1;
  return Math.sqrt(((2 * grown) / (size * size * tuning)) * Math.log1p(Math.sqrt(grown) / (2 * alpha)));
}

const exponent = ({ estimate, standardError }: RunningEffect, grown: number): number =>
  ((estimate / standardError) ** 2 * grown) / (2 * (grown + 1));

const isEstimated = ({ standardError, n }: RunningEffect): boolean => n > 1 && hasSpread(standardError);

const hasSpread = (standardError: number): boolean => standardError > 0 && Number.isFinite(standardError);
