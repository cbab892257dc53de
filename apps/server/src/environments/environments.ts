/** Environments: made with an epoch and a signing key, edited, each with its row in the audit. */

import { type EnvironmentView, type EvalRequirement, ProblemError, type ProjectView } from "@dimmer/protocol";
import type { AccessPorts, SealingPorts } from "../access/access-ports.ts";
import { holds, holdsWithin } from "../access/authorise.ts";
import { drawEpoch } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { createSigningKey } from "../access/signing-keys.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { EnvironmentRecord, StoreReader, StoreTransaction } from "../storage/store.ts";
import { requireEnvironmentKey, requireName } from "./names.ts";
import { requireProject } from "./projects.ts";

export interface EnvironmentOrder {
  readonly project: string;
  readonly key: string;
  readonly name: string;
  readonly production: boolean;
}

/**
 * Shape:  one transaction: the environment at version 0 of a fresh epoch, its signing key, its audit row.
 * Errors: `ProblemError`: forbidden without the right in the whole project, not-found, invalid-request, already-exists.
 */
export async function createEnvironment(
  ports: SealingPorts,
  author: Author,
  order: EnvironmentOrder,
): Promise<EnvironmentRecord> {
  return await ports.store.transaction((tx) => addEnvironment(tx, ports, author, order));
}

/** Inside a transaction of the caller's. */
export async function addEnvironment(
  tx: StoreTransaction,
  ports: SealingPorts,
  author: Author,
  order: EnvironmentOrder,
): Promise<EnvironmentRecord> {
  const { project, key, name, production } = order;
  const at = ports.clock();
  await requireRightNow(tx, author, "environment.edit", { project, environment: null }, at);
  requireEnvironmentKey(key);
  requireName("an environment", name);
  await requireProject(tx, project);
  if ((await tx.getEnvironment(project, key)) !== null) {
    throw new ProblemError("already-exists", `There is an environment ${key} in project ${project} already.`);
  }
  const record: EnvironmentRecord = {
    project,
    key,
    name,
    production,
    requireReview: 0,
    requireEvals: [],
    epoch: drawEpoch(ports.random),
    version: 0,
    createdAt: at,
  };
  await tx.putEnvironment(record);
  const signing = await createSigningKey(tx, ports, { project, environment: key });
  const details = { environment: key, name, production, epoch: record.epoch, signingKey: signing.id };
  await appendAudit(tx, { chain: projectChain(project), at, action: "environment.create", actor: author.actor, details }, ports);
  return record;
}

export interface EnvironmentEdit {
  readonly project: string;
  readonly key: string;
  /** What is left out stays. */
  readonly name?: string | undefined;
  readonly production?: boolean | undefined;
  readonly requireEvals?: readonly EvalRequirement[] | undefined;
}

/**
 * Gives an environment another name, says whether it is production, or which evals it requires.
 *
 * Shape:  one transaction with its audit row, which holds what was before; key, epoch and version stay, so no SDK hears of it.
 * Errors: `ProblemError`: forbidden, not-found, invalid-request.
 */
export async function updateEnvironment(ports: AccessPorts, author: Author, edit: EnvironmentEdit): Promise<EnvironmentRecord> {
  const { project, key } = edit;
  if (edit.name !== undefined) requireName("an environment", edit.name);
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "environment.edit", { project, environment: key }, at);
    const before = await requireEnvironment(tx, project, key);
    const { name = before.name, production = before.production, requireEvals = before.requireEvals } = edit;
    const after = { ...before, name, production, requireEvals };
    await tx.putEnvironment(after);
    const details = { environment: key, before: settingsOf(before), after: settingsOf(after) };
    const entry = { chain: projectChain(project), at, action: "environment.update", actor: author.actor, details };
    await appendAudit(tx, entry, ports);
    return after;
  });
}

const settingsOf = ({ name, production, requireEvals }: EnvironmentRecord) => ({
  name,
  production,
  requireEvals: requireEvals.map(({ flag = null, tag = null, ...requirement }) => ({ flag, tag, ...requirement })),
});

/**
 * Says how many approvals an edit takes that reaches the environment; 0 for none.
 *
 * Shape:  one transaction with its audit row. What waits already is held against what is asked when it is applied.
 * Errors: `ProblemError`: forbidden, not-found.
 */
export async function requireReview(
  ports: AccessPorts,
  author: Author,
  order: Pick<EnvironmentOrder, "project" | "key"> & { readonly approvals: number },
): Promise<EnvironmentRecord> {
  const { project, key, approvals } = order;
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "environment.edit", { project, environment: key }, at);
    const before = await requireEnvironment(tx, project, key);
    const after = { ...before, requireReview: approvals };
    await tx.putEnvironment(after);
    const details = { environment: key, before: before.requireReview, after: approvals };
    const entry = { chain: projectChain(project), at, action: "environment.require-review", actor: author.actor, details };
    await appendAudit(tx, entry, ports);
    return after;
  });
}

/** Errors: `ProblemError("not-found")`. */
export async function requireEnvironment(store: StoreReader, project: string, key: string): Promise<EnvironmentRecord> {
  const environment = await store.getEnvironment(project, key);
  if (environment === null) throw new ProblemError("not-found", `There is no environment ${key} in project ${project}.`);
  return environment;
}

/** The projects and environments that an author may read, as the API shows them. */
export async function listProjectViews(store: StoreReader, author: Author): Promise<readonly ProjectView[]> {
  const views: ProjectView[] = [];
  for (const { key } of await store.listProjects()) {
    const view = await findProjectView(store, author, key);
    if (view !== null) views.push(view);
  }
  return views;
}

/** Null for a project that is not there, or of which nothing may be read. */
export async function findProjectView(store: StoreReader, author: Author, project: string): Promise<ProjectView | null> {
  const record = await store.getProject(project);
  if (record === null || !holdsWithin(author, "read", { project, environment: null })) return null;
  const environments = (await store.listEnvironments(project)).filter((environment) =>
    holds(author, "read", { project, environment: environment.key }),
  );
  return { key: record.key, name: record.name, environments: environments.map(environmentView) };
}

export function environmentView(record: EnvironmentRecord): EnvironmentView {
  const { key, name, production, requireReview, requireEvals, epoch, version } = record;
  return { key, name, production, requireReview, requireEvals, epoch, version };
}
