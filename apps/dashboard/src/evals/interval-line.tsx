/** Where a difference may lie: a band around it on a line with 0 and the margin. */

import type { EvalScorerComparison } from "@dimmer/protocol";
import { layInterval, VERDICT_STATUS } from "./say-eval.ts";

export interface IntervalLineProps {
  readonly scorer: EvalScorerComparison;
  /** All that are shown, on one scale. */
  readonly all: readonly EvalScorerComparison[];
  readonly margin: number;
}

const BANDS = { healthy: "bg-healthy", danger: "bg-danger", warning: "bg-light", unknown: "bg-line-strong" } as const;

/** Shape: decoration; the words beside it say the same. */
export function IntervalLine({ scorer, all, margin }: IntervalLineProps) {
  const places = layInterval(scorer, all, margin);
  if (places === undefined) return null;
  const { low, high, middle, zero, margin: allowed } = places;
  return (
    <div aria-hidden className="relative h-8 w-full basis-full md:w-80 md:basis-80">
      <span className="absolute inset-x-0 top-1/2 border-t border-line" />
      <span className="absolute inset-y-1 border-l border-line-strong" style={{ left: `${zero}%` }} />
      <span className="absolute inset-y-1 border-l border-dashed border-line-strong" style={{ left: `${allowed}%` }} />
      <span
        className={`absolute top-1/2 h-2 -translate-y-1/2 rounded-full opacity-40 ${BANDS[VERDICT_STATUS[scorer.verdict]]}`}
        style={{ left: `${low}%`, width: `${Math.max(high - low, 0.5)}%` }}
      />
      <span
        className="absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 rounded-full bg-ink"
        style={{ left: `${middle}%` }}
      />
    </div>
  );
}
