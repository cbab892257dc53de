/** Webhooks: made, their secrets rotated, removed; each with its row in the audit. */

import { type DeliveryView, ProblemError, type WebhookView } from "@dimmer/protocol";
import type { SealingPorts } from "../access/access-ports.ts";
import { requireRight } from "../access/authorise.ts";
import { drawId } from "../access/draw-id.ts";
import { currentAuthor } from "../access/principal.ts";
import { openSecret, type Reseal, sealSecret, type SealingKey } from "../access/seal-secret.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireProject } from "../environments/projects.ts";
import type { Author } from "../flags/apply-change.ts";
import { type OutboundPolicy, requirePublicAddress, requireUrl } from "../outbound/guard-address.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import type { DeliveryRecord, WebhookRecord } from "../storage/webhook-record.ts";
import { SECRET_BYTES, showSecret } from "./message.ts";

export const WEBHOOK_LIMITS = {
  /** Of a project. */
  webhooks: 20,
  /** Deliveries that are remembered, of each. */
  deliveries: 50,
  /** How long messages are signed with the old secret too. */
  overlapMs: 24 * 3_600_000,
} as const;

export interface WebhookPorts extends SealingPorts {
  readonly outbound: OutboundPolicy;
}

export interface CreatedWebhookRecord {
  readonly record: WebhookRecord;
  /** Shown now and never again. */
  readonly secret: string;
}

export interface WebhookOrder extends Pick<WebhookRecord, "project" | "url"> {
  /** The changes alone, unless given. */
  readonly events?: WebhookRecord["events"];
  readonly format?: WebhookRecord["format"];
}

type Place = Pick<WebhookRecord, "project" | "id">;

/**
 * Makes a webhook that hears of every change from now on.
 *
 * Errors: `ProblemError`: forbidden without the right in the whole project; invalid-request for an address that cannot be or
 *         leads inside; conflict beyond the bound.
 * Source: ADR-0021.
 */
export async function createWebhook(ports: WebhookPorts, author: Author, order: WebhookOrder): Promise<CreatedWebhookRecord> {
  const { project, events = ["changes"], format = "standard" } = order;
  const url = requireUrl(order.url, ports.outbound);
  await requirePublicAddress(url, ports.outbound);
  const id = drawId("webhook", ports.random);
  const key = ports.random(SECRET_BYTES);
  const record = await ports.store.transaction(async (tx) => {
    await requireProject(tx, project);
    await requireMaker(tx, ports, author, project);
    if ((await tx.listWebhooks(project)).length >= WEBHOOK_LIMITS.webhooks)
      throw new ProblemError("conflict", `Project ${project} has ${WEBHOOK_LIMITS.webhooks} webhooks. Remove one first.`);
    const made: WebhookRecord = {
      project,
      id,
      url: url.href,
      state: "active",
      cursor: await tx.lastChangeSequence(project),
      attempts: 0,
      failingSince: null,
      nextAt: 0,
      sealed: seal(ports, id, key),
      sealedBefore: null,
      beforeUntil: null,
      createdAt: ports.clock(),
      events,
      format,
      noticeCursor: await tx.lastNoticeSequence(project),
    };
    await tx.putWebhook(made);
    await auditWebhook(tx, ports, author.actor, "webhook.create", made);
    return made;
  });
  return { record, secret: showSecret(key) };
}

/** A new secret; for a day messages are signed with the one before too. */
export async function rotateSecret(ports: WebhookPorts, author: Author, place: Place): Promise<CreatedWebhookRecord> {
  const key = ports.random(SECRET_BYTES);
  const record = await ports.store.transaction(async (tx) => {
    await requireMaker(tx, ports, author, place.project);
    const before = await requireWebhook(tx, place);
    const beforeUntil = ports.clock() + WEBHOOK_LIMITS.overlapMs;
    const after = { ...before, sealed: seal(ports, before.id, key), sealedBefore: before.sealed, beforeUntil };
    await tx.putWebhook(after);
    await auditWebhook(tx, ports, author.actor, "webhook.rotate", after);
    return after;
  });
  return { record, secret: showSecret(key) };
}

export async function removeWebhook(ports: WebhookPorts, author: Author, place: Place): Promise<WebhookRecord> {
  return await ports.store.transaction(async (tx) => {
    await requireMaker(tx, ports, author, place.project);
    const record = await requireWebhook(tx, place);
    await tx.removeWebhook(place.project, place.id);
    await auditWebhook(tx, ports, author.actor, "webhook.remove", record);
    return record;
  });
}

/** Every change of the project is posted, so it takes the right in all of it. */
async function requireMaker(tx: StoreTransaction, { clock }: WebhookPorts, author: Author, project: string): Promise<void> {
  requireRight(await currentAuthor(tx, author, clock()), "webhook.edit", { project, environment: null });
}

/** Errors: `ProblemError("not-found")`. */
export async function requireWebhook(store: StoreReader, { project, id }: Place): Promise<WebhookRecord> {
  const record = await store.getWebhook(project, id);
  if (record === null) throw new ProblemError("not-found", `There is no webhook ${id} in project ${project}.`);
  return record;
}

/** The keys to sign with, the newest first. */
export function signingKeys(sealing: SealingKey, record: WebhookRecord, now: number): readonly Uint8Array[] {
  const { id, sealed, sealedBefore, beforeUntil } = record;
  const isBoth = sealedBefore !== null && beforeUntil !== null && now < beforeUntil;
  return [sealed, ...(isBoth ? [sealedBefore] : [])].map((text) => openSecret(sealing, text, placeOf(id)));
}

/** Of one project, for another secret key. */
export async function resealWebhooks(tx: StoreTransaction, project: string, reseal: Reseal): Promise<void> {
  for (const record of await tx.listWebhooks(project)) {
    const again = (sealed: string) => reseal(sealed, placeOf(record.id));
    const { sealed, sealedBefore } = record;
    await tx.putWebhook({ ...record, sealed: again(sealed), sealedBefore: sealedBefore === null ? null : again(sealedBefore) });
  }
}

const placeOf = (id: string): string => `webhook-secret/${id}`;
const seal = (ports: WebhookPorts, id: string, key: Uint8Array): string =>
  sealSecret(ports.sealing, key, placeOf(id), ports.random);

/** The host alone: the rest of an address may be a secret of the receiver's. */
export async function auditWebhook(
  tx: StoreTransaction,
  ports: Pick<WebhookPorts, "clock" | "random" | "auditKey">,
  actor: Author["actor"],
  action: string,
  { project, id, url }: WebhookRecord,
): Promise<void> {
  const details = { webhook: id, host: new URL(url).host };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details }, ports);
}

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function viewWebhook({ id, url, state, cursor, failingSince, nextAt, createdAt }: WebhookRecord): WebhookView {
  const next = state === "failing" ? time(nextAt) : null;
  return { id, url, state, cursor, failingSince: time(failingSince), nextAt: next, createdAt: new Date(createdAt).toISOString() };
}

export function viewDelivery({ project: _project, webhook: _webhook, at, ...shown }: DeliveryRecord): DeliveryView {
  return { ...shown, at: new Date(at).toISOString() };
}
