/** A place that outlives the process, so that a start without a server begins with the last flags; and when it is written. */

import { ENGINE_LIMITS } from "./limits.ts";
import type { SourcePorts } from "./sources/source.ts";

/** Shape: `confirmedAt` is when the source last said that this is current, in epoch milliseconds; the snapshot is checked by who holds it. */
export interface CacheEntry {
  readonly snapshot: unknown;
  readonly confirmedAt: number;
}

/** Shape: `refused` is an entry that is there and may not be used; `why` is a sentence for people. */
export type CacheLoad =
  | { readonly outcome: "found"; readonly entry: CacheEntry }
  | { readonly outcome: "empty" }
  | { readonly outcome: "refused"; readonly why: string };

/**
 * The port to wherever a host keeps one snapshot.
 *
 * Shape:  `save` may go on after it returns, unless `isLast`: then the process may end right behind it.
 * Errors: neither may throw; a save that fails is for the host to log, and is tried again with the next change.
 * Source: ADR-0024.
 */
export interface SnapshotCache {
  load(): CacheLoad;
  save(entry: CacheEntry, isLast: boolean): void;
}

/** Shape: many changes are one save. */
export interface CacheKeeper {
  /** Something new is held. */
  changed(): void;
  /** Saves what is held now, before it returns. */
  saveLast(): void;
}

/** Opens the keeper of a cache; `current` gives what is worth keeping, undefined while nothing is. */
export function openCacheKeeper(
  cache: SnapshotCache,
  current: () => CacheEntry | undefined,
  { clock, schedule }: Pick<SourcePorts, "clock" | "schedule">,
): CacheKeeper {
  let cancel: (() => void) | undefined;
  let nextAtMs = Number.NEGATIVE_INFINITY;

  const save = (isLast: boolean): void => {
    cancel?.();
    cancel = undefined;
    const entry = current();
    if (entry === undefined) return;
    nextAtMs = clock.monotonicMs() + ENGINE_LIMITS.cacheEveryMs;
    cache.save(entry, isLast);
  };

  return {
    changed() {
      const waitMs = Math.max(ENGINE_LIMITS.cacheAfterMs, nextAtMs - clock.monotonicMs());
      cancel ??= schedule.after(waitMs, () => save(false));
    },
    saveLast: () => save(true),
  };
}
