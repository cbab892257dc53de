/** A new password: one's own, or by a link. Every other session ends with it. */

import { ProblemError } from "@dimmer/protocol";
import type { PersonRecord } from "../storage/person-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { requireGoodPassword } from "./check-password.ts";
import { requireLink, revokeLinks } from "./password-links.ts";
import { requirePerson } from "./people.ts";
import { actorOf, auditPeople, type PeoplePorts } from "./people-ports.ts";
import { type SignedIn, startSession, type StartedSession } from "./sessions.ts";
import { takeAttempt } from "./sign-in.ts";

/**
 * Changes one's own password.
 *
 * Shape:  a new session takes the place of all.
 * Errors: `ProblemError`: unauthenticated where the current one is wrong; invalid-request for a weak one; conflict for whoever signs in
 *         elsewhere; too-many-requests.
 */
export async function changePassword(
  ports: PeoplePorts,
  { person, session }: SignedIn,
  { current, password }: { readonly current: string; readonly password: string },
): Promise<StartedSession> {
  if (person.passwordHash === null) throw new ProblemError("conflict", "You have no password here: you sign in elsewhere.");
  const forgive = takeAttempt(ports, { account: `person/${person.id}` });
  if (!(await ports.passwords.verify(person.passwordHash, current)))
    throw new ProblemError("unauthenticated", "That is not your current password.");
  requireGoodPassword(password, person);
  const passwordHash = await ports.passwords.hash(password);
  const started = await ports.store.transaction(async (tx) => {
    const changed = await setPassword(tx, ports, person.id, passwordHash);
    return await startSession(tx, ports, changed, session.via, session);
  });
  forgive();
  return started;
}

/**
 * Sets the password of whoever was given the link. A second factor stays: the link alone signs nobody in.
 *
 * Errors: `ProblemError`: not-found for a link that does not count; invalid-request for a weak password.
 */
export async function resetPassword(
  ports: PeoplePorts,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<PersonRecord> {
  requireGoodPassword(password, await requireLink(ports.store, "password-reset", token, ports.clock()));
  const passwordHash = await ports.passwords.hash(password);
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    const link = await requireLink(tx, "password-reset", token, at);
    await tx.putPersonLink({ ...link, usedAt: at });
    return await setPassword(tx, ports, link.person ?? "", passwordHash);
  });
}

async function setPassword(tx: StoreTransaction, ports: PeoplePorts, id: string, passwordHash: string): Promise<PersonRecord> {
  const person = await requirePerson(tx, id);
  const changed = { ...person, passwordHash };
  await tx.putPerson(changed);
  await tx.removeSessionsOf(id, null);
  await revokeLinks(tx, "password-reset", ports.clock(), (link) => link.person === id);
  await auditPeople(tx, ports, actorOf(person), "password.change", { person: id });
  return changed;
}
