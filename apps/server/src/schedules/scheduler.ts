/** The runner of schedules: one timer to what is due next. */

import { openPasses } from "../open-passes.ts";
import { runSchedule, type RunPorts } from "./run-schedule.ts";

/** Looks again at least this often: a clock that is set, or a machine that slept, moves no timer. Also far below the 24.8 days at which timers overflow. */
const RECHECK_MS = 30_000;
/** After a store that could not be written. */
const RETRY_MS = 5_000;
/** Read at once. */
const PAGE = 50;

export interface SchedulerPorts extends RunPorts {
  /** Calls back once; gives what cancels it. */
  readonly setTimer: (ms: number, fire: () => void) => () => void;
}

export interface Scheduler {
  /** Runs what is due and sets the timer to what comes next; to be called at the start and when a schedule was made. */
  wake(): void;
  /** Resolves when what runs has ended. */
  close(): Promise<void>;
}

/**
 * Shape:  schedules run one after another in the order of their times, overdue ones at once. One pass or one timer, never both.
 * Errors: none; what the store refuses is told to `onFailure` and tried again.
 * Source: ADR-0019; reliability I31, F26.
 */
export function openScheduler(ports: SchedulerPorts): Scheduler {
  let isClosed = false;

  /** Gives the milliseconds until it should look again. */
  async function runDue(): Promise<number> {
    for (;;) {
      const pending = await ports.store.listPendingSchedules(PAGE);
      const now = ports.clock();
      const due = pending.filter(({ dueAt }) => dueAt <= now);
      for (const record of due) if (!isClosed) await runSchedule(ports, record);
      const next = pending.find(({ dueAt }) => dueAt > now);
      if (isClosed || due.length < PAGE) return next === undefined ? RECHECK_MS : Math.min(RECHECK_MS, next.dueAt - now);
    }
  }

  const passes = openPasses({ ...ports, runDue, retryMs: RETRY_MS, what: "schedules" });
  return {
    wake: () => passes.wake(),
    async close() {
      isClosed = true;
      await passes.close();
    },
  };
}
