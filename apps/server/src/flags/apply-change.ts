/** THE write path: everything that changes a snapshot comes through here. */

import { type Actor, type ChangeResult, type Effect, type HeldGrant, type Operation, ProblemError } from "@dimmer/protocol";
import { strict as assert } from "node:assert";
import { requireRight } from "../access/authorise.ts";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { ChangeRecord, Store, StoreTransaction } from "../storage/store.ts";
import { proposeChange } from "../change-requests/propose-change.ts";
import { exemptIn, foreseeReview, type Review, reviewOf } from "../change-requests/review-policy.ts";
import { requireEvalPasses } from "../evals/require-passes.ts";
import { auditDetails } from "./audit-details.ts";
import { authoriseOperations, authoriseProject } from "./authorise-change.ts";
import { drawChangeId } from "./change-id.ts";
import { checkChange } from "./check-change.ts";
import { checkExpected } from "./check-expected.ts";
import { findEffects } from "./find-effects.ts";
import { findMoves } from "./find-moves.ts";
import { pinSnippets } from "./known-snippets.ts";
import { loadState } from "./load-state.ts";
import { applyOperations } from "./operations/apply-operation.ts";
import { isEmergency } from "./operations/kill-flag.ts";
import { noteMovedSplits, refuseForeignEdits } from "./owner-policy.ts";
import type { ProjectState } from "./project-state.ts";
import { sayServing } from "./say-serving.ts";
import { type SettledChange, settleChange } from "./settle-change.ts";
import { viewChange } from "./view-change.ts";

/** Who makes a change, and what they may do where: a right counts in the places of the grants that have it. */
export interface Author {
  readonly actor: Actor;
  readonly grants: readonly HeldGrant[];
}

export interface ChangeOrder {
  readonly project: string;
  readonly operations: readonly Operation[];
  readonly reason: string | null;
  readonly source: string;
  /** Resource → revision the author saw; kill and stop ignore it. */
  readonly expected?: Readonly<Record<string, number>>;
  readonly dryRun?: boolean;
  /** The file that speaks here: what it owns it may edit. */
  readonly file?: string;
  /** The change that this one undoes. */
  readonly undoes?: string;
}

/** An order that is made inside the change's own transaction, from what the store holds there. */
export type PlanChange = (tx: StoreTransaction) => Promise<PlannedChange>;

export interface PlannedChange extends ChangeOrder {
  /** What the plan has to tell beside what validation finds: warnings. */
  readonly issues?: ChangeResult["issues"];
  /** The review that it has had. */
  readonly reviewed?: Reviewed;
  /** Text that must not stand in the change that takes it away. */
  readonly conceal?: (effects: readonly Effect[]) => readonly Effect[];
}

/** A change request, and who approved it. */
export interface Reviewed {
  readonly request: string;
  readonly approvals: readonly Actor[];
}

export interface ChangePorts {
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Random bytes for ids, salts and epochs. */
  readonly random: (bytes: number) => Uint8Array;
  /** Signs audit heads; from `DIMMER_SECRET_KEY`. */
  readonly auditKey: Uint8Array;
  /** Called after the commit of every change, with each environment whose version moved: none by a draft. Never rejects. */
  readonly committed: (project: string, versions: Readonly<Record<string, number>>) => void;
}

/**
 * Authorises, validates and commits a change in one transaction: the change, its audit row, the new versions.
 *
 * Shape:  commits whole or not at all; a dry run commits nothing and reports the same effects, moves and issues.
 * Errors: `ProblemError`: forbidden, not-found, already-exists, conflict, revision-mismatch, owned-by-file, evals-needed, invalid-document. Kill
 *         and stop are never refused for revision, ownership, evals or validity, only for want of right.
 * Source: ADR-0006.
 */
export async function applyChange(ports: ChangePorts, author: Author, order: ChangeOrder): Promise<ChangeResult> {
  return await applyPlanned(ports, author, order.project, () => Promise.resolve(order));
}

/**
 * The same for an order that depends on what is there: undo, revert, erasure. Plan and change see one state.
 *
 * Errors: those of `applyChange`, and the plan's own.
 */
export async function applyPlanned(ports: ChangePorts, author: Author, project: string, plan: PlanChange): Promise<ChangeResult> {
  authoriseProject(author, project);
  const result = await ports.store.transaction(async (tx) => {
    const order = await plan(tx);
    assert(order.project === project, "a plan stays in its project");
    return await carryOut(tx, ports, author, order);
  });
  announce(ports, project, result);
  return result;
}

/** Tells whoever follows the environments or the change log: after the commit, never before, and not of a dry run. */
export function announce(ports: Pick<ChangePorts, "committed">, project: string, { change }: ChangeResult): void {
  if (change !== null) ports.committed(project, change.versions);
}

/**
 * One change as a part of a larger transaction, which commits both or neither; its owner calls `announce` afterwards.
 *
 * Shape:  what takes review and has not had it is kept as a change request, and `pending`.
 * Errors: those of `applyChange`.
 */
export async function carryOut(
  tx: StoreTransaction,
  ports: Omit<ChangePorts, "store">,
  asked: Author,
  order: PlannedChange,
): Promise<ChangeResult> {
  const at = ports.clock();
  const author = await currentAuthor(tx, asked, at);
  const foreseen = await foreseeChange(tx, author, order, at);
  const { effects, moves, serving, review } = foreseen;
  // A person's right to be erased is held up by no review either.
  const isHeld = review.needed > 0 && order.reviewed === undefined && order.conceal === undefined;
  const issues = [...foreseen.issues, ...(isHeld ? foreseeReview(review) : [])];
  const result = { change: null, request: null, effects, moves, issues, serving };
  if (order.dryRun === true) return { ...result, status: "valid" };
  if (isHeld) return { ...result, status: "pending", request: await proposeChange(tx, ports, author.actor, order, foreseen) };
  const change = await commit(tx, ports, author, order, foreseen);
  return { ...result, status: "applied", change: viewChange(change) };
}

