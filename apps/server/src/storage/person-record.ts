/** People in the store, and everything by which one of them is recognised: sessions, tokens, links and foreign identities. */

import type { Grant } from "@dimmer/protocol";

export interface PersonRecord {
  readonly id: string;
  readonly name: string;
  /** In lower case; no two people have one. */
  readonly email: string;
  readonly grants: readonly Grant[];
  /** A PHC string; null for whoever signs in elsewhere. */
  readonly passwordHash: string | null;
  /** The sealed secret of the second factor; null where there is none. */
  readonly totp: string | null;
  /** One that waits for its first code. */
  readonly totpPending: string | null;
  /** The time step of the last code that was taken: none is taken twice. */
  readonly totpStep: number;
  /** SHA-256 of each recovery code that is left, hex. */
  readonly recovery: readonly string[];
  readonly createdAt: number;
  readonly disabledAt: number | null;
}

/** Who somebody is elsewhere: an issuer and its name for them. */
export interface IdentityRecord {
  readonly issuer: string;
  readonly subject: string;
  readonly person: string;
  readonly createdAt: number;
}

export interface SessionRecord {
  readonly id: string;
  /** SHA-256 of the secret in the cookie, hex. */
  readonly hash: string;
  readonly person: string;
  /** `password`, or the id of the provider that vouched. */
  readonly via: string;
  /** What the browser calls itself, to recognise the session by. */
  readonly agent: string;
  readonly createdAt: number;
  readonly seenAt: number;
  /** The end, however often it is used. */
  readonly expiresAt: number;
}

export interface PersonalTokenRecord {
  readonly id: string;
  readonly person: string;
  readonly name: string;
  readonly prefix: string;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
}

/** A link that lets somebody set a password, once: a new person, or one that is there. */
export interface PersonLinkRecord {
  readonly id: string;
  readonly kind: "invitation" | "password-reset";
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** Of a reset. */
  readonly person: string | null;
  readonly email: string;
  readonly name: string;
  /** What the invited will have. */
  readonly grants: readonly Grant[];
  /** The id of who made it. */
  readonly madeBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
}

export interface PersonReads {
  /** By id. */
  listPeople(): Promise<readonly PersonRecord[]>;
  hasPeople(): Promise<boolean>;
  getPerson(id: string): Promise<PersonRecord | null>;
  findPersonByEmail(email: string): Promise<PersonRecord | null>;
  findPersonByIdentity(issuer: string, subject: string): Promise<PersonRecord | null>;
  findSessionByHash(hash: string): Promise<SessionRecord | null>;
  /** Newest first. */
  listSessions(person: string): Promise<readonly SessionRecord[]>;
  findPersonalTokenByHash(hash: string): Promise<PersonalTokenRecord | null>;
  /** Oldest first. */
  listPersonalTokens(person: string): Promise<readonly PersonalTokenRecord[]>;
  findPersonLinkByHash(hash: string): Promise<PersonLinkRecord | null>;
  /** Oldest first. */
  listPersonLinks(kind: PersonLinkRecord["kind"]): Promise<readonly PersonLinkRecord[]>;
}

export interface PersonWrites {
  putPerson(record: PersonRecord): Promise<void>;
  /** With everything by which they were recognised. */
  removePerson(id: string): Promise<void>;
  putIdentity(record: IdentityRecord): Promise<void>;
  putSession(record: SessionRecord): Promise<void>;
  removeSession(id: string): Promise<void>;
  /** All of a person's but one, where one is named. */
  removeSessionsOf(person: string, but: string | null): Promise<void>;
  /** Those whose end was then or before, or that were not used since. */
  dropEndedSessions(ended: { readonly expiredBy: number; readonly unseenSince: number }): Promise<void>;
  putPersonalToken(record: PersonalTokenRecord): Promise<void>;
  putPersonLink(record: PersonLinkRecord): Promise<void>;
}
