/** Who a request acts as, and what they may do as things stand. */

import { type BuiltInRole, type Grant, type HeldGrant, ProblemError, type Right, ROLES } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { KeyRecord, StoreReader } from "../storage/store.ts";
import { type Place, requireRight } from "./authorise.ts";

/** A key or a person, with what their roles allow; server and browser keys have no grants, as they manage nothing. */
export interface Principal {
  readonly kind: "key" | "person";
  readonly id: string;
  readonly name: string;
  readonly grants: readonly HeldGrant[];
  /** Null for a person. */
  readonly key: KeyRecord | null;
}

export interface KeyPrincipal extends Principal {
  readonly kind: "key";
  readonly key: KeyRecord;
}

export async function principalOfKey(store: StoreReader, key: KeyRecord): Promise<KeyPrincipal> {
  const { id, name, role, project, environment } = key;
  const grants = role === null ? [] : [await expandGrant(store, { role, project, environment })];
  return { kind: "key", id, name, grants, key };
}

export async function principalOfPerson(store: StoreReader, { id, name, grants }: PersonRecord): Promise<Principal> {
  const held: HeldGrant[] = [];
  for (const grant of grants) held.push(await expandGrant(store, grant));
  return { kind: "person", id, name, grants: held, key: null };
}

/** What a principal signs its acts with. */
export function authorOfPrincipal({ kind, id, name, grants }: Principal): Author {
  return { actor: { kind, id, name }, grants };
}

/**
 * The author with the grants of this moment. Called inside the transaction that writes, so that a right that was taken away between
 * the request and the write is gone.
 *
 * Shape:  what acts by itself (the installer, a file, a link) keeps the grants it was given.
 * Errors: `ProblemError("forbidden")` for a key that is gone, revoked or expired, and for a person who is gone or disabled.
 * Source: reliability A51.
 */
export async function currentAuthor(store: StoreReader, author: Author, now: number): Promise<Author> {
  const { actor } = author;
  if (actor.kind === "system" || actor.kind === "link") return author;
  if (actor.kind === "person") return authorOfPrincipal(await principalOfPerson(store, await requireEnabled(store, actor.id)));
  return authorOfPrincipal(await principalOfKey(store, await requireLiveKey(store, actor.id, now)));
}

/** The rights of this moment, for what is written in the same transaction. Errors: those of `currentAuthor` and `requireRight`. */
export async function requireRightNow(
  store: StoreReader,
  author: Author,
  right: Right,
  place: Place,
  now: number,
): Promise<void> {
  requireRight(await currentAuthor(store, author, now), right, place);
}

/** Of an unknown role nothing is left: what is not known must not allow anything. */
export async function expandGrant(store: StoreReader, grant: Grant): Promise<HeldGrant> {
  return { ...grant, rights: (await rightsOfRole(store, grant.role)) ?? [] };
}

/** Undefined for a role that is not there. */
export async function rightsOfRole(store: StoreReader, role: string): Promise<readonly Right[] | undefined> {
  return isBuiltIn(role) ? ROLES[role] : (await store.getRole(role))?.rights;
}

export const isBuiltIn = (role: string): role is BuiltInRole => Object.hasOwn(ROLES, role);

export function isLive({ revokedAt, expiresAt }: KeyRecord, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

async function requireEnabled(store: StoreReader, id: string): Promise<PersonRecord> {
  const person = await store.getPerson(id);
  if (person !== null && person.disabledAt === null) return person;
  throw new ProblemError("forbidden", `The person in whose name this is to be done is ${person === null ? "gone" : "disabled"}.`);
}

async function requireLiveKey(store: StoreReader, id: string, now: number): Promise<KeyRecord> {
  const key = await store.getKey(id);
  if (key !== null && isLive(key, now)) return key;
  const what = key === null ? "is gone" : key.revokedAt === null ? "has expired" : "was revoked";
  throw new ProblemError("forbidden", `The token that this is to be done with ${what}. Use one that counts.`);
}
