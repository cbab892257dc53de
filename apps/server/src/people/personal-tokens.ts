/** Personal tokens: what a person's programs act with, in the person's name and with no more than the person's rights. */

import { type CreatedPersonalToken, type PersonalTokenView, ProblemError } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { drawSecret, MAX_SECRET, secretHash, shownPrefix } from "../access/key-secret.ts";
import type { PersonalTokenRecord, PersonRecord } from "../storage/person-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { actorOf, auditPeople, noteIfPossible, type PeoplePorts } from "./people-ports.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const TOKEN_LIMITS = {
  /** Live ones of a person. */
  perPerson: 50,
  /** Milliseconds that one lasts unless told otherwise, and at most. */
  lifeMs: 90 * DAY_MS,
  longestMs: 366 * DAY_MS,
  /** A use is written down at most this often. */
  usedEveryMs: 60_000,
} as const;

/** What every personal token begins with. */
export const TOKEN_PREFIX = "dm_person_";

export interface TokenOrder {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
}

/**
 * Makes a token with 256 random bits.
 *
 * Errors: `ProblemError`: invalid-request for a time that has passed or is too far; conflict beyond the bound.
 */
export async function createPersonalToken(
  ports: PeoplePorts,
  person: PersonRecord,
  { name, expiresAt }: TokenOrder,
): Promise<CreatedPersonalToken> {
  const at = ports.clock();
  const until = expiresAt ?? at + TOKEN_LIMITS.lifeMs;
  if (!(until > at && until <= at + TOKEN_LIMITS.longestMs))
    throw new ProblemError("invalid-request", "A personal token ends at a time to come, within a year.");
  const secret = drawSecret("person", ports.random);
  const record: PersonalTokenRecord = {
    id: drawId("token", ports.random),
    person: person.id,
    name,
    prefix: shownPrefix(secret),
    hash: secretHash(secret),
    createdAt: at,
    expiresAt: until,
    usedAt: null,
    revokedAt: null,
  };
  await ports.store.transaction(async (tx) => {
    const live = (await tx.listPersonalTokens(person.id)).filter((token) => isLive(token, at));
    if (live.length >= TOKEN_LIMITS.perPerson)
      throw new ProblemError("conflict", `You have ${TOKEN_LIMITS.perPerson} personal tokens. Revoke one first.`);
    await tx.putPersonalToken(record);
    const details = { token: record.id, name, prefix: record.prefix, expiresAt: until };
    await auditPeople(tx, ports, actorOf(person), "personal-token.create", details);
  });
  return { ...viewToken(record), secret };
}

/**
 * Finds the person of a live token.
 *
 * Shape:  null for an unknown, ended or revoked one, and for a disabled person's.
 */
export async function findTokenOwner(
  ports: PeoplePorts,
  secret: string,
): Promise<{ readonly person: PersonRecord; readonly token: PersonalTokenRecord } | null> {
  if (secret.length > MAX_SECRET) return null;
  const token = await ports.store.findPersonalTokenByHash(secretHash(secret));
  const now = ports.clock();
  if (token === null || !isLive(token, now)) return null;
  const person = await ports.store.getPerson(token.person);
  if (person === null || person.disabledAt !== null) return null;
  if (token.usedAt === null || now - token.usedAt >= TOKEN_LIMITS.usedEveryMs) await noteUse(ports, token.hash, now);
  return { person, token };
}

/** Read again, as it may have been revoked since. */
async function noteUse({ store }: PeoplePorts, hash: string, now: number): Promise<void> {
  await noteIfPossible(store, async (tx) => {
    const token = await tx.findPersonalTokenByHash(hash);
    if (token !== null) await tx.putPersonalToken({ ...token, usedAt: now });
  });
}

/** Errors: `ProblemError("not-found")` for one that is not the person's. */
export async function revokePersonalToken(ports: PeoplePorts, person: PersonRecord, id: string): Promise<PersonalTokenView> {
  return await ports.store.transaction(async (tx) => {
    const token = (await tx.listPersonalTokens(person.id)).find((one) => one.id === id);
    if (token === undefined) throw new ProblemError("not-found", `You have no personal token ${id}.`);
    if (token.revokedAt !== null) return viewToken(token);
    const revoked = { ...token, revokedAt: ports.clock() };
    await tx.putPersonalToken(revoked);
    await auditPeople(tx, ports, actorOf(person), "personal-token.revoke", { token: id, name: token.name });
    return viewToken(revoked);
  });
}

/** For somebody who may act no more. */
export async function revokeTokensOf(tx: StoreTransaction, person: string, at: number): Promise<void> {
  for (const token of await tx.listPersonalTokens(person))
    if (token.revokedAt === null) await tx.putPersonalToken({ ...token, revokedAt: at });
}

const isLive = ({ revokedAt, expiresAt }: PersonalTokenRecord, now: number): boolean =>
  revokedAt === null && (expiresAt === null || now < expiresAt);

export function viewToken({ id, name, prefix, createdAt, expiresAt, usedAt, revokedAt }: PersonalTokenRecord): PersonalTokenView {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const times = { expiresAt: time(expiresAt), usedAt: time(usedAt), revokedAt: time(revokedAt) };
  return { id, name, prefix, createdAt: new Date(createdAt).toISOString(), ...times };
}
