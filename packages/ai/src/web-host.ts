/** The host of Node, workers and browsers alike, from web standards alone. */

import type { Host } from "./host.ts";

export const webHost: Host = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, TIMER_MAX_MS));
    return () => clearTimeout(timer);
  },
  warn(message) {
    const { process, console } = globalThis as unknown as Surroundings;
    if (process?.emitWarning === undefined) console?.warn(message);
    else process.emitWarning(message, "DimmerWarning");
  },
};

/** What a runtime can show warnings with; none has to have either. */
interface Surroundings {
  readonly process?: { emitWarning?(message: string, name: string): void };
  readonly console?: { warn(message: string): void };
}

/** A longer delay would overflow and run at once. */
const TIMER_MAX_MS = 2_147_483_647;
