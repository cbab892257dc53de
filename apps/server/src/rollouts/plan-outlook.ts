/** What the planner says of a plan before it starts: what each step can notice, how long it takes, whom it may hurt, what it costs. */

import { sayDollars } from "@dimmer/evaluation";
import type { PlanOutlook, RolloutPlan } from "@dimmer/protocol";
import {
  type EventStep,
  planBlastRadius,
  planDetection,
  planHarmless,
  planMeanDetection,
  planSmallestRatio,
  secondsFor,
  type StepTraffic,
} from "@dimmer/statistics";
import { alphaOf } from "./decide/alpha.ts";
import { secondsOf } from "./decide/baseline.ts";
import { sayMs } from "./decide/find-silence.ts";
import { HARMLESS_ALPHA } from "./decide/means.ts";
import { DELAY_BUCKETS } from "./decide/observations.ts";
import { isRateMetric } from "./decide/metrics.ts";
import { type PlannedStep, stepsOf } from "./decide/steps.ts";
import type { MeasuredBaseline } from "./measure-baseline.ts";

type StepOutlook = PlanOutlook["steps"][number];
type PlanIssue = PlanOutlook["issues"][number];

const LOOK_SECONDS = 10 * (DELAY_BUCKETS + 1);
const MINUTE = 60;
const DAY_SECONDS = 86_400;

export interface OutlookOrder {
  readonly plan: RolloutPlan;
  readonly shared: number;
  readonly measured: MeasuredBaseline;
  /** Percent of the whole that the variant has now. */
  readonly present: number;
  readonly moves: readonly string[];
  readonly issues: readonly PlanIssue[];
}

/** Shape: `issues` with what the plan itself cannot do. Errors: none. */
export function foreseePlan(order: OutlookOrder): PlanOutlook {
  const { plan, shared, measured, moves } = order;
  const { baseline, perSecond } = measured;
  const { steps } = stepsOf(plan, shared);
  const seen = steps.filter(({ isHoldback }) => !isHoldback).map((step) => ({ step, outlook: foreseeStep(order, step) }));
  const traffic =
    perSecond > 0
      ? { perSecond, measuredFrom: new Date(baseline.from).toISOString(), measuredUntil: new Date(baseline.until).toISOString() }
      : null;
  const minutes = plan.steps.map(({ dwellMinutes }) => dwellMinutes).reduce((sum, dwell) => sum + dwell, 0);
  return {
    traffic,
    steps: seen.map(({ outlook }) => outlook),
    issues: [...order.issues, ...seen.flatMap(({ step, outlook }, at) => findBlindSteps(order, step, outlook, at))],
    cost: foreseeCost(order),
    moves,
    totalMinutes: minutes + (plan.holdback?.hours ?? 0) * 60,
  };
}

/** What one guardrail can do in a step. */
interface Sight {
  readonly metric: string;
  readonly catches: number | null;
  readonly blastRadius: number | null;
  readonly found: readonly [number, number] | null;
  readonly ruledOut: number | null;
}

function foreseeStep(order: OutlookOrder, step: PlannedStep): StepOutlook {
  const sights = sightsOf(order, step);
  const dwellMinutes = step.dwellMs / 60_000;
  // The slowest, as all of them are waited for; the sharpest catches.
  const found = slowest(sights.map((sight) => sight.found?.[1] ?? null));
  const foundHalf = slowest(sights.map((sight) => sight.found?.[0] ?? null));
  const catches = sights.flatMap((sight) => sight.catches ?? []);
  return {
    percent: Math.round(step.share * 100_000) / 1_000,
    dwellMinutes,
    regression: step.regression,
    catches: catches.length === 0 ? null : Math.min(...catches),
    blastRadius: slowest(sights.map(({ blastRadius }) => blastRadius)),
    foundMinutes: found === null || foundHalf === null ? null : [foundHalf, found],
    ruledOutMinutes: slowest(sights.map(({ ruledOut }) => ruledOut)),
    suffices: order.plan.mode === "watched" || sights.some((sight) => canNotice(sight, step)),
  };
}

/** Within its dwell, extended once. */
const canNotice = ({ catches }: Sight, { regression }: PlannedStep): boolean => catches !== null && catches <= regression;

const slowest = (values: readonly (number | null)[]): number | null =>
  values.length === 0 || values.includes(null) ? null : Math.max(...values.map((value) => value ?? 0));

function sightsOf(order: OutlookOrder, step: PlannedStep): readonly Sight[] {
  return order.plan.guardrails.flatMap((guardrail, index) => {
    if (guardrail.action === "notify") return [];
    return [isRateMetric(guardrail.metric) ? sightOfRate(order, step, index) : sightOfMean(order, step, index)];
  });
}

