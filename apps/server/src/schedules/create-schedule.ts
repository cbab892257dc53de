/** Makes a schedule: what it will do is authorised and validated now, and again when it runs. */

import type { Issue } from "@dimmer/evaluation";
import { ProblemError, type ScheduleRequest } from "@dimmer/protocol";
import { requireRightWithin } from "../access/authorise.ts";
import { drawId } from "../access/draw-id.ts";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { type Author, carryOut, type ChangeOrder, type ChangePorts } from "../flags/apply-change.ts";
import { auditOperations } from "../flags/audit-details.ts";
import { authoriseProject } from "../flags/authorise-change.ts";
import { requireDraftsSeen } from "../flags/check-expected.ts";
import { refusal } from "../flags/refusal.ts";
import { planUndo } from "../flags/undo.ts";
import type { ScheduleRecord } from "../storage/schedule-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { resolveTime } from "./resolve-time.ts";
import { requireAhead, SCHEDULE_LIMITS } from "./schedule.ts";

export interface CreatedSchedule {
  readonly record: ScheduleRecord;
  /** Warnings. */
  readonly issues: readonly Issue[];
}

/**
 * Keeps a change for a time to come.
 *
 * Shape:  whoever may plan may plan what they may do: it takes the right to schedule and those of the change. One transaction: the
 *         schedule and its audit row; a dry run keeps neither. What only the present state stands against (a
 *         restore of what is not killed yet) is a warning, as it may have passed by then.
 * Errors: `ProblemError`: invalid-request for a time that cannot be, conflict beyond the bound, and those of `applyChange`.
 * Source: ADR-0019; reliability A27.
 */
export async function createSchedule(
  ports: ChangePorts,
  author: Author,
  project: string,
  request: ScheduleRequest,
): Promise<CreatedSchedule> {
  authoriseProject(author, project);
  const now = ports.clock();
  const due = resolveTime(request.at, request.timeZone);
  requireAhead(due.at, now);
  return await ports.store.transaction(async (tx) => {
    requireRightWithin(await currentAuthor(tx, author, now), "schedule.edit", { project, environment: null });
    const order = await planOrder(tx, project, request, now);
    const issues = [...due.issues, ...(await foresee(tx, ports, author, order))];
    await refuseMany(tx, project);
    const record: ScheduleRecord = {
      project,
      id: drawId("schedule", ports.random),
      sequence: (await tx.lastScheduleSequence(project)) + 1,
      state: "pending",
      dueAt: due.at,
      actor: author.actor,
      reason: order.reason,
      operations: order.operations,
      expected: order.expected ?? {},
      undoes: order.undoes ?? null,
      createdAt: now,
      settledAt: null,
      change: null,
      problem: null,
    };
    if (request.dryRun !== true) await keep(tx, ports, record);
    return { record, issues };
  });
}

async function planOrder(
  tx: StoreTransaction,
  project: string,
  { operations, undoes, expected = {}, ...about }: ScheduleRequest,
  now: number,
): Promise<ChangeOrder> {
  const reason = about.reason ?? null;
  if ((operations === undefined) === (undoes === undefined))
    throw refusal("invalid-request", "", "A schedule has operations, or a change that it undoes.", "Give one of the two.");
  if (undoes !== undefined) return { ...(await planUndo(tx, { project, change: undoes, reason }, now)), expected };
  requireDraftsSeen(operations ?? [], expected);
  return { project, operations: operations ?? [], reason, source: "schedule", expected };
}

/** What would become of it now. */
async function foresee(tx: StoreTransaction, ports: ChangePorts, author: Author, order: ChangeOrder): Promise<readonly Issue[]> {
  try {
    return (await carryOut(tx, ports, author, { ...order, dryRun: true })).issues;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "conflict") throw error;
    const message = `As things stand now it would be refused: ${error.message}`;
    return [{ path: "", code: "refused-now", message, mend: "See that this has changed by then.", severity: "warning" }];
  }
}

async function refuseMany(tx: StoreTransaction, project: string): Promise<void> {
  if ((await tx.countPendingSchedules(project)) < SCHEDULE_LIMITS.pending) return;
  const message = `Project ${project} has ${SCHEDULE_LIMITS.pending} schedules that are still to run, and may not have more.`;
  throw new ProblemError("conflict", `${message} Cancel one first.`);
}

async function keep(tx: StoreTransaction, ports: ChangePorts, record: ScheduleRecord): Promise<void> {
  await tx.putSchedule(record);
  const { project, id, dueAt, reason, undoes, expected, operations } = record;
  const details = { schedule: id, dueAt, reason, undoes, expected, operations: auditOperations(operations) };
  const entry = { chain: projectChain(project), at: record.createdAt, action: "schedule.create", actor: record.actor, details };
  await appendAudit(tx, entry, ports);
}