/** What a change would be, on what is there now. */
export interface ForeseenChange {
  readonly at: number;
  /** What was asked for, with the versions of the snippets that it uses. */
  readonly operations: readonly Operation[];
  readonly before: ProjectState;
  readonly settled: SettledChange;
  readonly inverse: readonly Operation[];
  readonly summary: readonly string[];
  readonly effects: readonly Effect[];
  readonly moves: ChangeResult["moves"];
  readonly issues: ChangeResult["issues"];
  readonly serving: readonly string[];
  readonly review: Review;
}

/**
 * Everything of a change but its commit.
 *
 * Errors: those of `applyChange`.
 */
export async function foreseeChange(
  tx: StoreTransaction,
  author: Author,
  order: PlannedChange,
  at: number,
): Promise<ForeseenChange> {
  const { project, expected = {} } = order;
  if (order.operations.length === 0) throw new ProblemError("invalid-request", "A change needs at least one operation.");
  authoriseProject(author, project);
  const before = await loadState(tx, { project, operations: order.operations, resources: Object.keys(expected), at });
  const operations = pinSnippets(before.snippets, order.operations);
  // Whoever may erase a person needs no right to edit what names them.
  if (order.conceal === undefined) authoriseOperations(author, before, operations);
  else requireRight(author, "person.erase", { project, environment: null });
  if (!operations.every(isEmergency)) checkExpected(before, expected);
  const applied = applyOperations(before, operations);
  // A person's right to be erased is held up by no file.
  if (order.conceal === undefined) refuseForeignEdits(before, applied.state, applied.origins, order.file);
  const settled = settleChange(before, noteMovedSplits(before, applied.state, order.file));
  if (order.conceal === undefined) await requireEvalPasses(tx, before, settled.state, applied.origins);
  return {
    at,
    operations,
    before,
    settled,
    inverse: order.conceal === undefined ? applied.inverse : [],
    summary: applied.summary,
    effects: (order.conceal ?? unchanged)(findEffects(before, settled, operations)),
    moves: findMoves(before, settled.flags),
    issues: [
      ...(order.issues ?? []),
      ...applied.issues,
      ...checkChange(before, settled.state, applied.origins, { isErasure: order.conceal !== undefined }),
    ],
    serving: sayServing(settled.state, operations),
    review: reviewOf(before, operations),
  };
}

const unchanged = (effects: readonly Effect[]): readonly Effect[] => effects;

/** One more for every environment in which a flag or segment became something else; for all where what is declared did. */
function nextVersions(before: ProjectState, { blocks, isDeclaredAnew }: SettledChange): Record<string, number> {
  const all = isDeclaredAnew ? [...before.environments.keys()] : [];
  const moved = [...new Set([...all, ...blocks.map((block) => block.environment)])].sort();
  return Object.fromEntries(moved.map((environment) => [environment, versionOf(before, environment) + 1]));
}

function versionOf(state: ProjectState, environment: string): number {
  const record = state.environments.get(environment);
  assert(record !== undefined, `${environment} is an environment of the project`);
  return record.version;
}

async function commit(
  tx: StoreTransaction,
  ports: Omit<ChangePorts, "store">,
  { actor }: Author,
  order: PlannedChange,
  { at, operations, before, settled, inverse, summary, effects }: ForeseenChange,
): Promise<ChangeRecord> {
  const { project, reason, source, file, reviewed } = order;
  const versions = nextVersions(before, settled);
  const change: ChangeRecord = {
    project,
    id: drawChangeId(at, ports.random),
    sequence: (await tx.lastChangeSequence(project)) + 1,
    at,
    actor,
    reason,
    source,
    operations,
    effects,
    inverse,
    versions,
    summary,
    undoes: order.undoes ?? null,
    undoneBy: null,
  };
  await keep(tx, before, settled, change);
  await markUndone(tx, change);
  const details = auditDetails(change, { file, reviewed, exempt: exemptIn(before, operations) });
  await appendAudit(tx, { chain: projectChain(project), at, action: "change.apply", actor, details }, ports);
  return change;
}

async function keep(tx: StoreTransaction, before: ProjectState, settled: SettledChange, change: ChangeRecord): Promise<void> {
  const { project, id, versions } = change;
  for (const value of settled.values) await tx.putValueVersion(value);
  if (settled.context !== undefined) await tx.putContext(settled.context);
  for (const flag of settled.flags) await tx.putFlag(flag);
  for (const segment of settled.segments) await tx.putSegment(segment);
  for (const [environment, version] of Object.entries(versions)) {
    const record = before.environments.get(environment);
    assert(record !== undefined, `${environment} is an environment of the project`);
    await tx.putEnvironment({ ...record, version });
  }
  for (const block of settled.blocks) {
    await tx.putRevision({ ...block, project, version: versions[block.environment] ?? 0, change: id });
  }
  await tx.putChange(change);
}

/**
 * The undone change says by which; where that was an undo itself, what it had undone stands again, and so on down the chain:
 * of undos of undos each second one stands.
 */
async function markUndone(tx: StoreTransaction, change: ChangeRecord): Promise<void> {
  let by = change;
  let isUndone = true;
  while (by.undoes !== null) {
    const below = await tx.getChange(by.project, by.undoes);
    assert(below !== null, "a change that is undone is there");
    await tx.putChange({ ...below, undoneBy: isUndone ? by.id : null });
    by = below;
    isUndone = !isUndone;
  }
}
