/** Makes a schedule: what it will do is authorised and validated now, and again when it runs. */

import type { Issue } from "@dimmer/evaluation";
import { type ModelQuery, type Operation, type ProblemCode, ProblemError, type ScheduleRequest } from "@dimmer/protocol";
import { holds, requireRightWithin } from "../access/authorise.ts";
import { drawId } from "../access/draw-id.ts";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { type Author, carryOut, type ChangeOrder, type ChangePorts } from "../flags/apply-change.ts";
import { auditOperations } from "../flags/audit-details.ts";
import { authoriseProject } from "../flags/authorise-change.ts";
import { requireDraftsSeen } from "../flags/check-expected.ts";
import { loadSnippets, pinSnippets } from "../flags/known-snippets.ts";
import { refusal } from "../flags/refusal.ts";
import { planUndo } from "../flags/undo.ts";
import { foundNowhere, planModelKill, reasonOfKill } from "../models/kill-model.ts";
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
    const order = await pinned(tx, await planOrder(tx, author, project, request, now));
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
      kills: request.kills === undefined ? null : withinReach(author, project, request.kills),
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
  author: Author,
  project: string,
  { operations = [], undoes, kills, expected = {}, ...about }: ScheduleRequest,
  now: number,
): Promise<ChangeOrder> {
  const reason = about.reason ?? null;
  requireOne(operations, undoes, kills);
  if (undoes !== undefined) return { ...(await planUndo(tx, { project, change: undoes, reason }, now)), expected };
  if (kills !== undefined) return { ...(await planKill(tx, author, project, kills, reason)), expected };
  requireDraftsSeen(operations, expected);
  return { project, operations, reason, source: "schedule", expected };
}

function requireOne(operations: readonly Operation[], undoes: string | undefined, kills: ModelQuery | undefined): void {
  const given = [operations.length > 0, undoes !== undefined, kills !== undefined];
  if (given.filter(Boolean).length === 1) return;
  const message = "A schedule has operations, or a change that it undoes, or a model that it takes off.";
  throw refusal("invalid-request", "", message, "Give one of `operations`, `undoes` and `kills`.");
}

/** Refused where nothing uses it now: whoever misspells a model would wait in vain. */
async function planKill(
  tx: StoreTransaction,
  author: Author,
  project: string,
  kills: ModelQuery,
  reason: string | null,
): Promise<ChangeOrder> {
  const { operations, models } = await planModelKill(tx, author, project, kills);
  if (operations.length === 0) throw foundNowhere(kills, models);
  return { project, operations, reason: reason ?? reasonOfKill(kills), source: "schedule" };
}

/** What somebody who may kill in one environment alone means by "everywhere" is written down, so that the schedule says what it reaches. */
function withinReach(author: Author, project: string, kills: ModelQuery): ModelQuery {
  if (kills.environment !== undefined || holds(author, "flag.kill", { project, environment: null })) return kills;
  const able = author.grants.filter((grant) => grant.rights.includes("flag.kill") && (grant.project ?? project) === project);
  const [only, another] = [...new Set(able.flatMap(({ environment }) => environment ?? []))];
  return only === undefined || another !== undefined ? kills : { ...kills, environment: only };
}

/** What stands against a change now and may have passed when it is due. */
const MAY_PASS: ReadonlySet<ProblemCode> = new Set(["conflict", "evals-needed"]);

/** What would become of it now. */
async function foresee(tx: StoreTransaction, ports: ChangePorts, author: Author, order: ChangeOrder): Promise<readonly Issue[]> {
  try {
    return (await carryOut(tx, ports, author, { ...order, dryRun: true })).issues;
  } catch (error) {
    if (!(error instanceof ProblemError) || !MAY_PASS.has(error.code)) throw error;
    const message = `As things stand now it would be refused: ${error.message}`;
    return [{ path: "", code: "refused-now", message, mend: "See that this has changed by then.", severity: "warning" }];
  }
}

/** What runs later has the snippets that were seen now. */
async function pinned(tx: StoreTransaction, order: ChangeOrder): Promise<ChangeOrder> {
  const { project, operations } = order;
  return { ...order, operations: pinSnippets(await loadSnippets(tx, project, operations, []), operations) };
}

async function refuseMany(tx: StoreTransaction, project: string): Promise<void> {
  if ((await tx.countPendingSchedules(project)) < SCHEDULE_LIMITS.pending) return;
  const message = `Project ${project} has ${SCHEDULE_LIMITS.pending} schedules that are still to run, and may not have more.`;
  throw new ProblemError("conflict", `${message} Cancel one first.`);
}

async function keep(tx: StoreTransaction, ports: ChangePorts, record: ScheduleRecord): Promise<void> {
  await tx.putSchedule(record);
  const { project, id, dueAt, reason, undoes, kills, expected, operations } = record;
  const details = { schedule: id, dueAt, reason, undoes, kills, expected, operations: auditOperations(operations) };
  const entry = { chain: projectChain(project), at: record.createdAt, action: "schedule.create", actor: record.actor, details };
  await appendAudit(tx, entry, ports);
}
