/** The arms of a metric, from people's moments; with what people did before, where that explains something. */

import {
  type Arm,
  clusteredQuantileArm,
  cupedRatios,
  hasEnoughPast,
  mergeJointMoments,
  pairOf,
  ratioArm,
} from "@dimmer/statistics";
import type { ExperimentStatistics, JointMoments, PeopleRow } from "../../telemetry/experiment-question.ts";
import type { FrozenMetric } from "../../storage/experiment-record.ts";
import { isRatio } from "../metrics.ts";

/** Two arms that are compared, of the people of one period. */
export interface ComparedArms {
  readonly baseline: Arm;
  readonly treated: Arm;
  /** The share of the variance that the week before explains; null where it was not used. */
  readonly explained: number | null;
}

/** Where a metric's moments stand among those that were asked for. */
export interface MetricPlace {
  readonly metric: FrozenMetric;
  readonly place: number;
}

/** Shape: in the order of the metrics; ratios and quantiles are counted apart, as in the question. */
export function placeMetrics(metrics: readonly FrozenMetric[]): readonly MetricPlace[] {
  let ratios = 0;
  let quantiles = 0;
  return metrics.map((metric) => ({ metric, place: isRatio(metric.asked) ? ratios++ : quantiles++ }));
}

/**
 * The arms of one metric in one period; of all periods together for null.
 *
 * Shape:  undefined where an arm has nobody, or nothing to divide by. `usesHistory` says whether the week before may be looked at.
 * Errors: none.
 * Source: reference statistics 3.2 to 3.4; ADR-0065.
 */
export function comparedArms(
  statistics: ExperimentStatistics,
  { metric, place }: MetricPlace,
  variants: { readonly baseline: string; readonly treated: string },
  { period, usesHistory }: { readonly period: number | null; readonly usesHistory: boolean },
): ComparedArms | undefined {
  if (!isRatio(metric.asked)) return quantileArms(statistics, metric.asked.quantile, place, variants);
  const [baseline, treated] = [variants.baseline, variants.treated].map((variant) =>
    peopleOf(statistics, variant, period, place),
  ) as [People, People];
  const plain = plainArms(baseline, treated);
  if (plain === undefined || !usesHistory) return plain;
  return adjustedArms(baseline, treated, plain) ?? plain;
}

/** Those with a history, and those without. */
interface People {
  readonly past: JointMoments;
  readonly fresh: JointMoments;
}

export function peopleOf(statistics: ExperimentStatistics, variant: string, period: number | null, place: number): People {
  const mine = (hasHistory: boolean) =>
    mergeAll(
      statistics.rows.filter(
        ({ variant: of, part }) =>
          of === variant && part.by === "period" && part.hasHistory === hasHistory && (period === null || part.period === period),
      ),
      place,
    );
  return { past: mine(true), fresh: mine(false) };
}

export const NOBODY: JointMoments = { n: 0, means: [0, 0, 0, 0], products: Array.from({ length: 4 }, () => [0, 0, 0, 0]) };

export const mergeAll = (rows: readonly PeopleRow[], place: number): JointMoments =>
  rows.reduce((sum, { moments }) => mergeJointMoments(sum, moments[place] as JointMoments), NOBODY);

export const everybody = ({ past, fresh }: People): JointMoments => mergeJointMoments(past, fresh);

/** Undefined where there is nothing to divide by. */
export function armOf(moments: JointMoments): Arm | undefined {
  return moments.n > 1 && (moments.means[1] as number) > 0 ? ratioArm(pairOf(moments, 0, 1)) : undefined;
}

function plainArms(baseline: People, treated: People): ComparedArms | undefined {
  const [one, other] = [armOf(everybody(baseline)), armOf(everybody(treated))];
  return one === undefined || other === undefined ? undefined : { baseline: one, treated: other, explained: null };
}

/**
 * People without a history get everybody's mean for one, which adjusts nothing, and are a stratum of their own: what their share of an arm is
 * by chance above the others' is taken off, too.
 */
function adjustedArms(baseline: People, treated: People, plain: ComparedArms): ComparedArms | undefined {
  const past = mergeJointMoments(baseline.past, treated.past);
  const all = mergeJointMoments(everybody(baseline), everybody(treated));
  if (!hasEnoughPast(all.n, past.n) || !((past.means[3] as number) > 0)) return undefined;
  const filled = [baseline, treated].map(({ past: own, fresh }) => mergeJointMoments(own, withHistory(fresh, past))) as [
    JointMoments,
    JointMoments,
  ];
  const adjusted = cupedRatios(filled[0], filled[1]);
  const slope = stratumSlope(past, mergeJointMoments(baseline.fresh, treated.fresh), all);
  const arms = {
    baseline: takeStratumOff(adjusted.control, baseline, slope),
    treated: takeStratumOff(adjusted.treatment, treated, slope),
  };
  const before = plain.baseline.variance / plain.baseline.n + plain.treated.variance / plain.treated.n;
  const after = arms.baseline.variance / arms.baseline.n + arms.treated.variance / arms.treated.n;
  return Number.isFinite(after) && after > 0 && after < before ? { ...arms, explained: 1 - after / before } : undefined;
}

/** As if each of them had done before what people did on average. */
function withHistory(fresh: JointMoments, past: JointMoments): JointMoments {
  const products = fresh.products.map((row, i) => row.map((product, j) => (i < 2 && j < 2 ? product : 0)));
  return { ...fresh, means: [...fresh.means.slice(0, 2), ...past.means.slice(2)], products };
}

/** How much more somebody with a history does than somebody without: both as their parts in the ratio of all. */
function stratumSlope(past: JointMoments, fresh: JointMoments, all: JointMoments): number {
  if (fresh.n === 0) return 0;
  const [meanY, meanD] = all.means as [number, number];
  const part = ({ means }: JointMoments) => ((means[0] as number) - (meanY / meanD) * (means[1] as number)) / meanD;
  return part(past) - part(fresh);
}

function takeStratumOff(arm: Arm, { past, fresh }: People, slope: number): Arm {
  const share = past.n / (past.n + fresh.n);
  const spread = share * (1 - share);
  const covariance = spread * stratumSlope(past, fresh, mergeJointMoments(past, fresh));
  const { level } = arm;
  return {
    ...arm,
    estimate: arm.estimate - slope * share,
    variance: arm.variance + slope ** 2 * spread - 2 * slope * covariance,
    ...(level === undefined ? {} : { level: { ...level, covariance: level.covariance - slope * covariance } }),
  };
}

function quantileArms(
  { quantiles }: ExperimentStatistics,
  share: number,
  place: number,
  { baseline, treated }: { readonly baseline: string; readonly treated: string },
): ComparedArms | undefined {
  const [one, other] = [baseline, treated].map((variant) => quantileArmOf({ quantiles }, variant, share, place));
  return one === undefined || other === undefined ? undefined : { baseline: one, treated: other, explained: null };
}

/** Values below which a quantile's neighbours are too few to read a spread from. Source: reference statistics 3.4. */
const LEAST_VALUES = 400;

export function quantileArmOf(
  { quantiles }: Pick<ExperimentStatistics, "quantiles">,
  variant: string,
  share: number,
  place: number,
): Arm | undefined {
  const row = quantiles.find((one) => one.variant === variant && one.place === place);
  if (row === undefined || row.values < LEAST_VALUES || row.below.n < 2) return undefined;
  const { values: n, quantile, lower, upper, below } = row;
  return clusteredQuantileArm({ n, share, quantile, lower, upper }, pairOf(below, 0, 1));
}
