/** People: who there is, what they may, and who may change that. */

import { type Grant, type PersonRequest, type PersonView, ProblemError } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { requireGivable, requireOver, requireOverPerson } from "./may-grant.ts";
import { makePasswordLink, revokeLinks } from "./password-links.ts";
import { auditPeople, type PeoplePorts } from "./people-ports.ts";
import { revokeTokensOf } from "./personal-tokens.ts";
import { withoutTwoFactor } from "./two-factor.ts";

/** Accounts of an installation. */
export const MAX_PEOPLE = 5_000;

/**
 * Changes a person: name, grants, whether they may sign in, whether they still have a second factor.
 *
 * Shape:  one transaction. Who is disabled loses sessions and tokens; who is disabled or gets other grants, the invitations they made.
 * Errors: `ProblemError`: not-found; forbidden beyond the author's own rights; conflict for the last owner.
 * Source: ADR-0036; reliability A51, A53.
 */
export async function editPerson(ports: PeoplePorts, author: Author, id: string, request: PersonRequest): Promise<PersonRecord> {
  return await ports.store.transaction(async (tx) => {
    const person = await requirePerson(tx, id);
    const { name = person.name, grants = person.grants, disabled, twoFactor } = request;
    const at = ports.clock();
    await requireGivable(tx, author, without(grants, person.grants), at);
    await requireOver(tx, author, without(person.grants, grants), at);
    // Whoever can rename, keep out or weaken somebody must be able to do what they can.
    if (request.name !== undefined || disabled !== undefined || twoFactor !== undefined)
      await requireOverPerson(tx, author, person, at);
    const disabledAt = disabled === undefined ? person.disabledAt : disabled ? (person.disabledAt ?? at) : null;
    const base = twoFactor === false ? withoutTwoFactor(person) : person;
    const edited: PersonRecord = { ...base, name, grants, disabledAt };
    await tx.putPerson(edited);
    await requireOwner(tx);
    if (disabledAt !== null) await endEverything(tx, id, at);
    if (disabledAt !== null || request.grants !== undefined)
      await revokeLinks(tx, "invitation", at, ({ madeBy }) => madeBy === id);
    await auditPeople(tx, ports, author.actor, "person.update", { person: id, ...sayEdit(request) });
    return edited;
  });
}

const sayEdit = ({ name, grants, disabled, twoFactor }: PersonRequest) => ({
  ...(name === undefined ? {} : { name }),
  ...(grants === undefined ? {} : { grants: grants.map((grant) => ({ ...grant })) }),
  ...(disabled === undefined ? {} : { disabled }),
  ...(twoFactor === undefined ? {} : { twoFactor }),
});

async function endEverything(tx: StoreTransaction, person: string, at: number): Promise<void> {
  await tx.removeSessionsOf(person, null);
  await revokeTokensOf(tx, person, at);
  await revokeLinks(tx, "password-reset", at, (link) => link.person === person);
}

/** Errors: those of `editPerson`. What they did stays theirs in history and audit. */
export async function removePerson(ports: PeoplePorts, author: Author, id: string): Promise<PersonRecord> {
  return await ports.store.transaction(async (tx) => {
    const person = await requirePerson(tx, id);
    await requireOverPerson(tx, author, person, ports.clock());
    await revokeLinks(tx, "invitation", ports.clock(), ({ madeBy }) => madeBy === id);
    await tx.removePerson(id);
    await requireOwner(tx);
    await auditPeople(tx, ports, author.actor, "person.remove", { person: id, name: person.name, email: person.email });
    return person;
  });
}

/**
 * Makes the link by which a person sets a new password; the one before counts no more.
 *
 * Errors: `ProblemError`: not-found; forbidden for whoever has not all the person's rights; conflict for a disabled person.
 */
export async function makeResetLink(ports: PeoplePorts, author: Author, id: string) {
  return await ports.store.transaction(async (tx) => {
    const person = await requirePerson(tx, id);
    await requireOverPerson(tx, author, person, ports.clock());
    if (person.disabledAt !== null) throw new ProblemError("conflict", "This person is disabled. Enable them first.");
    await revokeLinks(tx, "password-reset", ports.clock(), (link) => link.person === id);
    const { name, email } = person;
    const order = { kind: "password-reset", person: id, email, name, grants: [], madeBy: author.actor.id } as const;
    const made = await makePasswordLink(tx, ports, order);
    await auditPeople(tx, ports, author.actor, "password.reset-link", { person: id, link: made.record.id });
    return made;
  });
}

export async function requirePerson(store: StoreReader, id: string): Promise<PersonRecord> {
  const person = await store.getPerson(id);
  if (person === null) throw new ProblemError("not-found", `There is no person ${id}.`);
  return person;
}

/** Somebody must be able to let others in. */
async function requireOwner(tx: StoreTransaction): Promise<void> {
  const people = await tx.listPeople();
  if (people.some((person) => person.disabledAt === null && person.grants.some(isOwner))) return;
  throw new ProblemError("conflict", "That would leave nobody who owns this installation. Make somebody else an owner first.");
}

const isOwner = ({ role, project, environment }: Grant): boolean => role === "owner" && project === null && environment === null;

/** What one list has and the other has not. */
function without(some: readonly Grant[], others: readonly Grant[]): readonly Grant[] {
  const nameOf = ({ role, project, environment }: Grant) => JSON.stringify([role, project, environment]);
  const names = new Set(others.map(nameOf));
  return some.filter((grant) => !names.has(nameOf(grant)));
}

export function viewPerson({ id, name, email, grants, disabledAt, totp, passwordHash, createdAt }: PersonRecord): PersonView {
  const has = { disabled: disabledAt !== null, twoFactor: totp !== null, password: passwordHash !== null };
  return { id, name, email, grants, ...has, createdAt: new Date(createdAt).toISOString() };
}
