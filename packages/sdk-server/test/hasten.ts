/** Real sockets, hastened waits: every delay of the engine passes a hundred times as fast. */

import type { Ports } from "@dimmer/sdk-core";

const FACTOR = 100;

/** Clock and timer of a process whose seconds last ten milliseconds. */
export const hastened: Pick<Ports, "clock" | "setTimer"> = {
  clock: { now: () => Date.now(), monotonicMs: () => performance.now() * FACTOR },
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs / FACTOR);
    return () => clearTimeout(timer);
  },
};
