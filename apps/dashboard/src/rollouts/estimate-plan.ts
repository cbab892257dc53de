/** What a plan could notice at the traffic that there is: reckoned here so that sliders answer at once; the server says it again. */

import { type EventStep, planDetection, planSmallestRatio, secondsFor } from "@dimmer/statistics";
import { type Guardrail, RATE_METRICS, type RolloutPlan, type RolloutStep, type VariantMetrics } from "@dimmer/protocol";

type RateMetric = (typeof RATE_METRICS)[number];

/** What is known of the split from the last day. */
export interface Traffic {
  /** Runs or calls, of all variants. */
  readonly perSecond: number;
  /** Different people in a week; undefined where nobody counts them. */
  readonly people: number | undefined;
  /** How often each happens now; those that are not told are left out. */
  readonly rates: Readonly<Partial<Record<RateMetric, number>>>;
}

export interface StepEstimate {
  /** The smallest ratio that a guardrail catches in 95 of 100 rollouts before the step is over; undefined where none is caught. */
  readonly catches: number | undefined;
  /** Which guardrail that is; the first where none is caught, undefined where nothing of any is known. */
  readonly sharpest: RateMetric | undefined;
  /** People who meet a variant as bad as the step has to rule out before it is caught, 95 of 100 times. */
  readonly blastRadius: number | undefined;
}

/** A bucket of ten seconds, and the two that may still be late. */
const LOOK_SECONDS = 30;
/** A step that cannot tell yet is extended once. */
const EXTENDED = 2;
const MINUTE = 60;
const DAY_SECONDS = 86_400;
/** By definition: slower than 95 % and dearer than 99.9 % of the others were. */
const FROZEN: Traffic["rates"] = { slow_rate: 0.05, slow_first_chunk_rate: 0.05, cost_over_cap_rate: 0.001 };

/** Shape: undefined where nothing was told in that day. */
export function trafficOf(variants: readonly VariantMetrics[], people: number | undefined): Traffic | undefined {
  const sum = (pick: (one: VariantMetrics) => number): number => variants.reduce((total, one) => total + pick(one), 0);
  const calls = sum(({ generations }) => generations);
  if (calls === 0) return undefined;
  const rate = (count: (one: VariantMetrics) => number): number => sum(count) / calls;
  const told: Traffic["rates"] = {
    error_rate: rate(({ errors }) => errors),
    timeout_rate: rate(({ timeouts }) => timeouts),
    refusal_rate: rate(({ refusals }) => refusals),
    thumbs_down_rate: rate(({ thumbsDown }) => thumbsDown),
    retry_rate: rate(({ retried }) => retried),
    abandon_rate: rate(({ abandoned }) => abandoned),
    fallback_rate: rate(({ runsFallback }) => runsFallback),
  };
  // What never happened has no ratio: any of it would be infinitely more.
  const known = Object.fromEntries(Object.entries({ ...FROZEN, ...told }).filter(([, value]) => value > 0 && value < 1));
  return { perSecond: calls / DAY_SECONDS, people: people ?? sumOfPeople(variants), rates: known };
}

const sumOfPeople = (variants: readonly VariantMetrics[]): number | undefined =>
  variants.reduce((total, one) => total + one.people, 0) || undefined;

/** The regression that a step has to rule out, by its share unless it is given. Source: reference statistics 2.4. */
export function regressionOf({ percent, regression }: Pick<RolloutStep, "percent" | "regression">): number {
  if (regression !== undefined) return regression;
  return percent < 10 ? 2 : percent < 50 ? 1.5 : 1.25;
}

export function estimateStep(plan: RolloutPlan, step: RolloutStep, traffic: Traffic): StepEstimate {
  const guarded = guardedBy(plan, step, traffic);
  const stepTraffic = { requestsPerSecond: traffic.perSecond, lookSeconds: LOOK_SECONDS };
  const [sharpest] = guarded
    .map(({ metric, event }) => ({
      metric,
      ratio: planSmallestRatio(event, stepTraffic, EXTENDED * step.dwellMinutes * MINUTE) ?? Number.POSITIVE_INFINITY,
    }))
    .sort((one, other) => one.ratio - other.ratio);
  return {
    catches: sharpest === undefined || sharpest.ratio === Number.POSITIVE_INFINITY ? undefined : sharpest.ratio,
    sharpest: sharpest?.metric,
    blastRadius: blastOf(guarded, step, traffic),
  };
}

/** Minutes that the step has to last to catch the ratio in 95 of 100 rollouts; undefined where no time is enough. */
export function minutesToCatch(plan: RolloutPlan, step: RolloutStep, traffic: Traffic, ratio: number): number | undefined {
  const seconds = guardedBy(plan, step, traffic).flatMap(({ event }) => {
    const detection = planDetection(event, ratio);
    const stepTraffic = { requestsPerSecond: traffic.perSecond, lookSeconds: LOOK_SECONDS };
    return detection === undefined ? [] : secondsFor(detection.p95, event, stepTraffic);
  });
  return seconds.length === 0 ? undefined : Math.ceil(Math.min(...seconds) / MINUTE / EXTENDED);
}

/** The largest share of those offered at which no more people than these would meet a bad variant. */
export function shareForBlast(
  plan: RolloutPlan,
  step: RolloutStep,
  traffic: Traffic,
  order: { readonly people: number; readonly shares: readonly number[] },
): number | undefined {
  return [...order.shares].reverse().find((percent) => {
    const blast = blastOf(guardedBy(plan, { ...step, percent }, traffic), { ...step, percent }, traffic);
    return blast !== undefined && blast <= order.people;
  });
}

interface Guarded {
  readonly metric: RateMetric;
  readonly event: EventStep;
}

/** Guardrails that count, with what is known of them; all of the split is never compared with nothing. */
function guardedBy(plan: RolloutPlan, step: RolloutStep, { rates }: Traffic): readonly Guarded[] {
  const share = Math.min(step.percent, 100 - (plan.holdback?.percent ?? 0)) / 100;
  const weights = plan.guardrails.reduce((sum, { weight }) => sum + weight, 0);
  return plan.guardrails.flatMap(({ metric, tolerance, weight }) => {
    const baseRate = isRate(metric) ? rates[metric] : undefined;
    if (!isRate(metric) || baseRate === undefined || share >= 1) return [];
    const alpha = (plan.falseAlarms * weight) / weights;
    return [{ metric, event: { treatedShare: share, baseRate, alpha, toleratedRatio: tolerance } }];
  });
}

const isRate = (metric: Guardrail["metric"]): metric is RateMetric => (RATE_METRICS as readonly string[]).includes(metric);

/** Until the slowest guardrail would have seen it; nobody is met twice. */
function blastOf(guarded: readonly Guarded[], step: RolloutStep, { people }: Traffic): number | undefined {
  const met = guarded.flatMap(({ event }) => planDetection(event, regressionOf(step))?.p95 ?? []);
  if (met.length === 0) return undefined;
  const reached = people === undefined ? Number.POSITIVE_INFINITY : (people * step.percent) / 100;
  return Math.min(Math.max(...met), reached);
}
