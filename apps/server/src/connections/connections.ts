/** Provider connections: made, edited and removed, each with its row in the audit; what is shown of them holds no credential. */

import {
  CONNECTION_LIMITS,
  type ConnectionEdit,
  type ConnectionRequest,
  type ConnectionUsage,
  type ConnectionView,
  ProblemError,
} from "@dimmer/protocol";
import type { SealingPorts } from "../access/access-ports.ts";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireEnvironment } from "../environments/environments.ts";
import type { Author } from "../flags/apply-change.ts";
import { type OutboundPolicy, requirePublicAddress, requireUrl } from "../outbound/guard-address.ts";
import type { ConnectionDayRecord, ConnectionRecord } from "../storage/connection-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { openCredential, sealCredential } from "./credential.ts";

export interface ConnectionPorts extends SealingPorts {
  readonly outbound: OutboundPolicy;
}

export interface EnvironmentPlace {
  readonly project: string;
  readonly environment: string;
}

/** Where the official clients go. */
const BASE_URLS: Readonly<Record<string, string>> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
};

/**
 * Makes a connection.
 *
 * Errors: `ProblemError`: forbidden; invalid-request for an address that cannot be, leads inside, or is missing; already-exists for its
 *         name; conflict beyond the bound. None repeats the credential.
 * Source: ADR-0048; reliability A57, A59.
 */
export async function createConnection(
  ports: ConnectionPorts,
  author: Author,
  place: EnvironmentPlace,
  order: ConnectionRequest,
): Promise<ConnectionRecord> {
  const { name, provider, region = null, format = provider === "anthropic" ? "anthropic" : "openai" } = order;
  const baseUrl = await readBaseUrl(ports, order.baseUrl ?? knownUrl(provider), order.baseUrl !== undefined);
  const at = ports.clock();
  const bound = { ...place, id: drawId("connection", ports.random), provider, format, baseUrl, region };
  const sealed = sealCredential(ports, bound, order.secret);
  const { dailyBudgetMicroUsd: budgetMicroUsd = CONNECTION_LIMITS.defaultBudgetMicroUsd } = order;
  const record: ConnectionRecord = { ...bound, name, sealed, budgetMicroUsd, createdAt: at, updatedAt: at };
  await ports.store.transaction(async (tx) => {
    await requireEditor(tx, ports, author, place);
    const others = await tx.listConnections(place.project, place.environment);
    refuseSameName(others, record);
    if (others.length >= CONNECTION_LIMITS.connections)
      throw new ProblemError(
        "conflict",
        `${place.environment} has ${CONNECTION_LIMITS.connections} connections. Remove one first.`,
      );
    await tx.putConnection(record);
    await auditConnection(tx, ports, author, "connection.create", record);
  });
  return record;
}

/**
 * Edits a connection; what is left out stays.
 *
 * Errors: `ProblemError` as those of `createConnection`, and not-found; invalid-request for another host without the credential.
 */
export async function updateConnection(
  ports: ConnectionPorts,
  author: Author,
  place: EnvironmentPlace,
  id: string,
  edit: ConnectionEdit,
): Promise<ConnectionRecord> {
  const given = edit.baseUrl === undefined ? undefined : await readBaseUrl(ports, edit.baseUrl, true);
  return await ports.store.transaction(async (tx) => {
    await requireEditor(tx, ports, author, place);
    const before = await requireConnection(tx, place, id);
    const { name = before.name, region = before.region, dailyBudgetMicroUsd: budgetMicroUsd = before.budgetMicroUsd } = edit;
    const baseUrl = given ?? before.baseUrl;
    if (edit.secret === undefined) refuseOtherHost(before.baseUrl, baseUrl);
    const bound = { ...before, name, region, baseUrl, budgetMicroUsd, updatedAt: ports.clock() };
    refuseSameName(await tx.listConnections(place.project, place.environment), bound);
    const secret = edit.secret ?? openCredential(ports.sealing, before);
    const after = { ...bound, sealed: sealCredential(ports, bound, secret) };
    await tx.putConnection(after);
    await auditConnection(tx, ports, author, "connection.update", after, { newCredential: edit.secret !== undefined });
    return after;
  });
}

