/** A plan while somebody makes it: what its sliders may be turned to. */

import type { RolloutPlan, RolloutStep } from "@dimmer/protocol";

/** What a slider stops at: few enough to reach with the arrow keys. */
export const SHARE_STOPS: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 100];
/** What turning something else may set the share to. */
export const FINE_SHARES: readonly number[] = [
  ...Array.from({ length: 20 }, (_, at) => (at + 1) * 0.05),
  ...Array.from({ length: 90 }, (_, at) => 1 + (at + 1) * 0.1),
  ...Array.from({ length: 90 }, (_, at) => 11 + at),
].map((percent) => Number(percent.toFixed(2)));
export const DWELL_STOPS: readonly number[] = [
  10, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_080, 1_440, 2_880, 4_320, 7_200, 10_080, 20_160, 43_200,
];
export const RATIO_STOPS: readonly number[] = [1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5, 1.75, 2, 2.5, 3, 4, 5, 7, 10];
export const PEOPLE_STOPS: readonly number[] = [
  10, 20, 50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000,
];

/** The stop that is nearest, in proportion. */
export function nearestStop(stops: readonly number[], value: number): number {
  let best = 0;
  const distance = (at: number): number => Math.abs(Math.log((stops[at] ?? 1) / value));
  for (const at of stops.keys()) if (distance(at) < distance(best)) best = at;
  return best;
}

/** Shape: a share stays between its neighbours, as each step is above the one before it. */
export function withStep(plan: RolloutPlan, at: number, edit: Partial<RolloutStep>): RolloutPlan {
  const [before, after] = [plan.steps[at - 1]?.percent ?? 0, plan.steps[at + 1]?.percent ?? Number.POSITIVE_INFINITY];
  const percent = edit.percent;
  const isBetween = percent === undefined || (percent > before && percent < after);
  const kept = isBetween ? edit : Object.fromEntries(Object.entries(edit).filter(([name]) => name !== "percent"));
  return { ...plan, steps: plan.steps.map((step, index) => (index === at ? { ...step, ...kept } : step)) };
}

/** A step more after this one, half way to the next; none where there is no room. */
export function withStepAfter(plan: RolloutPlan, at: number): RolloutPlan | undefined {
  const [step, next] = [plan.steps[at], plan.steps[at + 1]?.percent ?? 100];
  const between = SHARE_STOPS.filter((stop) => step !== undefined && stop > step.percent && stop < next);
  const percent =
    plan.steps[at + 1] === undefined && step !== undefined && step.percent < 100 ? 100 : between[Math.floor(between.length / 2)];
  if (step === undefined || percent === undefined) return undefined;
  const added: RolloutStep = { percent, dwellMinutes: step.dwellMinutes, approval: false };
  return { ...plan, steps: [...plan.steps.slice(0, at + 1), added, ...plan.steps.slice(at + 1)] };
}
