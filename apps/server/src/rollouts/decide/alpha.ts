/** How a plan's false alarms are shared out among its guardrails: not over looks, and not over steps. */

import type { RolloutPlan } from "@dimmer/protocol";

/** What pauses: weaker evidence than what rolls back, as a person looks at it. */
export const PAUSE_ALPHA = 0.05;

/** Shape: each guardrail's part of `falseAlarms`, by its weight. Source: reference statistics 2.4. */
export function alphaOf({ guardrails, falseAlarms }: RolloutPlan, index: number): number {
  const all = guardrails.reduce((sum, { weight }) => sum + weight, 0);
  return (falseAlarms * (guardrails[index]?.weight ?? 0)) / all;
}
