/** Roles that an installation makes for itself: named sets of rights, which a grant then gives in a place. */

import { type Grant, ProblemError, type RoleEdit, type RoleRequest, ROLES, type RoleView } from "@dimmer/protocol";
import { appendAudit, INSTALLATION_CHAIN } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import { listOpenLinks } from "../people/password-links.ts";
import type { RoleRecord } from "../storage/role-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import type { AccessPorts } from "./access-ports.ts";
import { requireHeld, requireRight, WHOLE_INSTALLATION } from "./authorise.ts";
import { currentAuthor, isBuiltIn, isLive } from "./principal.ts";

/** Roles of an installation, beside the built-in ones. */
export const MAX_ROLES = 100;

/** The built-in roles in the order of what they may do, then the others by name. */
export async function listRoles(store: StoreReader): Promise<readonly RoleView[]> {
  const builtIn = Object.entries(ROLES).map(([name, rights]) => ({ name, description: "", rights, isBuiltIn: true }));
  return [...builtIn, ...(await store.listRoles()).map(roleView)];
}

/**
 * Makes a role.
 *
 * Shape:  one transaction with its audit row in the installation's chain.
 * Errors: `ProblemError`: forbidden without `role.edit` in the whole installation, or for rights that the author does not hold there;
 *         already-exists; conflict beyond the bound.
 * Source: ADR-0035; reliability A53.
 */
export async function createRole(ports: AccessPorts, author: Author, request: RoleRequest): Promise<RoleRecord> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    const { name, description = "", rights } = request;
    await requireEditor(tx, author, rights, at);
    if (isBuiltIn(name) || (await tx.getRole(name)) !== null)
      throw new ProblemError("already-exists", `There is a role ${name} already.`);
    if ((await tx.listRoles()).length >= MAX_ROLES)
      throw new ProblemError("conflict", `There are ${MAX_ROLES} roles. Delete one first.`);
    const record = { name, description, rights, createdAt: at, updatedAt: at };
    await tx.putRole(record);
    await audit(tx, ports, author, at, "role.create", { role: name, description, rights });
    return record;
  });
}

/**
 * Edits a role: whoever has it may do from now on what it says then.
 *
 * Errors: those of `createRole`, also for rights that the author would take away and does not hold; not-found.
 */
export async function updateRole(ports: AccessPorts, author: Author, name: string, edit: RoleEdit): Promise<RoleRecord> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    const before = await requireRole(tx, name);
    const { description = before.description, rights = before.rights } = edit;
    await requireEditor(tx, author, [...before.rights, ...rights], at);
    const after = { ...before, description, rights, updatedAt: at };
    await tx.putRole(after);
    await audit(tx, ports, author, at, "role.update", { role: name, description, rights, before: before.rights });
    return after;
  });
}

/** Errors: those of `updateRole`; conflict while a token that counts, a person or an invitation that waits has the role. */
export async function deleteRole(ports: AccessPorts, author: Author, name: string): Promise<RoleRecord> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    const record = await requireRole(tx, name);
    await requireEditor(tx, author, record.rights, at);
    const holder = await findHolder(tx, name, at);
    if (holder !== undefined) throw new ProblemError("conflict", `${holder} has the role ${name}. Take it away first.`);
    await tx.removeRole(name);
    await audit(tx, ports, author, at, "role.delete", { role: name, rights: record.rights });
    return record;
  });
}

export function roleView({ name, description, rights }: RoleRecord): RoleView {
  return { name, description, rights, isBuiltIn: false };
}

async function requireEditor(tx: StoreTransaction, asked: Author, rights: RoleRecord["rights"], at: number): Promise<void> {
  const author = await currentAuthor(tx, asked, at);
  requireRight(author, "role.edit", WHOLE_INSTALLATION);
  requireHeld(author, rights, WHOLE_INSTALLATION);
}

async function requireRole(store: StoreReader, name: string): Promise<RoleRecord> {
  if (isBuiltIn(name)) throw new ProblemError("conflict", `${name} is built in, and is what it is.`);
  const record = await store.getRole(name);
  if (record === null) throw new ProblemError("not-found", `There is no role ${name}.`);
  return record;
}

/** Somebody or something that has the role, in words. */
async function findHolder(store: StoreReader, role: string, at: number): Promise<string | undefined> {
  const has = ({ grants }: { readonly grants: readonly Grant[] }) => grants.some((grant) => grant.role === role);
  const person = (await store.listPeople()).find(has);
  if (person !== undefined) return `${person.name} (${person.id})`;
  const invitation = (await listOpenLinks(store, "invitation", at)).find(has);
  if (invitation !== undefined) return `The invitation of ${invitation.email}`;
  for (const project of [null, ...(await store.listProjects()).map(({ key }) => key)]) {
    const key = (await store.listKeys(project)).find((one) => one.role === role && isLive(one, at));
    if (key !== undefined) return `The token ${key.name} (${key.id})`;
  }
  return undefined;
}

async function audit(
  tx: StoreTransaction,
  ports: AccessPorts,
  { actor }: Author,
  at: number,
  action: `role.${"create" | "update" | "delete"}`,
  details: Readonly<Record<string, string | readonly string[]>>,
): Promise<void> {
  await appendAudit(tx, { chain: INSTALLATION_CHAIN, at, action, actor, details }, ports);
}
