/** How long a step has been seen to go well: counted in what was observed, so that neither a clock that jumps nor a time off hastens it. */

import { expectedPerMs } from "./baseline.ts";
import type { Facts } from "./facts.ts";
import type { Seen } from "./gather.ts";
import { bucketLength } from "./observations.ts";

export interface Dwell {
  readonly dweltMs: number;
  readonly countedUntil: number;
}

/** With fewer to be expected in a bucket, an empty one is nothing strange. */
const RARE = 3;
/** What one look may add where nothing was to be expected. */
const QUIET_MS = 30_000;

/**
 * Shape:  the lengths of the buckets in which something was seen since it was counted last. Where so little is to be expected that buckets
 *         are empty, what a look may add is bounded. Held time adds nothing.
 * Source: reliability I29, I31; ADR-0062.
 */
export function countDwell(facts: Facts, { recent }: Seen, isFine: boolean): Dwell {
  const { dweltMs, step, stepStartedAt, baseline } = facts;
  const since = facts.countedUntil;
  const until = Math.max(since, facts.observedUntil);
  if (!isFine) return { dweltMs, countedUntil: until };
  const withData = recent
    .filter((bucket) => bucket.step === step && bucket.bucketAt >= since && bucket.bucketAt < until)
    .reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  const lengthMs = bucketLength(until - stepStartedAt);
  const isQuiet = expectedPerMs(baseline, until) * lengthMs < RARE;
  const quiet = isQuiet ? Math.min(until - since, Math.max(QUIET_MS, lengthMs)) : 0;
  return { dweltMs: dweltMs + Math.max(withData, quiet), countedUntil: until };
}
