/** Change requests as the API shows them, held against what is there now. */

import type { Issue } from "@dimmer/evaluation";
import { type ChangeRequestDetails, type ChangeRequestView, type Operation, ProblemError } from "@dimmer/protocol";
import { holds, type Sight } from "../access/authorise.ts";
import { narrowEdit } from "../access/narrow.ts";
import { currentAuthor } from "../access/principal.ts";
import { type Author, type ForeseenChange, foreseeChange, type PlannedChange, type Reviewed } from "../flags/apply-change.ts";
import { matters } from "../flags/find-conflicts.ts";
import { loadState } from "../flags/load-state.ts";
import type { ProjectState } from "../flags/project-state.ts";
import { isSameJson } from "../flags/same-json.ts";
import { valueAt } from "../flags/value-at.ts";
import { viewResource } from "../flags/view-resource.ts";
import { fileAuthor } from "../follow/file-author.ts";
import type { ChangeRequestRecord } from "../storage/change-request-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { type Review, reviewOf } from "./review-policy.ts";

/** A change request as things stand: what review it takes and has, and what it would do. */
export interface StandingRequest {
  readonly record: ChangeRequestRecord;
  readonly review: Review;
  readonly given: Reviewed["approvals"];
  /** Places that somebody changed since, and why it cannot be applied; errors. */
  readonly conflicts: readonly Issue[];
  /** Null where it cannot be applied. */
  readonly foreseen: ForeseenChange | null;
}

/**
 * Holds a change request against the present: its operations are made anew on what is there, in the right of whoever edited it last.
 *
 * Shape:  an approval counts as long as whoever gave it may still review in every environment that asks for it.
 * Errors: none of the change's own; each is a conflict.
 */
export async function standingOf(tx: StoreTransaction, record: ChangeRequestRecord, at: number): Promise<StandingRequest> {
  const resources = record.effects.map(({ resource }) => resource);
  const state = await loadState(tx, { project: record.project, operations: record.operations, resources, at });
  const review = reviewOf(state, record.operations);
  const given: Reviewed["approvals"][number][] = [];
  for (const { actor } of record.approvals) if (await mayReview(tx, { actor, grants: [] }, record, review, at)) given.push(actor);
  const standing = { record, review, given };
  if (record.state !== "pending") return { ...standing, conflicts: [], foreseen: null };
  const moved = findMoved(state, record);
  try {
    const foreseen = await foreseeChange(tx, await currentAuthor(tx, editorOf(record), at), orderOf(record), at);
    return { ...standing, conflicts: [...(await findUndone(tx, record)), ...moved], foreseen };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status >= 500) throw error;
    const issue = {
      path: "",
      code: error.code,
      message: error.message,
      mend: "Edit the request, or withdraw it.",
      severity: "error",
    } as const;
    return { ...standing, conflicts: [issue, ...moved], foreseen: null };
  }
}

export function orderOf({ project, operations, reason, source, file, undoes }: ChangeRequestRecord): PlannedChange {
  return {
    project,
    operations,
    reason,
    source,
    ...(file === null ? {} : { file }),
    ...(undoes === null ? {} : { undoes }),
  };
}

/** What acts by itself has the grants that it was given; everybody else has what they have now. */
export function editorOf({ project, editor, file }: ChangeRequestRecord): Author {
  return editor.kind === "system" && file !== null ? fileAuthor(project, file) : { actor: editor, grants: [] };
}

/** Errors: none: who is gone may nothing. */
export async function mayReview(
  store: StoreReader,
  reviewer: Author,
  { project }: ChangeRequestRecord,
  { environments }: Review,
  at: number,
): Promise<boolean> {
  try {
    const author = await currentAuthor(store, reviewer, at);
    return environments.every((environment) => holds(author, "review", { project, environment }));
  } catch (error) {
    if (error instanceof ProblemError && error.code === "forbidden") return false;
    throw error;
  }
}

export const isReady = ({ record, review, given, conflicts, foreseen }: StandingRequest): boolean =>
  record.state === "pending" && foreseen !== null && conflicts.length === 0 && given.length >= review.needed;

/** Null where nothing of it is in sight. */
export function viewRequest(sight: Sight, record: ChangeRequestRecord): ChangeRequestView | null {
  const narrowed = narrowEdit<Pick<ChangeRequestRecord, "effects" | "summary"> & { operations: readonly Operation[] }>(
    sight,
    record,
  );
  if (narrowed === null) return null;
  const { project: _project, file: _file, approvals, comments, createdAt, updatedAt, settledAt, ...rest } = record;
  const { operations, summary, effects } = narrowed;
  return {
    ...rest,
    operations,
    summary,
    effects,
    approvals: approvals.map((approval) => ({ ...approval, at: timeOf(approval.at) })),
    comments: comments.map((comment) => ({ ...comment, at: timeOf(comment.at) })),
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
    settledAt: settledAt === null ? null : timeOf(settledAt),
  };
}

export function viewDetails(sight: Sight, standing: StandingRequest): ChangeRequestDetails | null {
  const { record, review, given, conflicts, foreseen } = standing;
  const view = viewRequest(sight, record);
  if (view === null) return null;
  const isSeen = (environment: string): boolean => sight === null || sight.has(environment);
  // What validation finds names what it finds, in sight or not.
  const issues = sight === null ? [...conflicts, ...(foreseen?.issues ?? [])] : conflicts;
  return {
    ...view,
    environments: review.environments.filter(isSeen),
    needed: review.needed,
    given: given.length,
    moves: (foreseen?.moves ?? []).filter(({ environment }) => isSeen(environment)),
    issues,
    isReady: isReady(standing),
  };
}

const timeOf = (at: number): string => new Date(at).toISOString();

/** Places that are neither as they were when it was proposed nor as it would leave them. */
function findMoved(state: ProjectState, record: ChangeRequestRecord): readonly Issue[] {
  const moved = record.effects.filter((effect) => {
    const present = valueAt(viewResource(state, effect.resource), effect.path);
    return matters(effect, record) && !isSameJson(present, effect.before) && !isSameJson(present, effect.after);
  });
  return moved.map(({ resource, path }) => ({
    path: "",
    code: "changed-since",
    message: `${resource}${path} was changed since this was proposed.`,
    mend: "Look at what is there now, and edit the request: it is proposed anew, and approved anew.",
    severity: "error",
  }));
}

async function findUndone(store: StoreReader, { project, undoes }: ChangeRequestRecord): Promise<readonly Issue[]> {
  const by = undoes === null ? null : (await store.getChange(project, undoes))?.undoneBy;
  if (by === null || by === undefined) return [];
  const message = `${undoes} was undone by ${by} meanwhile.`;
  return [{ path: "", code: "conflict", message, mend: "Withdraw the request.", severity: "error" }];
}
