/** A rollout as a stair: how high each step is, how far the current one has come, and where somebody stands. */

import type { RolloutState, StepView } from "@dimmer/protocol";

export interface StairStep {
  readonly percent: number;
  /** 0 to 1. */
  readonly height: number;
  /** How much of its dwell is over, 0 to 1. */
  readonly passed: number;
  readonly look: "done" | "current" | "ahead" | "undone" | "fallen";
}

/** Shape: 1 % is still to be seen beside 100 %: heights are by the square root. */
export const heightOf = (percent: number): number => Math.sqrt(Math.min(100, Math.max(0, percent)) / 100);

export interface StairOrder {
  readonly steps: readonly Pick<StepView, "percent" | "dwellMinutes" | "state" | "dwelt">[];
  readonly state: RolloutState;
}

const UNDONE: readonly RolloutState[] = ["rolled-back", "aborted"];

export function layStair({ steps, state }: StairOrder): readonly StairStep[] {
  const isUndone = UNDONE.includes(state);
  const reached = steps.filter((step) => step.state === "current" || step.state === "done").length - 1;
  return steps.map((step, at) => ({
    percent: step.percent,
    height: heightOf(step.percent),
    passed: step.state === "done" ? 1 : step.state === "current" ? passedOf(step) : 0,
    look: !isUndone
      ? step.state === "skipped"
        ? "ahead"
        : step.state
      : at === reached
        ? "fallen"
        : at < reached
          ? "undone"
          : "ahead",
  }));
}

const passedOf = ({ dwelt, dwellMinutes }: Pick<StepView, "dwelt" | "dwellMinutes">): number =>
  Math.min(1, Math.max(0, dwelt / (dwellMinutes * 60)));
