/** Projects: made and renamed, each with its row in the audit. */

import { ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { WHOLE_INSTALLATION } from "../access/authorise.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { ProjectRecord, StoreReader, StoreTransaction } from "../storage/store.ts";
import { requireKey, requireName } from "./names.ts";

export interface ProjectOrder {
  readonly key: string;
  readonly name: string;
}

/**
 * Shape:  one transaction: the project and the first row of its audit chain.
 * Errors: `ProblemError`: forbidden without the right in the whole installation, invalid-request for a bad key or name, already-exists.
 */
export async function createProject(ports: AccessPorts, author: Author, order: ProjectOrder): Promise<ProjectRecord> {
  return await ports.store.transaction((tx) => addProject(tx, ports, author, order));
}

/** Inside a transaction of the caller's. */
export async function addProject(
  tx: StoreTransaction,
  ports: AccessPorts,
  author: Author,
  order: ProjectOrder,
): Promise<ProjectRecord> {
  const at = ports.clock();
  await requireRightNow(tx, author, "project.edit", WHOLE_INSTALLATION, at);
  requireKey("a project", order.key);
  requireName("a project", order.name);
  if ((await tx.getProject(order.key)) !== null)
    throw new ProblemError("already-exists", `There is a project ${order.key} already.`);
  const record = { key: order.key, name: order.name, createdAt: at };
  await tx.putProject(record);
  const details = { project: order.key, name: order.name };
  await appendAudit(tx, { chain: projectChain(order.key), at, action: "project.create", actor: author.actor, details }, ports);
  return record;
}

/**
 * Shape:  one transaction with its audit row; the key never changes.
 * Errors: `ProblemError`: forbidden, not-found, invalid-request.
 */
export async function renameProject(ports: AccessPorts, author: Author, order: ProjectOrder): Promise<ProjectRecord> {
  requireName("a project", order.name);
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "project.edit", { project: order.key, environment: null }, at);
    const before = await requireProject(tx, order.key);
    const after = { ...before, name: order.name };
    await tx.putProject(after);
    const details = { project: order.key, before: before.name, after: after.name };
    const entry = { chain: projectChain(order.key), at, action: "project.rename", actor: author.actor, details };
    await appendAudit(tx, entry, ports);
    return after;
  });
}

/** Errors: `ProblemError("not-found")`. */
export async function requireProject(store: StoreReader, key: string): Promise<ProjectRecord> {
  const project = await store.getProject(key);
  if (project === null) throw new ProblemError("not-found", `There is no project ${key}.`);
  return project;
}
