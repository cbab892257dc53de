/** The time, which moves on by itself: what says "3 minutes ago" must not say so for an hour. */

import { useSyncExternalStore } from "react";

const TICK_MS = 20_000;

let now = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, TICK_MS);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Shape: epoch milliseconds, at most `TICK_MS` old. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** Shape: YYYY-MM-DD, UTC. */
export const useToday = (): string => new Date(useNow()).toISOString().slice(0, 10);
