/** How often somebody may try: a fixed number of counters, so that no crowd of names fills the memory or pushes another out. */

import { createHmac } from "node:crypto";

export const MINUTE_MS = 60_000;
/** Counters of each limit. */
const COUNTERS = 65_536;

export interface AttemptLimit {
  /** Counts a try. Shape: 0 where it may be made, else the seconds until the next may. */
  take(name: string): number;
  /** Gives back what was taken: it was no guess. */
  forgive(name: string): void;
}

export interface AttemptOrder {
  /** In any minute, or in whatever time is named; half of them at once, the rest one by one. */
  readonly attempts: number;
  /** Milliseconds in which that many may be made, where it is no minute. */
  readonly windowMs?: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * Opens a limit for names of any kind: accounts, addresses.
 *
 * Shape:  a bucket of half the number that fills again within the time, so that any minute has at most the number. A name's counter
 *         is drawn by a secret of this process: two names may share one, and nobody can find out which.
 * Errors: none.
 * Source: ADR-0036; reliability A35.
 */
export function openAttemptLimit({ attempts, windowMs = MINUTE_MS, clock, random }: AttemptOrder): AttemptLimit {
  const most = Math.max(1, Math.floor(attempts / 2));
  const msPerAttempt = windowMs / most;
  const key = random(32);
  /** Until when a counter's tries are still remembered. */
  const busyUntil = new Float64Array(COUNTERS);
  const counterOf = (name: string): number => createHmac("sha256", key).update(name).digest().readUInt16BE(0);
  return {
    take(name) {
      const counter = counterOf(name);
      const now = clock();
      // A clock that was set back must not lock anybody out for as long.
      const until = Math.min(Math.max(busyUntil[counter] ?? 0, now), now + windowMs);
      if (until + msPerAttempt > now + windowMs) return Math.ceil((until + msPerAttempt - now - windowMs) / 1_000);
      busyUntil[counter] = until + msPerAttempt;
      return 0;
    },
    forgive(name) {
      const counter = counterOf(name);
      busyUntil[counter] = (busyUntil[counter] ?? 0) - msPerAttempt;
    },
  };
}
