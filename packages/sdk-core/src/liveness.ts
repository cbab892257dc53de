/** Whether the source is live, how long it has been away, and when that begins to matter. */

import type { SourcePorts } from "./sources/source.ts";

/**
 * Shape:  `lost` starts the grace once, `live` ends it; `staleForMs` is 0 while live and counts from the last `live` otherwise, or
 *         from before the start, where what is held was `confirmedBefore`.
 */
export interface Liveness {
  live(): void;
  lost(): void;
  confirmedBefore(ageMs: number): void;
  staleForMs(): number;
  /** From then on nothing is live. */
  close(): void;
}

export function openLiveness(graceMs: number, ports: Pick<SourcePorts, "clock" | "schedule">, onStale: () => void): Liveness {
  let isLive = false;
  let confirmedAtMs = ports.clock.monotonicMs();
  let cancelGrace: (() => void) | undefined;
  const endGrace = (): void => {
    cancelGrace?.();
    cancelGrace = undefined;
  };
  return {
    live() {
      isLive = true;
      confirmedAtMs = ports.clock.monotonicMs();
      endGrace();
    },
    lost() {
      isLive = false;
      cancelGrace ??= ports.schedule.after(graceMs, onStale);
    },
    confirmedBefore(ageMs) {
      confirmedAtMs = ports.clock.monotonicMs() - ageMs;
    },
    staleForMs: () => (isLive ? 0 : ports.clock.monotonicMs() - confirmedAtMs),
    close() {
      isLive = false;
      endGrace();
    },
  };
}
