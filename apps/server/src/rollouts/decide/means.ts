/** Means of people, treated and others, as one log ratio over all steps, and what it proves at every look. */

import type { RolloutPlan } from "@dimmer/protocol";
import { boundEffectOneSided, combineSteps, type RunningEffect, type StepEffect, tightestAtShare } from "@dimmer/statistics";
import { alphaOf } from "./alpha.ts";
import type { Baseline } from "./baseline.ts";
import type { PeopleBody, PeopleSums } from "./observations.ts";
import { stepsOf } from "./steps.ts";

/** Step → what the people have who were first exposed in it; and the strongest evidence of any look, by guardrail. */
export interface MeansSeen {
  readonly bySteps: Readonly<Record<string, PeopleBody["means"]>>;
  readonly peaks: readonly number[];
}

export const EMPTY_MEANS: MeansSeen = { bySteps: {}, peaks: [] };

interface MeansFrame {
  readonly plan: RolloutPlan;
  readonly shared: number;
  readonly baseline: Baseline;
}

/** Before this many treated people a mean is too far from normal for the interval to hold; where less is worse, skew works against it. */
const FIRST_LOOK = 100;
const FIRST_LOOK_BELOW = 300;
/** Against it a step's regression is ruled out. */
export const HARMLESS_ALPHA = 0.05;

/** Newer sums of a step take the place of those before. */
export function lookAtMeans(frame: MeansFrame, seen: MeansSeen, step: number, { means }: PeopleBody): MeansSeen {
  const bySteps = { ...seen.bySteps, [step]: means };
  const peaks = frame.plan.guardrails.map((_, index) =>
    Math.max(seen.peaks[index] ?? 0, judgeMean(frame, { bySteps, peaks: [] }, index)?.logEvidence ?? 0),
  );
  return { bySteps, peaks };
}

export interface MeanJudgement {
  /** Treated to others. */
  readonly ratio: number;
  readonly ratioAtLeast: number | null;
  /** ln of the evidence against "no worse than tolerated". */
  readonly logEvidence: number;
  readonly treated: PeopleSums;
  readonly others: PeopleSums;
}

/** Shape: undefined while nothing can be said, as before the first look. */
export function judgeMean(frame: MeansFrame, seen: MeansSeen, index: number): MeanJudgement | undefined {
  const { plan, baseline } = frame;
  const { tolerance = 1 } = plan.guardrails[index] ?? {};
  const isLessWorse = baseline.guardrails[index]?.isLessWorse ?? false;
  const sums = sumsOf(seen, index);
  const effect = effectOf(sums);
  const last = sums.at(-1);
  if (effect === undefined || last === undefined || countTreated(sums) < (isLessWorse ? FIRST_LOOK_BELOW : FIRST_LOOK))
    return undefined;
  const worse = isLessWorse ? { ...effect, estimate: -effect.estimate } : effect;
  const settings = { alpha: alphaOf(plan, index), tightestAt: tightestAtShare(firstShare(frame)) };
  const beyond = { ...worse, estimate: worse.estimate - Math.log(tolerance) };
  const bound = boundEffectOneSided(beyond, "greater", settings);
  if (bound === undefined) return undefined;
  const atLeast = boundEffectOneSided(worse, "greater", settings)?.low;
  return {
    ratio: Math.exp(effect.estimate),
    ratioAtLeast: atLeast === undefined || isLessWorse ? null : Math.exp(atLeast),
    logEvidence: Math.max(0, -Math.log(bound.p)),
    treated: last.treated,
    others: last.others,
  };
}

/** ln of the evidence against a regression of this ratio. */
export function ruleOutMean(frame: MeansFrame, seen: MeansSeen, index: number, regression: number): number {
  const isLessWorse = frame.baseline.guardrails[index]?.isLessWorse ?? false;
  const effect = effectOf(sumsOf(seen, index));
  if (effect === undefined) return 0;
  const worse = isLessWorse ? -effect.estimate : effect.estimate;
  const settings = { alpha: HARMLESS_ALPHA, tightestAt: tightestAtShare(firstShare(frame)) };
  const bound = boundEffectOneSided({ ...effect, estimate: worse - Math.log(regression) }, "lesser", settings);
  return bound === undefined ? 0 : Math.max(0, -Math.log(bound.p));
}

interface Sums {
  readonly treated: PeopleSums;
  readonly others: PeopleSums;
}

const sumsOf = ({ bySteps }: MeansSeen, index: number): readonly Sums[] =>
  Object.values(bySteps).flatMap((means) => means[index] ?? []);

const countTreated = (sums: readonly Sums[]): number => sums.reduce((sum, { treated }) => sum + treated.people, 0);

/** Fixed before the start, as the width must not follow the data. */
const firstShare = ({ plan, shared }: MeansFrame): number => stepsOf(plan, shared).steps[0]?.share ?? 1;

const effectOf = (sums: readonly Sums[]): RunningEffect | undefined => combineSteps(sums.flatMap(stepEffect));

/** The log of the ratio of two ratios over people, by the delta method. */
function stepEffect({ treated, others }: Sums): StepEffect[] {
  const variance = logVariance(treated) + logVariance(others);
  const estimate = Math.log(treated.meanY / treated.meanD) - Math.log(others.meanY / others.meanD);
  if (!Number.isFinite(estimate) || !(variance > 0)) return [];
  return [{ estimate, standardError: Math.sqrt(variance), treatedUsers: treated.people, controlUsers: others.people }];
}

function logVariance({ people, meanY, meanD, squaresY, squaresD, products }: PeopleSums): number {
  const perPerson = squaresY / meanY ** 2 + squaresD / meanD ** 2 - (2 * products) / (meanY * meanD);
  return perPerson / (people - 1) / people;
}
