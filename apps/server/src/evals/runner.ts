/** Makes the runs that wait, a few at once; one that a stopped server left is ended as interrupted. */

import { setTimeout as sleep } from "node:timers/promises";
import { EVAL_RUN_LIMITS } from "@dimmer/protocol";
import { openPasses, type Passes } from "../open-passes.ts";
import type { EvalRunRecord } from "../storage/eval-suite-record.ts";
import { endRun, makeRun, type MakeRunPorts } from "./make-run.ts";

/** Looks again at least this often: a run that was put in line while nobody heard. */
const RECHECK_MS = 30_000;
const RETRY_MS = 5_000;
/** More than may go on at once, so that none is left over. */
const LEFT = 100;

export interface RunnerPorts extends Omit<MakeRunPorts, "wait"> {
  readonly setTimer: (ms: number, fire: () => void) => () => void;
}

export interface EvalRunner {
  /** To be called at the start, which also ends what a stopped server left, and when a run was put in line. */
  wake(): void;
  /** Items that are done of a run that goes on here. */
  doneOf(id: string): number | undefined;
  /** Gives up what goes on of a run that was cancelled. */
  stop(id: string): void;
  /** Gives up what goes on, and ends it as interrupted; what waits is made after the next start. */
  close(): Promise<void>;
}

interface Going {
  readonly controller: AbortController;
  done: number;
}

/**
 * Shape:  as many lanes as runs may go on at once, each a pass that takes the next of the line.
 * Errors: none; what the store refuses is told to `onFailure` and tried again.
 * Source: ADR-0058.
 */
export function openEvalRunner(ports: RunnerPorts): EvalRunner {
  const going = new Map<string, Going>();
  const making: MakeRunPorts = { ...ports, wait: (ms, signal) => sleep(ms, undefined, { signal }) };
  let isClosed = false;
  let settled: Promise<void> | undefined;

  async function runNext(record: EvalRunRecord): Promise<void> {
    const one: Going = { controller: new AbortController(), done: 0 };
    going.set(record.id, one);
    try {
      await makeRun(making, record, { signal: one.controller.signal, progress: (done) => (one.done = done) });
      // A cancelled one has ended already, and is left as it is.
      if (isClosed) await endRun(ports, { ...record, done: one.done }, "interrupted", INTERRUPTED);
    } finally {
      going.delete(record.id);
    }
  }

  async function runDue(): Promise<number> {
    try {
      await (settled ??= endLeft(ports, (id) => going.has(id)));
      return await runWaiting();
    } catch (error) {
      // Whatever could not be ended is looked for again.
      settled = undefined;
      throw error;
    }
  }

  async function runWaiting(): Promise<number> {
    for (;;) {
      const waiting = await ports.store.listEvalRunsIn("queued", EVAL_RUN_LIMITS.running);
      const next = waiting.find(({ id }) => !going.has(id));
      if (isClosed || next === undefined) return RECHECK_MS;
      await runNext(next);
    }
  }

  const lanes: readonly Passes[] = Array.from({ length: EVAL_RUN_LIMITS.running }, () =>
    openPasses({ ...ports, runDue, retryMs: RETRY_MS, what: "eval runs" }),
  );
  const wake = (): void => {
    for (const lane of lanes) lane.wake();
  };
  return {
    wake,
    doneOf: (id) => going.get(id)?.done,
    stop: (id) => going.get(id)?.controller.abort(),
    async close() {
      isClosed = true;
      for (const { controller } of going.values()) controller.abort();
      for (const lane of lanes) await lane.close();
    },
  };
}

const INTERRUPTED = "The server stopped in the middle of it. Run it again.";

/** Whatever is said to go on and does not go on here goes on nowhere. */
async function endLeft(ports: RunnerPorts, isGoing: (id: string) => boolean): Promise<void> {
  const left = await ports.store.listEvalRunsIn("running", LEFT);
  for (const record of left) if (!isGoing(record.id)) await endRun(ports, record, "interrupted", INTERRUPTED);
}
