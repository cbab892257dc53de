/** Runs a schedule that is due: once, in the right of whoever made it. */

import { type Actor, type ChangeResult, ProblemError } from "@dimmer/protocol";
import type { JsonValue } from "@dimmer/evaluation";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { announce, type Author, carryOut, type ChangeOrder, type ChangePorts } from "../flags/apply-change.ts";
import { planUndo } from "../flags/undo.ts";
import { planModelKill } from "../models/kill-model.ts";
import type { ScheduleRecord } from "../storage/schedule-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { isLate } from "./schedule.ts";

export interface RunPorts extends ChangePorts {
  /** Told of what is no refusal but a mistake of ours. */
  readonly onFailure: (error: unknown, what: string) => void;
}

const SCHEDULER: Actor = { kind: "system", id: "scheduler", name: "Scheduler" };

type Place = Pick<ScheduleRecord, "project" | "id">;

/**
 * Makes the change, or notes why it was refused.
 *
 * Shape:  claim, change, audit rows and the schedule's end are one transaction, so that a process that dies at any point has either
 *         made the change and settled the schedule, or neither. One that is pending no more is left alone.
 * Errors: only what may pass by itself, `ProblemError("store-unavailable")`: the schedule is then still to run.
 * Source: ADR-0019; reliability I31.
 */
export async function runSchedule(ports: RunPorts, place: Place): Promise<void> {
  try {
    const result = await ports.store.transaction((tx) => makeChange(tx, ports, place));
    if (result !== null) announce(ports, place.project, result);
  } catch (error) {
    if (error instanceof ProblemError && error.code === "store-unavailable") throw error;
    if (!(error instanceof ProblemError)) ports.onFailure(error, `schedule ${place.id}`);
    await ports.store.transaction((tx) => noteFailure(tx, ports, place, problemOf(error)));
  }
}

async function makeChange(tx: StoreTransaction, ports: RunPorts, { project, id }: Place): Promise<ChangeResult | null> {
  const record = await claim(tx, { project, id });
  if (record === null) return null;
  // In the right of whoever made it, as that is now.
  const author = await currentAuthor(tx, { actor: record.actor, grants: [] }, ports.clock());
  const order = await orderOf(tx, author, record, ports.clock());
  // A model that nothing uses any more is off already.
  const isOff = record.kills !== null && order.operations.length === 0;
  const result = isOff ? null : await carryOut(tx, ports, author, order);
  if (result !== null && result.request !== null) {
    const problem: Refusal = { code: "review-needed", detail: `It waits for review as ${result.request}.` };
    await settle(tx, ports, { ...record, state: "failed", problem }, { problem, request: result.request });
    return null;
  }
  const made = result?.change;
  await settle(tx, ports, { ...record, state: "done", change: made?.id ?? null }, { sequence: made?.sequence ?? null });
  return result;
}

/** The conditional write that only one can win, first of all, so that another server would wait for it and then find nothing. */
async function claim(tx: StoreTransaction, { project, id }: Place): Promise<ScheduleRecord | null> {
  return (await tx.claimSchedule(project, id)) ? await tx.getSchedule(project, id) : null;
}

async function orderOf(tx: StoreTransaction, author: Author, record: ScheduleRecord, at: number): Promise<ChangeOrder> {
  const { project, reason, expected, undoes, kills } = record;
  const source = "schedule";
  if (undoes !== null) return { ...(await planUndo(tx, { project, change: undoes, reason, source }, at)), expected };
  const { operations } = kills === null ? record : await planModelKill(tx, author, project, kills);
  return { project, operations, reason, source, expected };
}

type Refusal = NonNullable<ScheduleRecord["problem"]>;

const problemOf = (error: unknown): Refusal =>
  error instanceof ProblemError
    ? { code: error.code, detail: error.message }
    : { code: "internal", detail: "It failed for a reason that is not yours. The log of the server says more." };

async function noteFailure(tx: StoreTransaction, ports: RunPorts, place: Place, problem: Refusal): Promise<void> {
  const record = await claim(tx, place);
  if (record !== null) await settle(tx, ports, { ...record, state: "failed", problem }, { problem });
}

/** The change has its own row, in the name of who made the schedule; this one says what became of the schedule. */
async function settle(
  tx: StoreTransaction,
  ports: RunPorts,
  record: ScheduleRecord,
  more: Readonly<Record<string, JsonValue>>,
): Promise<void> {
  const settled = { ...record, settledAt: ports.clock() };
  await tx.putSchedule(settled);
  const details = { schedule: record.id, dueAt: record.dueAt, isLate: isLate(settled), ...more };
  const action = record.state === "done" ? "schedule.run" : "schedule.fail";
  await appendAudit(tx, { chain: projectChain(record.project), at: settled.settledAt, action, actor: SCHEDULER, details }, ports);
}
