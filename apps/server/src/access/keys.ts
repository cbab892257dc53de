/** Keys: made, shown once, recognised by their digest, revoked. */

import { type KeyKind, type KeyView, ProblemError } from "@dimmer/protocol";
import { chainOf, appendAudit } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { KeyRecord, StoreTransaction } from "../storage/store.ts";
import type { AccessPorts } from "./access-ports.ts";
import { requireHeld, requireRight } from "./authorise.ts";
import { drawId } from "./draw-id.ts";
import { drawSecret, secretHash, shownPrefix } from "./key-secret.ts";
import { currentAuthor, requireRightNow, rightsOfRole } from "./principal.ts";

/** UTF-16 code units of a key's name. */
export const MAX_KEY_NAME = 200;

export interface KeyOrder {
  readonly kind: KeyKind;
  readonly name: string;
  /** What an admin key may do in its place: everything unless given. */
  readonly role?: string | undefined;
  /** Null, for an admin key only: the whole installation. */
  readonly project: string | null;
  /** Null, for an admin key only: every environment of the project. */
  readonly environment: string | null;
  /** Epoch milliseconds; null: until it is revoked. */
  readonly expiresAt?: number | null;
}

export interface CreatedKeyRecord {
  readonly record: KeyRecord;
  /** Shown now and never again; the store has its digest. */
  readonly secret: string;
}

/**
 * Makes a key with 256 random bits.
 *
 * Shape:  one transaction: the key and its audit row, in the chain of what the key reaches.
 * Errors: `ProblemError`: forbidden beyond what the author may do there; not-found; invalid-request for a name, role, time or scope
 *         that cannot be.
 * Source: ADR-0009; reliability A53.
 */
export async function createKey(ports: AccessPorts, author: Author, order: KeyOrder): Promise<CreatedKeyRecord> {
  const secret = drawSecret(order.kind, ports.random);
  const record = await ports.store.transaction((tx) => addKey(tx, ports, author, order, secret));
  return { record, secret };
}

/** Inside a transaction of the caller's; the caller chose the secret. */
export async function addKey(
  tx: StoreTransaction,
  ports: AccessPorts,
  author: Author,
  order: KeyOrder,
  secret: string,
): Promise<KeyRecord> {
  const at = ports.clock();
  refuseOddOrder(order, at);
  const role = await chooseRole(tx, author, order, at);
  await requirePlace(tx, order);
  const { kind, name, project, environment, expiresAt = null } = order;
  const hash = secretHash(secret);
  if ((await tx.findKeyByHash(hash)) !== null)
    throw new ProblemError("conflict", "That secret belongs to another key already. Choose another.");
  const record: KeyRecord = {
    id: drawId("key", ports.random),
    kind,
    name,
    prefix: shownPrefix(secret),
    hash,
    role,
    project,
    environment,
    createdAt: at,
    expiresAt,
    revokedAt: null,
  };
  await tx.putKey(record);
  const details = { key: record.id, kind, name, role, prefix: record.prefix, project, environment, expiresAt };
  await appendAudit(tx, { chain: chainOf(project), at, action: "key.create", actor: author.actor, details }, ports);
  return record;
}

/**
 * Revokes a key for good.
 *
 * Shape:  gives the revoked record; a key revoked already stays as it is and leaves no second audit row.
 * Errors: `ProblemError`: not-found for a key of another scope or none; forbidden without the right there.
 */
export async function revokeKey(
  ports: AccessPorts,
  author: Author,
  order: { readonly id: string; readonly project: string | null },
): Promise<KeyRecord> {
  return await ports.store.transaction(async (tx) => {
    const record = (await tx.listKeys(order.project)).find(({ id }) => id === order.id);
    if (record === undefined) throw new ProblemError("not-found", `There is no key ${order.id} here.`);
    const at = ports.clock();
    await requireRightNow(tx, author, "key.edit", record, at);
    if (record.revokedAt !== null) return record;
    const revoked = { ...record, revokedAt: at };
    await tx.putKey(revoked);
    const details = { key: record.id, kind: record.kind, name: record.name, prefix: record.prefix };
    await appendAudit(tx, { chain: chainOf(record.project), at, action: "key.revoke", actor: author.actor, details }, ports);
    return revoked;
  });
}

/** The key as the API shows it. */
export function keyView(record: KeyRecord): KeyView {
  const { hash: _, createdAt, expiresAt, revokedAt, ...shown } = record;
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return { ...shown, createdAt: new Date(createdAt).toISOString(), expiresAt: time(expiresAt), revokedAt: time(revokedAt) };
}

/** The role of an admin key, which its maker must be able to give; null for keys of SDKs, which manage nothing. */
async function chooseRole(tx: StoreTransaction, asked: Author, order: KeyOrder, at: number): Promise<string | null> {
  const author = await currentAuthor(tx, asked, at);
  requireRight(author, "key.edit", order);
  if (order.kind !== "admin") return null;
  const role = order.role ?? "admin";
  const rights = await rightsOfRole(tx, role);
  if (rights === undefined) throw new ProblemError("invalid-request", `There is no role ${role}. See dimmer roles list.`);
  requireHeld(author, rights, order);
  return role;
}

const LAST_TIME = 8_640_000_000_000_000;

function refuseOddOrder({ kind, name, role, project, environment, expiresAt = null }: KeyOrder, now: number): void {
  const odd =
    name.length === 0 || name.length > MAX_KEY_NAME
      ? `A key's name is 1 to ${MAX_KEY_NAME} characters.`
      : kind !== "admin" && (project === null || environment === null)
        ? `A ${kind} key belongs to one environment of one project. Name both.`
        : kind !== "admin" && role !== undefined
          ? `A ${kind} key has no role: it manages nothing.`
          : project === null && environment !== null
            ? "An environment belongs to a project. Name the project too."
            : expiresAt !== null && !(Number.isInteger(expiresAt) && expiresAt > now && expiresAt <= LAST_TIME)
              ? "A key expires at a time to come, in epoch milliseconds."
              : undefined;
  if (odd !== undefined) throw new ProblemError("invalid-request", odd);
}

async function requirePlace(tx: StoreTransaction, { project, environment }: KeyOrder): Promise<void> {
  if (project === null) return;
  if ((await tx.getProject(project)) === null) throw new ProblemError("not-found", `There is no project ${project}.`);
  if (environment === null) return;
  if ((await tx.getEnvironment(project, environment)) === null) {
    throw new ProblemError("not-found", `There is no environment ${environment} in project ${project}.`);
  }
}
