/** How one arm differs from the baseline on one metric, and what two reads may say of it. */

import {
  boundEffect,
  combineSteps,
  type Effect,
  estimateEffect,
  estimateLogRatio,
  type HybridAlpha,
  isBaselineWeak,
  type Read,
  readHybrid,
  welchTest,
} from "@dimmer/statistics";
import type { ExperimentStatistics } from "../../telemetry/experiment-question.ts";
import type { FrozenMetric } from "../../storage/experiment-record.ts";
import { comparedArms, type ComparedArms, type MetricPlace } from "./experiment-arms.ts";

/** `log` is the logarithm of the ratio of both; the others are the difference, over the baseline's value or not. */
export type EffectScale = "absolute" | "log" | "relative";

export interface EstimatedEffects {
  readonly value: number;
  readonly baselineValue: number;
  readonly absolute: Effect | undefined;
  /** In parts of the baseline; undefined where it is too close to 0 to be one. */
  readonly relative: { readonly scale: "log" | "relative"; readonly effect: Effect } | undefined;
  readonly explained: number | null;
}

export interface EstimateOptions {
  readonly usesHistory: boolean;
}

/**
 * The effect over all periods, each compared within itself.
 *
 * Shape:  undefined where an arm has nobody yet.
 * Errors: none.
 * Source: reference statistics 2.2, 3.1; ADR-0065.
 */
export function estimateEffects(
  statistics: ExperimentStatistics,
  at: MetricPlace,
  variants: { readonly baseline: string; readonly treated: string },
  { usesHistory }: EstimateOptions,
): EstimatedEffects | undefined {
  const whole = comparedArms(statistics, at, variants, { period: null, usesHistory: false });
  if (whole === undefined) return undefined;
  const isQuantile = at.metric.kind === "quantile";
  const periods = isQuantile ? [null] : statistics.periods.map((_, period) => period);
  const compared = periods.flatMap((period) => comparedArms(statistics, at, variants, { period, usesHistory }) ?? []);
  const scale = scaleOf(at.metric, whole);
  const relative = scale === undefined ? undefined : combined(compared, scale);
  const explained = compared.flatMap((arms) => arms.explained ?? []);
  return {
    value: whole.treated.estimate,
    baselineValue: whole.baseline.estimate,
    absolute: combined(compared, "absolute"),
    relative: scale === undefined || relative === undefined ? undefined : { scale, effect: relative },
    explained: explained.length === 0 ? null : explained.reduce((sum, one) => sum + one, 0) / explained.length,
  };
}

/** A ratio of levels above 0 is nearer to normal by its logarithm; a share's is shown beside its points. */
function scaleOf({ kind }: FrozenMetric, { baseline, treated }: ComparedArms): "log" | "relative" | undefined {
  if (isBaselineWeak(baseline)) return undefined;
  const isPositive = levelOf(baseline) > 0 && levelOf(treated) > 0;
  return kind !== "share" && isPositive ? "log" : "relative";
}

/** What was before is no part of an arm's level. */
const levelOf = ({ estimate, level }: ComparedArms["baseline"]): number => level?.estimate ?? estimate;

export function effectOn(
  { baseline, treated }: Pick<ComparedArms, "baseline" | "treated">,
  scale: EffectScale,
): Effect | undefined {
  const effect = scale === "log" ? estimateLogRatio(baseline, treated) : estimateEffect(baseline, treated, scale);
  return "none" in effect ? undefined : effect;
}

function combined(compared: readonly ComparedArms[], scale: EffectScale): Effect | undefined {
  const effects = compared.flatMap((arms) => {
    const effect = effectOn(arms, scale);
    return effect === undefined ? [] : [{ arms, effect }];
  });
  if (effects.length <= 1) return effects[0]?.effect;
  const whole = combineSteps(
    effects.map(({ arms, effect }) => ({ ...effect, treatedUsers: arms.treated.n, controlUsers: arms.baseline.n })),
  );
  return whole === undefined ? undefined : { ...whole, n: whole.n, degrees: whole.n - 2 };
}

/** One effect, read at any time and once at the planned size. */
export interface EffectRead {
  readonly sequential: Read;
  readonly fixed: Read | undefined;
  readonly both: Read;
}

/**
 * Shape:  `planned` is the effect as it was at the planned size, undefined before.
 * Errors: none.
 * Source: reference statistics 3.6.
 */
export function readEffect(
  effect: Effect | undefined,
  planned: Effect | undefined,
  { alpha, tightestAt }: { readonly alpha: HybridAlpha; readonly tightestAt: number },
): EffectRead | undefined {
  if (effect === undefined) return undefined;
  const { estimate, standardError, n } = effect;
  const sequential = boundEffect({ estimate, standardError, n }, { alpha: alpha.sequential, tightestAt });
  if (sequential === undefined) return undefined;
  const fixed = planned === undefined ? undefined : welchTest(planned, alpha.fixed, "two-sided");
  return { sequential, fixed, both: readHybrid(sequential, fixed, alpha) };
}
