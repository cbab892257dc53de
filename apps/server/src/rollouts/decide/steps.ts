/** The steps that a plan comes to: what is served in each, for how long, and what is left to do after the last. */

import type { RolloutPlan } from "@dimmer/protocol";

export interface PlannedStep {
  /** Of the split that its variants share, which is what is written. */
  readonly percent: number;
  /** Of who is in the split, in (0, 1]. */
  readonly share: number;
  readonly dwellMs: number;
  /** What must be ruled out before the next. */
  readonly regression: number;
  readonly needsApproval: boolean;
  /** Whether it is the plan's time of holding a part back, after its last step. */
  readonly isHoldback: boolean;
}

export interface Steps {
  /** Those in which there is somebody to compare with. */
  readonly steps: readonly PlannedStep[];
  /** What is written at the end; null where the last step stays. */
  readonly final: number | null;
  /** Whether a person must say yes before the end. */
  readonly finalNeedsApproval: boolean;
}

const MINUTE_MS = 60_000;

/**
 * Shape:  percentages of the plan are of `shared`, the percent that the split's variants have together. A last step of 100 % leaves nobody to
 *         compare with: with a holdback it is less by that for its own dwell and the holdback's hours; without one it ends the rollout.
 */
export function stepsOf({ steps, holdback, mode }: RolloutPlan, shared: number): Steps {
  const needsApproval = (approval: boolean): boolean => approval || mode === "watched";
  const planned = steps.map(({ percent, dwellMinutes, approval, regression }): PlannedStep => {
    const most = percent >= 100 && holdback !== null ? 100 - holdback.percent : percent;
    return {
      percent: roundPercent((most / 100) * shared),
      share: most / 100,
      dwellMs: dwellMinutes * MINUTE_MS,
      regression: regression ?? usualRegression(most),
      needsApproval: needsApproval(approval),
      isHoldback: false,
    };
  });
  const last = planned.at(-1) as PlannedStep;
  if (steps.at(-1)?.percent !== 100) return { steps: planned, final: null, finalNeedsApproval: false };
  if (holdback === null) return { steps: planned.slice(0, -1), final: shared, finalNeedsApproval: last.needsApproval };
  const held = { ...last, dwellMs: holdback.hours * 60 * MINUTE_MS, needsApproval: false, isHoldback: true };
  return { steps: [...planned, held], final: shared, finalNeedsApproval: false };
}

/** Which regression a step of this percentage must rule out: a small share is to find the large ones. */
export function usualRegression(percent: number): number {
  if (percent < 10) return 2;
  return percent < 50 ? 1.5 : 1.25;
}

const roundPercent = (percent: number): number => Math.round(percent * 1_000) / 1_000;
