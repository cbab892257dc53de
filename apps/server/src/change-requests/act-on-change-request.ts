/** What people do with a change request: comment, approve, reject, edit, withdraw, apply. */

import type { JsonValue } from "@dimmer/evaluation";
import { type ApproveRequest, type ChangeRequestEdit, type ChangeResult, ProblemError } from "@dimmer/protocol";
import { requireRightWithin, sightOf } from "../access/authorise.ts";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { announce, type Author, carryOut, type ChangePorts, foreseeChange } from "../flags/apply-change.ts";
import { auditOperations } from "../flags/audit-details.ts";
import { authoriseProject } from "../flags/authorise-change.ts";
import { requireDraftsSeen } from "../flags/check-expected.ts";
import type { ChangeRequestRecord } from "../storage/change-request-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { CHANGE_REQUEST_LIMITS, isSameActor } from "./propose-change.ts";
import { editorOf, isReady, mayReview, orderOf, standingOf, type StandingRequest, viewRequest } from "./view-change-request.ts";

export interface RequestPlace {
  readonly project: string;
  readonly id: string;
}

/**
 * Adds what somebody says of it.
 *
 * Errors: `ProblemError`: not-found, also for one that is out of the author's sight; conflict beyond the bound.
 */
export async function commentRequest(
  ports: ChangePorts,
  asked: Author,
  place: RequestPlace,
  text: string,
): Promise<ChangeRequestRecord> {
  return await act(ports, asked, place, async (deed) => {
    const { record, author, at } = deed;
    if (record.comments.length >= CHANGE_REQUEST_LIMITS.comments)
      throw new ProblemError("conflict", `${record.id} has ${CHANGE_REQUEST_LIMITS.comments} comments, and takes no more.`);
    const comments = [...record.comments, { actor: author.actor, at, text }];
    return await keep(deed, "change-request.comment", { ...record, comments }, {});
  });
}

/**
 * Approves it as it is now; any edit voids this.
 *
 * Shape:  a second approval by the same is none.
 * Errors: `ProblemError`: forbidden without the right to review in every environment that asks for it, for whoever edited it last, and
 *         for a token where a person edited it last, as that person may have made the token; conflict where it waits no more;
 *         revision-mismatch where it was edited after it was `seen`.
 * Source: ADR-0038; reliability A50.
 */
export async function approveRequest(
  ports: ChangePorts,
  asked: Author,
  place: RequestPlace,
  seen: ApproveRequest = {},
): Promise<ChangeRequestRecord> {
  return await act(ports, asked, place, async (deed) => {
    const { record, author, at } = deed;
    requirePending(record);
    await requireReviewer(deed);
    const { actor } = author;
    if (isSameActor(record.editor, actor))
      throw new ProblemError("forbidden", "Whoever edited a change request last cannot approve it. Somebody else must look.");
    if (record.editor.kind === "person" && actor.kind !== "person")
      throw new ProblemError("forbidden", "What a person edited takes the approval of a person, not of a token.");
    if (seen.updatedAt !== undefined && Date.parse(seen.updatedAt) !== record.updatedAt)
      throw new ProblemError("revision-mismatch", `${record.id} was edited after you looked at it. Look at it again.`);
    if (record.approvals.some((approval) => isSameActor(approval.actor, actor))) return record;
    const approvals = [...record.approvals, { actor, at }];
    return await keep(deed, "change-request.approve", { ...record, approvals }, {});
  });
}

/** Errors: those of `approveRequest`, without those about who edited it. */
export async function rejectRequest(ports: ChangePorts, asked: Author, place: RequestPlace): Promise<ChangeRequestRecord> {
  return await act(ports, asked, place, async (deed) => {
    requirePending(deed.record);
    await requireReviewer(deed);
    return await keep(deed, "change-request.reject", { ...deed.record, state: "rejected", settledAt: deed.at }, {});
  });
}

/** Errors: `ProblemError`: forbidden for whoever neither proposed nor edited it; not-found; conflict where it waits no more. */
export async function withdrawRequest(ports: ChangePorts, asked: Author, place: RequestPlace): Promise<ChangeRequestRecord> {
  return await act(ports, asked, place, async (deed) => {
    requirePending(deed.record);
    if (!isOwn(deed))
      throw new ProblemError("forbidden", "Only who proposed or edited it may withdraw it; a reviewer rejects it.");
    return await keep(deed, "change-request.withdraw", { ...deed.record, state: "withdrawn", settledAt: deed.at }, {});
  });
}

/**
 * Proposes it anew, on what is there now.
 *
 * Shape:  the author is the last editor from now on; approvals are void.
 * Errors: those of `applyChange`; revision-required where a draft is published that the edit does not write; conflict where it waits
 *         no more.
 */
