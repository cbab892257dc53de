/** Judges what waits: judge by judge, a few samples at a time; what nobody judged in time is gone. */

import { JUDGE_LIMITS } from "@dimmer/protocol";
import { openPasses } from "../open-passes.ts";
import type { JudgeRecord } from "../storage/judge-record.ts";
import { judgeSample, type JudgingPorts } from "./judge-sample.ts";
import { addUsage } from "./judge-usage.ts";

const HOUR_MS = 3_600_000;
/** Looks again at least this often. */
const RECHECK_MS = 30_000;
const RETRY_MS = 5_000;
/** Read at once. */
const PAGE = 40;

export interface JudgingPassPorts extends JudgingPorts {
  readonly setTimer: (ms: number, fire: () => void) => () => void;
}

export interface Judging {
  /** To be called at the start and when samples came. */
  wake(): void;
  /** Gives up the calls that are under way; what they were about is judged after the next start. */
  close(): Promise<void>;
}

/**
 * Errors: none; what the store refuses is told to `onFailure` and tried again.
 * Source: ADR-0059.
 */
export function openJudging(ports: JudgingPassPorts): Judging {
  const controller = new AbortController();
  const { signal } = controller;

  async function runDue(): Promise<number> {
    let waitMs = RECHECK_MS;
    for (const judge of await ports.store.listAllJudges()) {
      if (signal.aborted) return RECHECK_MS;
      await dropOld(ports, judge);
      if (judge.message === null) waitMs = Math.min(waitMs, await judgeDue(ports, judge, signal));
    }
    return waitMs;
  }

  const passes = openPasses({ ...ports, runDue, retryMs: RETRY_MS, what: "judges" });
  return {
    wake: () => passes.wake(),
    async close() {
      controller.abort();
      await passes.close();
    },
  };
}

async function dropOld({ store, clock }: JudgingPorts, { id }: JudgeRecord): Promise<void> {
  const now = clock();
  await store.transaction(async (tx) => {
    const dropped = await tx.dropJudgeSamples(id, now - JUDGE_LIMITS.keptHours * HOUR_MS);
    if (dropped > 0) await addUsage(tx, id, now, (usage) => ({ ...usage, dropped: usage.dropped + dropped }));
  });
}

/** A page of what is due; gives the milliseconds until there may be more. */
async function judgeDue(ports: JudgingPorts, judge: JudgeRecord, signal: AbortSignal): Promise<number> {
  const samples = await ports.store.listJudgeSamples(judge.id, PAGE);
  const now = ports.clock();
  const due = samples.filter(({ dueAt }) => dueAt <= now);
  for (let at = 0; at < due.length; at += JUDGE_LIMITS.atOnce) {
    const current = await ports.store.getJudge(judge.project, judge.environment, judge.id);
    if (signal.aborted || current === null || current.message !== null) return RECHECK_MS;
    await Promise.all(due.slice(at, at + JUDGE_LIMITS.atOnce).map((sample) => judgeSample(ports, current, sample, signal)));
  }
  if (due.length === PAGE) return 0;
  const next = samples.find(({ dueAt }) => dueAt > now);
  return next === undefined ? RECHECK_MS : Math.max(0, next.dueAt - now);
}
