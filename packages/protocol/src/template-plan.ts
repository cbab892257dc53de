/** The plan that a rollout has unless somebody writes another: pages, commands and the API share it. */

import type { WrittenPlan } from "./rollouts.ts";

export interface TemplateOptions {
  /** Percent that the variant has already; steps that are no more are left out. */
  readonly from?: number;
  /** Whether its calls are measured: an app that tells of none has nothing to guard but what it tells itself. */
  readonly isWatched?: boolean;
}

const DWELL_MINUTES = [
  [1, 30],
  [10, 2 * 60],
  [50, 8 * 60],
  [100, 24 * 60],
] as const;

/**
 * Shape:  1, 10, 50 and 100 %, for half an hour, two, eight and a day; errors, slowness, thumbs down and cost are guarded, and 5 % are held
 *         back for three days after the last step.
 * Source: reference statistics 2.4; ADR-0062.
 */
export function templatePlan({ from = 0, isWatched = false }: TemplateOptions = {}): WrittenPlan {
  return {
    steps: DWELL_MINUTES.filter(([percent]) => percent > from).map(([percent, dwellMinutes]) => ({ percent, dwellMinutes })),
    guardrails: [
      { metric: "error_rate" },
      { metric: "slow_rate", tolerance: 1.1 },
      { metric: "thumbs_down_rate", tolerance: 1.1 },
      { metric: "cost", tolerance: 1.1 },
    ],
    holdback: { percent: 5, hours: 72 },
    ...(isWatched ? { mode: "watched" as const } : {}),
  };
}
