/** Several deadlines over one timer, so that an SDK never has more than one timer pending. */

import { ENGINE_LIMITS } from "./limits.ts";
import type { Ports } from "./ports.ts";

/**
 * Shape:  `after` runs once and returns its cancel; after Infinity it never runs, and nothing waits for it. `close` cancels all and
 *         refuses what comes later.
 * Errors: none of its own; what a deadline throws reaches the host's timer.
 */
export interface Schedule {
  after(delayMs: number, run: () => void): () => void;
  close(): void;
}

interface Deadline {
  readonly atMs: number;
  readonly run: () => void;
}

export function openSchedule(ports: Pick<Ports, "clock" | "setTimer">): Schedule {
  const deadlines = new Set<Deadline>();
  let armed: { readonly atMs: number; readonly cancel: () => void } | undefined;
  let isClosed = false;

  const disarm = (): void => {
    armed?.cancel();
    armed = undefined;
  };

  const arm = (): void => {
    const first = earliest(deadlines);
    if (first === undefined) return disarm();
    if (armed !== undefined && armed.atMs <= first.atMs) return;
    disarm();
    // What is further away than a timer reaches is armed again when that timer fires.
    const delayMs = Math.min(Math.max(0, first.atMs - ports.clock.monotonicMs()), ENGINE_LIMITS.timerMs);
    armed = { atMs: first.atMs, cancel: ports.setTimer(delayMs, fire) };
  };

  const fire = (): void => {
    armed = undefined;
    const now = ports.clock.monotonicMs();
    const due = [...deadlines].filter((deadline) => deadline.atMs <= now);
    for (const deadline of due) deadlines.delete(deadline);
    // Armed again before anything runs: a deadline that throws must not stop the others.
    arm();
    for (const deadline of due) deadline.run();
  };

  return {
    after(delayMs, run) {
      if (isClosed || delayMs === Number.POSITIVE_INFINITY) return () => {};
      const deadline: Deadline = { atMs: ports.clock.monotonicMs() + delayMs, run };
      deadlines.add(deadline);
      arm();
      return () => {
        if (deadlines.delete(deadline)) arm();
      };
    },
    close() {
      isClosed = true;
      deadlines.clear();
      disarm();
    },
  };
}

function earliest(deadlines: Iterable<Deadline>): Deadline | undefined {
  let first: Deadline | undefined;
  for (const deadline of deadlines) if (first === undefined || deadline.atMs < first.atMs) first = deadline;
  return first;
}
