/** Invitations: made by somebody who may give what they promise, taken once. */

import { type InvitationRequest, type InvitationView, ProblemError } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import type { PersonLinkRecord } from "../storage/person-record.ts";
import { requireGoodPassword } from "./check-password.ts";
import { requireGivable, requireOver } from "./may-grant.ts";
import { listOpenLinks, makePasswordLink, requireLink } from "./password-links.ts";
import { MAX_PEOPLE } from "./people.ts";
import { actorOf, auditPeople, type PeoplePorts } from "./people-ports.ts";
import { type Browser, startSession, type StartedSession } from "./sessions.ts";
import { describe, newPerson } from "./set-up.ts";

/** That wait to be taken. */
const MAX_INVITATIONS = 500;

/**
 * Invites somebody.
 *
 * Shape:  an invitation to the same address that was made before counts no more.
 * Errors: `ProblemError`: forbidden for grants beyond the author's own; conflict for an address that has an account, before there
 *         is an owner, and beyond the bound.
 * Source: reliability A53.
 */
export async function invite(ports: PeoplePorts, author: Author, request: InvitationRequest) {
  const email = request.email.toLowerCase();
  return await ports.store.transaction(async (tx) => {
    await requireGivable(tx, author, request.grants, ports.clock());
    // The first person is the owner; somebody before would end the set-up and leave none.
    if (!(await tx.hasPeople()))
      throw new ProblemError("conflict", "Nobody owns this installation yet. Open the set-up link first.");
    if ((await tx.findPersonByEmail(email)) !== null)
      throw new ProblemError("conflict", "Somebody has an account with this address already.");
    const open = await listOpenLinks(tx, "invitation", ports.clock());
    if (open.length >= MAX_INVITATIONS)
      throw new ProblemError("conflict", `${MAX_INVITATIONS} invitations wait. Revoke some first.`);
    for (const before of open) if (before.email === email) await tx.putPersonLink({ ...before, revokedAt: ports.clock() });
    const { name = "", grants } = request;
    const order = { kind: "invitation", person: null, email, name, grants, madeBy: author.actor.id } as const;
    const made = await makePasswordLink(tx, ports, order);
    const details = { invitation: made.record.id, email, grants: grants.map((grant) => ({ ...grant })) };
    await auditPeople(tx, ports, author.actor, "invitation.create", details);
    return made;
  });
}

/** Errors: `ProblemError`: not-found for none that waits; forbidden for one that the author could not have made. */
export async function revokeInvitation(ports: PeoplePorts, author: Author, id: string): Promise<PersonLinkRecord> {
  return await ports.store.transaction(async (tx) => {
    const found = (await listOpenLinks(tx, "invitation", ports.clock())).find((link) => link.id === id);
    if (found === undefined) throw new ProblemError("not-found", `No invitation ${id} waits.`);
    await requireOver(tx, author, found.grants, ports.clock());
    const revoked = { ...found, revokedAt: ports.clock() };
    await tx.putPersonLink(revoked);
    await auditPeople(tx, ports, author.actor, "invitation.revoke", { invitation: id });
    return revoked;
  });
}

export interface AcceptOrder {
  readonly token: string;
  readonly name: string;
  readonly password: string;
  readonly browser: Browser;
}

/**
 * Makes the invited person and signs them in.
 *
 * Errors: `ProblemError`: not-found for a link that does not count; invalid-request for a weak password; conflict beyond the bound, and
 *         where the address has an account by now.
 */
export async function acceptInvitation(ports: PeoplePorts, order: AcceptOrder): Promise<StartedSession> {
  const { email } = await requireLink(ports.store, "invitation", order.token, ports.clock());
  requireGoodPassword(order.password, { name: order.name, email });
  const passwordHash = await ports.passwords.hash(order.password);
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    const invitation = await requireLink(tx, "invitation", order.token, at);
    if ((await tx.findPersonByEmail(email)) !== null)
      throw new ProblemError("conflict", "Somebody has an account with this address already.");
    if ((await tx.listPeople()).length >= MAX_PEOPLE)
      throw new ProblemError("conflict", `There are ${MAX_PEOPLE} people. Remove some first.`);
    const person = { ...newPerson(ports, { name: order.name, email }), grants: invitation.grants, passwordHash };
    await tx.putPerson(person);
    await tx.putPersonLink({ ...invitation, usedAt: at });
    await auditPeople(tx, ports, actorOf(person), "person.create", { ...describe(person), invitation: invitation.id });
    return await startSession(tx, ports, person, "password", order.browser);
  });
}

export function viewInvitation({ id, email, name, grants, createdAt, expiresAt }: PersonLinkRecord): InvitationView {
  const times = { createdAt: new Date(createdAt).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
  return { id, email, name, grants, ...times };
}
