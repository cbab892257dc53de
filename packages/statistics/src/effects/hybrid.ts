/** Two reads of one experiment: a sequential one at any time, and a fixed one at its planned end. */

import type { Interval } from "./shares.ts";

/** What each read may spend of the experiment's error. Source: reference statistics 3.6. */
export interface HybridAlpha {
  readonly sequential: number;
  readonly fixed: number;
}

export const HYBRID_ALPHA: HybridAlpha = { sequential: 0.01, fixed: 0.04 };

export interface Read extends Interval {
  readonly p: number;
}

/**
 * Both reads as one, whose error is that of both together.
 *
 * Shape:  intervals and p as each read gives them at its own α; `fixed` is the one read at the planned n, kept from then on, and not there
 *         before. The interval is what both leave. Where they leave nothing in common, one of them is wrong, and the sequential one stays.
 * Errors: none.
 * Source: union bound; p is the smaller of α·p/αᵢ (weighted Bonferroni).
 */
export function readHybrid(sequential: Read, fixed: Read | undefined, alpha: HybridAlpha): Read {
  const together = alpha.sequential + alpha.fixed;
  const adjusted = (p: number, own: number) => Math.min(1, (p * together) / own);
  const p = adjusted(sequential.p, alpha.sequential);
  if (fixed === undefined) return { low: sequential.low, high: sequential.high, p };
  const [low, high] = [Math.max(sequential.low, fixed.low), Math.min(sequential.high, fixed.high)];
  const common = low <= high ? { low, high } : { low: sequential.low, high: sequential.high };
  return { ...common, p: Math.min(p, adjusted(fixed.p, alpha.fixed)) };
}
