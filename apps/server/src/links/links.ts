/** Kill links: made, shown once, recognised by their digest, revoked. */

import { type LinkRequest, type LinkView, ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRight } from "../access/authorise.ts";
import { drawId } from "../access/draw-id.ts";
import { drawSecret, secretHash, shownPrefix } from "../access/key-secret.ts";
import { currentAuthor } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { LinkRecord } from "../storage/link-record.ts";
import type { StoreTransaction } from "../storage/store.ts";

/** Links of a project that still count. */
export const MAX_LIVE_LINKS = 200;

export interface CreatedLinkRecord {
  readonly record: LinkRecord;
  /** Shown now and never again. */
  readonly secret: string;
}

/**
 * Makes a link with 256 random bits.
 *
 * Shape:  one transaction with its audit row. Whoever has the secret may do the one thing it is for, and nothing else.
 * Errors: `ProblemError`: forbidden without the rights to make links and to kill there; not-found for what it should turn off; invalid-request for a time
 *         that has passed; conflict beyond the bound.
 * Source: ADR-0020.
 */
export async function createLink(
  ports: AccessPorts,
  author: Author,
  project: string,
  request: LinkRequest,
): Promise<CreatedLinkRecord> {
  const { flag, environment, variant = null, name, expiresAt } = request;
  const at = ports.clock();
  const until = expiresAt === undefined ? null : Date.parse(expiresAt);
  if (until !== null && until <= at) throw new ProblemError("invalid-request", `${expiresAt} has passed. Give a time to come.`);
  const secret = drawSecret("link", ports.random);
  const record: LinkRecord = {
    project,
    id: drawId("link", ports.random),
    name,
    flag,
    environment,
    variant,
    prefix: shownPrefix(secret),
    hash: secretHash(secret),
    createdAt: at,
    expiresAt: until,
    revokedAt: null,
    usedAt: null,
  };
  await ports.store.transaction(async (tx) => {
    await requireRights(tx, author, record, at);
    await requireTarget(tx, record);
    const live = (await tx.listLinks(project)).filter((link) => isLive(link, at));
    if (live.length >= MAX_LIVE_LINKS)
      throw new ProblemError("conflict", `Project ${project} has ${MAX_LIVE_LINKS} links. Revoke one first.`);
    await tx.putLink(record);
    await audit(tx, ports, author, at, "link.create", record);
  });
  return { record, secret };
}

/**
 * Revokes a link for good.
 *
 * Shape:  one revoked already stays as it is and leaves no second audit row.
 * Errors: `ProblemError`: not-found, also for one beyond the author's reach.
 */
export async function revokeLink(
  ports: AccessPorts,
  author: Author,
  { project, id }: { readonly project: string; readonly id: string },
): Promise<LinkRecord> {
  return await ports.store.transaction(async (tx) => {
    const record = await tx.getLink(project, id);
    if (record === null) throw new ProblemError("not-found", `There is no link ${id} in project ${project}.`);
    const at = ports.clock();
    requireRight(await currentAuthor(tx, author, at), "link.edit", record);
    if (record.revokedAt !== null) return record;
    const revoked = { ...record, revokedAt: at };
    await tx.putLink(revoked);
    await audit(tx, ports, author, at, "link.revoke", revoked);
    return revoked;
  });
}

export function isLive({ revokedAt, expiresAt }: LinkRecord, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

/** The link as the API shows it. */
export function viewLink({
  project: _project,
  hash: _hash,
  createdAt,
  expiresAt,
  revokedAt,
  usedAt,
  ...shown
}: LinkRecord): LinkView {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const times = { expiresAt: time(expiresAt), revokedAt: time(revokedAt), usedAt: time(usedAt) };
  return { ...shown, createdAt: new Date(createdAt).toISOString(), ...times };
}

/** The link will kill in nobody's right but its own, so whoever makes it must be one who may. */
async function requireRights(tx: StoreTransaction, asked: Author, place: LinkRecord, at: number): Promise<void> {
  const author = await currentAuthor(tx, asked, at);
  requireRight(author, "link.edit", place);
  requireRight(author, "flag.kill", place);
}

async function requireTarget(tx: StoreTransaction, { project, flag, environment, variant }: LinkRecord): Promise<void> {
  const record = await tx.getFlag(project, flag);
  if (record === null || !Object.hasOwn(record.environments, environment))
    throw new ProblemError("not-found", `There is no flag ${flag} in ${environment} of project ${project}.`);
  if (variant !== null && !Object.hasOwn(record.variants, variant))
    throw new ProblemError("not-found", `Flag ${flag} has no variant ${variant}.`);
}

async function audit(
  tx: StoreTransaction,
  ports: AccessPorts,
  { actor }: Author,
  at: number,
  action: "link.create" | "link.revoke",
  record: LinkRecord,
): Promise<void> {
  const { id: link, name, flag, environment, variant, prefix, expiresAt } = record;
  const details = { link, name, flag, environment, variant, prefix, expiresAt };
  await appendAudit(tx, { chain: projectChain(record.project), at, action, actor, details }, ports);
}
