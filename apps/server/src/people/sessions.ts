/** Sessions: started with a new secret at every sign-in, found by its digest, ended by time, by hand and by a new password. */

import { ProblemError, type SessionView } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { drawSecret, MAX_SECRET, secretHash } from "../access/key-secret.ts";
import type { PersonRecord, SessionRecord } from "../storage/person-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { actorOf, auditPeople, noteIfPossible, type PeoplePorts } from "./people-ports.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const SESSION_LIMITS = {
  /** Milliseconds without a request after which it is over: a long weekend. */
  idleMs: 4 * DAY_MS,
  /** Milliseconds after which it is over however much it is used. */
  lifeMs: 30 * DAY_MS,
  /** A use is written down at most this often. */
  seenEveryMs: 60_000,
  /** Of one person; a further one ends the oldest. */
  perPerson: 20,
  /** Characters of what the browser calls itself. */
  agent: 200,
} as const;

/** Where somebody signs in. */
export interface Browser {
  readonly agent: string;
  /** The secret of the session that it sent, if any: a new one takes its place. */
  readonly replaces?: string | undefined;
}

/** Somebody who was recognised, and by what. */
export interface SignedIn {
  readonly person: PersonRecord;
  readonly session: SessionRecord;
}

export interface StartedSession extends SignedIn {
  /** For the cookie, and nowhere else. */
  readonly secret: string;
}

/** Inside the transaction that found out who it is. */
export async function startSession(
  tx: StoreTransaction,
  ports: PeoplePorts,
  person: PersonRecord,
  via: string,
  { agent, replaces }: Browser,
): Promise<StartedSession> {
  const at = ports.clock();
  const before = replaces === undefined ? null : await tx.findSessionByHash(secretHash(replaces));
  if (before !== null) await tx.removeSession(before.id);
  await tx.dropEndedSessions({ expiredBy: at, unseenSince: at - SESSION_LIMITS.idleMs });
  const others = await tx.listSessions(person.id);
  for (const { id } of others.slice(SESSION_LIMITS.perPerson - 1)) await tx.removeSession(id);
  const secret = drawSecret("session", ports.random);
  const session: SessionRecord = {
    id: drawId("session", ports.random),
    hash: secretHash(secret),
    person: person.id,
    via,
    agent: agent.slice(0, SESSION_LIMITS.agent),
    createdAt: at,
    seenAt: at,
    expiresAt: at + SESSION_LIMITS.lifeMs,
  };
  await tx.putSession(session);
  await auditPeople(tx, ports, actorOf(person), "session.create", { session: session.id, via });
  return { person, session, secret };
}

/**
 * Finds the live session of a secret and who it belongs to, always by the store, so that one that was ended has ended.
 *
 * Shape:  null for an unknown or ended one, and for a disabled person's.
 * Errors: the store's own.
 * Source: ADR-0036; reliability I40.
 */
export async function findSession(ports: PeoplePorts, secret: string): Promise<SignedIn | null> {
  if (secret.length > MAX_SECRET) return null;
  const session = await ports.store.findSessionByHash(secretHash(secret));
  const now = ports.clock();
  if (session === null || !isLive(session, now)) return null;
  const person = await ports.store.getPerson(session.person);
  if (person === null || person.disabledAt !== null) return null;
  if (now - session.seenAt >= SESSION_LIMITS.seenEveryMs) await noteUse(ports, session.hash, now);
  return { person, session };
}

const isLive = ({ expiresAt, seenAt }: SessionRecord, now: number): boolean =>
  now < expiresAt && now - seenAt < SESSION_LIMITS.idleMs;

/** Read again, as it may have ended since: noting a use must not bring it back. */
async function noteUse({ store }: PeoplePorts, hash: string, now: number): Promise<void> {
  await noteIfPossible(store, async (tx) => {
    const session = await tx.findSessionByHash(hash);
    if (session !== null) await tx.putSession({ ...session, seenAt: now });
  });
}

/** Errors: `ProblemError("not-found")` for one that is not the person's. */
export async function endSession(ports: PeoplePorts, person: PersonRecord, id: string): Promise<void> {
  await ports.store.transaction(async (tx) => {
    if (!(await tx.listSessions(person.id)).some((session) => session.id === id))
      throw new ProblemError("not-found", `You have no session ${id}.`);
    await tx.removeSession(id);
    await auditPeople(tx, ports, actorOf(person), "session.end", { session: id });
  });
}

/** The person's own, newest first, without those that are over. */
export async function listSessions(
  ports: PeoplePorts,
  person: string,
  current: string | undefined,
): Promise<readonly SessionView[]> {
  const now = ports.clock();
  const time = (at: number): string => new Date(at).toISOString();
  return (await ports.store.listSessions(person))
    .filter((session) => isLive(session, now))
    .map(({ id, via, agent, createdAt, seenAt, expiresAt }) => {
      const times = { createdAt: time(createdAt), seenAt: time(seenAt), expiresAt: time(expiresAt) };
      return { id, via, agent, ...times, current: id === current };
    });
}
