/** Keeps a change that takes review as a change request, instead of making it. */

import { type Actor, ProblemError } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { ChangePorts, ForeseenChange, PlannedChange } from "../flags/apply-change.ts";
import { auditOperations } from "../flags/audit-details.ts";
import { isSameJson } from "../flags/same-json.ts";
import type { ChangeRequestRecord } from "../storage/change-request-record.ts";
import type { StoreTransaction } from "../storage/store.ts";

/** Every bound of change requests. */
export const CHANGE_REQUEST_LIMITS = {
  /** Pending ones of a project. */
  pending: 200,
  /** Comments of one. */
  comments: 200,
  /** Rejected ones among which one looks for what a program proposes again. */
  rejected: 200,
} as const;

/**
 * Shape:  gives the id. What the same actor has proposed already and still waits is not proposed twice: a pipeline may run again.
 * Errors: `ProblemError`: conflict beyond the bound; review-needed where a program proposes again what was rejected.
 * Source: ADR-0038.
 */
export async function proposeChange(
  tx: StoreTransaction,
  ports: Omit<ChangePorts, "store">,
  actor: Actor,
  order: PlannedChange,
  { operations, summary, effects, at }: ForeseenChange,
): Promise<string> {
  const { project, reason, source, file = null, undoes = null } = order;
  const isSame = (one: ChangeRequestRecord): boolean => isSameActor(one.editor, actor) && isSameJson(one.operations, operations);
  const { pending, rejected } = CHANGE_REQUEST_LIMITS;
  const waiting = await tx.listChangeRequests(project, { limit: pending, state: "pending" });
  const present = waiting.find(isSame);
  if (present !== undefined) return present.id;
  if (waiting.length >= pending)
    throw new ProblemError("conflict", `Project ${project} has ${pending} change requests that wait. Settle some first.`);
  if (actor.kind === "system") {
    const before = (await tx.listChangeRequests(project, { limit: rejected, state: "rejected" })).find(isSame);
    if (before !== undefined) throw new ProblemError("review-needed", `This was rejected as ${before.id}.`);
  }
  const record: ChangeRequestRecord = {
    project,
    id: drawId("request", ports.random),
    sequence: (await tx.lastChangeRequestSequence(project)) + 1,
    state: "pending",
    actor,
    editor: actor,
    reason,
    source,
    file,
    undoes,
    operations,
    summary,
    effects,
    approvals: [],
    comments: [],
    createdAt: at,
    updatedAt: at,
    settledAt: null,
    change: null,
  };
  await tx.putChangeRequest(record);
  const details = { request: record.id, reason, source, file, undoes, summary, operations: auditOperations(operations) };
  await appendAudit(tx, { chain: projectChain(project), at, action: "change-request.create", actor, details }, ports);
  return record.id;
}

export const isSameActor = (one: Actor, other: Actor): boolean => one.kind === other.kind && one.id === other.id;