export async function editRequest(
  ports: ChangePorts,
  asked: Author,
  place: RequestPlace,
  edit: ChangeRequestEdit,
): Promise<ChangeRequestRecord> {
  return await act(ports, asked, place, async (deed) => {
    const { tx, record, author, at } = deed;
    requirePending(record);
    const { operations = record.operations, reason = record.reason } = edit;
    if (edit.operations !== undefined) requireDraftsSeen(operations, {});
    // Other operations are no undo of that change, and not what the file said.
    const origin = edit.operations === undefined ? {} : { undoes: null, file: null };
    const next = { ...record, ...origin, operations, reason, editor: author.actor, approvals: [], updatedAt: at };
    const { summary, effects, ...foreseen } = await foreseeChange(tx, author, orderOf(next), at);
    const details = { reason, summary, operations: auditOperations(foreseen.operations), voided: record.approvals.length };
    return await keep(deed, "change-request.edit", { ...next, operations: foreseen.operations, summary, effects }, details);
  });
}

/**
 * Makes the change, in the name and right of whoever edited it last.
 *
 * Shape:  its operations are made on what is there now; who else edits elsewhere meanwhile does not matter.
 * Errors: `ProblemError`: review-needed where approvals are missing; conflict with each place that was changed since; forbidden for
 *         whoever neither proposed, nor edited, nor may review it; those of `applyChange`.
 */
export async function applyRequest(ports: ChangePorts, asked: Author, place: RequestPlace): Promise<ChangeResult> {
  const result = await ports.store.transaction(async (tx) => {
    const deed = await begin(tx, ports, asked, place);
    const { record, at } = deed;
    requirePending(record);
    const standing = await standingOf(tx, record, at);
    if (!isOwn(deed) && !(await mayReview(tx, deed.author, record, standing.review, at)))
      throw new ProblemError("forbidden", "Only who proposed, edited or may review it may apply it.");
    requireReady(standing);
    const reviewed = { request: record.id, approvals: standing.given };
    const made = await carryOut(tx, ports, editorOf(record), { ...orderOf(record), reviewed });
    const change = made.change?.id ?? null;
    await keep(deed, "change-request.apply", { ...record, state: "applied", settledAt: at, change }, { change });
    return made;
  });
  announce(ports, place.project, result);
  return result;
}

/** Shape: null where there is none, or nothing of it is in the author's sight. */
export async function findRequest(
  store: StoreReader,
  author: Author,
  { project, id }: RequestPlace,
): Promise<ChangeRequestRecord> {
  const record = await store.getChangeRequest(project, id);
  if (record === null || viewRequest(sightOf(author, project), record) === null)
    throw new ProblemError("not-found", `There is no change request ${id} in project ${project}.`);
  return record;
}

/** Somebody at a change request, in a transaction. */
interface Deed {
  readonly tx: StoreTransaction;
  readonly ports: ChangePorts;
  readonly author: Author;
  readonly record: ChangeRequestRecord;
  readonly at: number;
}

async function act(
  ports: ChangePorts,
  asked: Author,
  place: RequestPlace,
  work: (deed: Deed) => Promise<ChangeRequestRecord>,
): Promise<ChangeRequestRecord> {
  return await ports.store.transaction(async (tx) => await work(await begin(tx, ports, asked, place)));
}

async function begin(tx: StoreTransaction, ports: ChangePorts, asked: Author, place: RequestPlace): Promise<Deed> {
  const at = ports.clock();
  const author = await currentAuthor(tx, asked, at);
  authoriseProject(author, place.project);
  return { tx, ports, author, record: await findRequest(tx, author, place), at };
}

async function keep(
  { tx, ports, author, at }: Deed,
  action: string,
  record: ChangeRequestRecord,
  more: Readonly<Record<string, JsonValue>>,
): Promise<ChangeRequestRecord> {
  await tx.putChangeRequest(record);
  const entry = {
    chain: projectChain(record.project),
    at,
    action,
    actor: author.actor,
    details: { request: record.id, ...more },
  };
  await appendAudit(tx, entry, ports);
  return record;
}

const isOwn = ({ record, author }: Deed): boolean =>
  isSameActor(record.actor, author.actor) || isSameActor(record.editor, author.actor);

function requirePending({ id, state, change }: ChangeRequestRecord): void {
  if (state === "pending") return;
  throw new ProblemError("conflict", `${id} is ${state} already.${change === null ? "" : ` Undo ${change} instead.`}`);
}

/** Where no environment asks for review any more, the right anywhere in the project is enough. */
async function requireReviewer({ tx, author, record, at }: Deed): Promise<void> {
  requireRightWithin(author, "review", { project: record.project, environment: null });
  const { review } = await standingOf(tx, record, at);
  if (await mayReview(tx, author, record, review, at)) return;
  const where = review.environments.join(", ");
  throw new ProblemError("forbidden", `This needs the right review in ${where} of project ${record.project}.`);
}

function requireReady(standing: StandingRequest): void {
  const { record, review, given, conflicts } = standing;
  if (isReady(standing)) return;
  const [first] = conflicts;
  if (first !== undefined)
    throw new ProblemError("conflict", `${record.id} does not fit what is there now. ${first.message} ${first.mend}`, {
      issues: conflicts,
    });
  const missing = review.needed - given.length;
  const approvals = missing === 1 ? "One more approval is" : `${missing} more approvals are`;
  throw new ProblemError("review-needed", `${approvals} needed before ${record.id} can be applied.`);
}