function sightOfRate({ plan, measured }: OutlookOrder, step: PlannedStep, index: number): Sight {
  const { metric, tolerance } = plan.guardrails[index] as RolloutPlan["guardrails"][number];
  const { rate, designEffect } = measured.baseline.guardrails[index] ?? { rate: null, designEffect: 1 };
  const exposures = measured.exposures[index] ?? 0;
  if (rate === null || exposures === 0) return { metric, catches: null, blastRadius: null, found: null, ruledOut: null };
  // What was never seen is taken to be as rare as it may be.
  const baseRate = Math.min(0.99, Math.max(rate, 1 / exposures));
  const event: EventStep = {
    treatedShare: step.share,
    baseRate,
    alpha: alphaOf(plan, index),
    toleratedRatio: tolerance,
    designEffect,
  };
  // Of the others alone: what the variant has already is left out, which errs on the safe side.
  const traffic: StepTraffic = { requestsPerSecond: exposures / secondsOf(measured.baseline), lookSeconds: LOOK_SECONDS };
  const detection = planDetection(event, step.regression);
  const harmless = planHarmless({ ...event, alpha: HARMLESS_ALPHA }, step.regression);
  const minutes = (count: number): number => secondsFor(count, event, traffic) / MINUTE;
  const blast = planBlastRadius(event, step.regression);
  return {
    metric,
    catches: planSmallestRatio(event, traffic, (2 * step.dwellMs) / 1_000) ?? null,
    blastRadius: blast === undefined ? null : Math.round(blast.treatedExposures),
    found: detection === undefined ? null : [minutes(detection.median), minutes(detection.p95)],
    ruledOut: harmless === undefined ? null : minutes(harmless.median),
  };
}

function sightOfMean({ plan, measured }: OutlookOrder, step: PlannedStep, index: number): Sight {
  const { metric, tolerance } = plan.guardrails[index] as RolloutPlan["guardrails"][number];
  const spread = measured.baseline.guardrails[index]?.spread ?? null;
  const people = measured.exposures[index] ?? 0;
  if (spread === null || people === 0) return { metric, catches: null, blastRadius: null, found: null, ruledOut: null };
  const mean = { treatedShare: step.share, standardDeviation: spread, alpha: alphaOf(plan, index) };
  const minutesFor = (users: number): number => (users / people) * (secondsOf(measured.baseline) / MINUTE);
  const users = (effect: number, power: number): number | null => {
    const planned = effect > 0 ? planMeanDetection(mean, effect, power) : undefined;
    return planned === undefined ? null : planned.users;
  };
  const effect = Math.log(step.regression / tolerance);
  const [half, most] = [users(effect, 0.5), users(effect, 0.95)];
  const within = (2 * step.dwellMs) / 60_000;
  const sharp = CATCHABLE.find((ratio) => {
    const needed = users(Math.log(ratio / tolerance), 0.95);
    return needed !== null && minutesFor(needed) <= within;
  });
  return {
    metric,
    catches: sharp ?? null,
    blastRadius: most === null ? null : Math.round(most * step.share),
    found: half === null || most === null ? null : [minutesFor(half), minutesFor(most)],
    ruledOut: half === null ? null : minutesFor(half),
  };
}

const CATCHABLE = [1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.75, 2, 2.5, 3, 5, 10] as const;

function findBlindSteps(order: OutlookOrder, step: PlannedStep, outlook: StepOutlook, at: number): readonly PlanIssue[] {
  const { plan } = order;
  if (plan.mode === "watched") return [];
  const path = `/plan/steps/${at}`;
  const sights = sightsOf(order, step);
  if (sights.length === 0) {
    const message = `Nothing guards ${outlook.percent} %: no guardrail acts.`;
    return at === 0
      ? [
          {
            path: "/plan/guardrails",
            code: "unguarded",
            message,
            mend: "Add a guardrail, or use mode watched.",
            severity: "error",
          },
        ]
      : [];
  }
  if (!outlook.suffices) return [{ path, code: "cannot-notice", severity: "error", ...sayBlind(step, outlook) }];
  return sights.flatMap((sight): PlanIssue[] => {
    const longest = (2 * step.dwellMs) / 60_000;
    if (sight.ruledOut !== null && sight.ruledOut <= longest) return [];
    const message = `At ${outlook.percent} % it would take ${sight.ruledOut === null ? "too long" : sayMs(sight.ruledOut * 60_000)} to rule out that ${sight.metric} is ${step.regression} times as high.`;
    const mend =
      "The step waits for that: give it more time, a larger share or a larger regression, or let the guardrail only notify.";
    return [{ path, code: "slow-proof", message, mend, severity: "warning" }];
  });
}

function sayBlind(step: PlannedStep, { percent, catches, foundMinutes }: StepOutlook): Pick<PlanIssue, "message" | "mend"> {
  const best = catches === null ? "no regression at all" : `nothing below ${catches.toFixed(2)} times`;
  const message = `${percent} % for ${sayMs(step.dwellMs)} would notice ${best}; it is to notice ${step.regression} times.`;
  const longer = foundMinutes === null ? "" : `let it last ${sayMs((foundMinutes[1] / 2) * 60_000)}, `;
  const larger = catches === null ? "" : `, say that it is to notice ${Math.ceil(catches * 10) / 10} times`;
  return {
    message,
    mend: `Mend it: ${longer}give it a larger share${larger}, or use mode watched, in which a person approves each step.`,
  };
}

/** At the last step, beside now. */
function foreseeCost({ plan, present, measured }: OutlookOrder): PlanOutlook["cost"] {
  const { treated, others } = measured.costs;
  const last = plan.steps.at(-1)?.percent ?? 0;
  if (treated === null || others === null || measured.perSecond === 0) return null;
  const calls = measured.perSecond * DAY_SECONDS * ((last - present) / 100);
  const perDayMicroUsd = Math.round(calls * (treated - others));
  const sign = perDayMicroUsd < 0 ? "−" : "+";
  return { perDayMicroUsd, say: `about ${sign}${sayDollars(Math.abs(perDayMicroUsd))} a day at this week's traffic` };
}