export async function removeConnection(
  ports: ConnectionPorts,
  author: Author,
  place: EnvironmentPlace,
  id: string,
): Promise<ConnectionRecord> {
  return await ports.store.transaction(async (tx) => {
    await requireEditor(tx, ports, author, place);
    const record = await requireConnection(tx, place, id);
    await tx.removeConnection(id);
    await auditConnection(tx, ports, author, "connection.remove", record);
    return record;
  });
}

/** Errors: `ProblemError("not-found")`. */
export async function requireConnection(store: StoreReader, place: EnvironmentPlace, id: string): Promise<ConnectionRecord> {
  const record = await store.getConnection(place.project, place.environment, id);
  if (record === null) throw new ProblemError("not-found", `There is no connection ${id} in ${place.environment}.`);
  return record;
}

/** The day of UTC that a budget is for. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export async function viewConnection(store: StoreReader, record: ConnectionRecord, now: number): Promise<ConnectionView> {
  const { id, name, provider, format, baseUrl, region, budgetMicroUsd, createdAt, updatedAt } = record;
  return {
    id,
    name,
    provider,
    format,
    baseUrl,
    region,
    dailyBudgetMicroUsd: budgetMicroUsd,
    today: usageOf((await store.getConnectionDay(id, dayOf(now))) ?? emptyDay(id, dayOf(now))),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

export const emptyDay = (connection: string, day: string): ConnectionDayRecord => ({
  connection,
  day,
  calls: 0,
  failures: 0,
  unpriced: 0,
  inputTokens: 0,
  outputTokens: 0,
  costMicroUsd: 0,
  reservedMicroUsd: 0,
});

const usageOf = ({ connection: _connection, day: _day, ...usage }: ConnectionDayRecord): ConnectionUsage => usage;

async function requireEditor(
  tx: StoreTransaction,
  { clock }: ConnectionPorts,
  author: Author,
  place: EnvironmentPlace,
): Promise<void> {
  await requireEnvironment(tx, place.project, place.environment);
  await requireRightNow(tx, author, "connection.edit", place, clock());
}

function knownUrl(provider: string): string {
  const url = Object.hasOwn(BASE_URLS, provider) ? BASE_URLS[provider] : undefined;
  if (url !== undefined) return url;
  throw new ProblemError("invalid-request", `Where ${provider} is asked is not known here. Give the connection a \`baseUrl\`.`);
}

/** A name of ours is looked up when it is called, so that a server without the Internet can be set up. */
async function readBaseUrl({ outbound }: ConnectionPorts, text: string, isGiven: boolean): Promise<string> {
  const url = requireUrl(text, outbound);
  if (url.search !== "")
    throw new ProblemError("invalid-request", "The address must have no query: a credential in it would be shown to everybody.");
  if (isGiven) await requirePublicAddress(url, outbound);
  return url.href.replace(/\/+$/u, "");
}

function refuseOtherHost(before: string, after: string): void {
  if (new URL(before).origin === new URL(after).origin) return;
  throw new ProblemError(
    "invalid-request",
    `The credential was given for ${new URL(before).host}. Give it again to have it sent to ${new URL(after).host}.`,
  );
}

function refuseSameName(others: readonly ConnectionRecord[], { id, name, environment }: ConnectionRecord): void {
  if (!others.some((other) => other.id !== id && other.name === name)) return;
  throw new ProblemError("already-exists", `There is a connection called ${name} in ${environment} already.`);
}

async function auditConnection(
  tx: StoreTransaction,
  ports: ConnectionPorts,
  { actor }: Author,
  action: string,
  record: ConnectionRecord,
  more: { readonly newCredential?: boolean } = {},
): Promise<void> {
  const { id, project, environment, name, provider, region, baseUrl, budgetMicroUsd } = record;
  const details = { connection: id, environment, name, provider, region, baseUrl, budgetMicroUsd, ...more };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details }, ports);
}
