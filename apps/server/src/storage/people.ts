/** People, their foreign identities and the links by which they set a password, in SQL. */

import type { Kysely } from "kysely";
import type { Grant } from "@dimmer/protocol";
import { fromJson, toJson } from "./json-column.ts";
import type { PersonLinkRecord, PersonReads, PersonRecord, PersonWrites } from "./person-record.ts";
import type { PersonLinkTable, PersonTable } from "./person-tables.ts";
import type { Tables } from "./tables.ts";

type Reads = Pick<
  PersonReads,
  | "listPeople"
  | "hasPeople"
  | "getPerson"
  | "findPersonByEmail"
  | "findPersonByIdentity"
  | "findPersonLinkByHash"
  | "listPersonLinks"
>;
type Writes = Pick<PersonWrites, "putPerson" | "removePerson" | "putIdentity" | "putPersonLink">;

export function personReads(db: Kysely<Tables>): Reads {
  const people = db.selectFrom("people").selectAll("people");
  const orNull = (row: PersonTable | undefined): PersonRecord | null => (row === undefined ? null : personOf(row));
  return {
    async listPeople() {
      return (await people.orderBy("id").execute()).map(personOf);
    },
    async hasPeople() {
      return (await db.selectFrom("people").select("id").limit(1).executeTakeFirst()) !== undefined;
    },
    async getPerson(id) {
      return orNull(await people.where("id", "=", id).executeTakeFirst());
    },
    async findPersonByEmail(email) {
      return orNull(await people.where("email", "=", email).executeTakeFirst());
    },
    async findPersonByIdentity(issuer, subject) {
      const query = people.innerJoin("person_identities", "person_identities.person", "people.id");
      return orNull(await query.where("issuer", "=", issuer).where("subject", "=", subject).executeTakeFirst());
    },
    async findPersonLinkByHash(hash) {
      const row = await db.selectFrom("person_links").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? null : linkOf(row);
    },
    async listPersonLinks(kind) {
      const query = db.selectFrom("person_links").selectAll().where("kind", "=", kind).orderBy("created_at").orderBy("id");
      return (await query.execute()).map(linkOf);
    },
  };
}

/** Everything that says who a person is; the people themselves come last. */
const OF_PERSON = ["person_identities", "sessions", "personal_tokens", "person_links"] as const;

export function personWrites(db: Kysely<Tables>): Writes {
  return {
    async putPerson({ id, grants, recovery, passwordHash, totpPending, totpStep, createdAt, disabledAt, ...same }) {
      const row = {
        ...same,
        grants: toJson(grants),
        recovery: toJson(recovery),
        password_hash: passwordHash,
        totp_pending: totpPending,
        totp_step: totpStep,
        created_at: createdAt,
        disabled_at: disabledAt,
      };
      await db
        .insertInto("people")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
    async removePerson(id) {
      for (const table of OF_PERSON) await db.deleteFrom(table).where("person", "=", id).execute();
      await db.deleteFrom("people").where("id", "=", id).execute();
    },
    async putIdentity({ createdAt, ...same }) {
      await db
        .insertInto("person_identities")
        .values({ ...same, created_at: createdAt })
        .execute();
    },
    async putPersonLink({ id, grants, madeBy, createdAt, expiresAt, usedAt, revokedAt, ...same }) {
      const times = { created_at: createdAt, expires_at: expiresAt, used_at: usedAt, revoked_at: revokedAt };
      const row = { ...same, grants: toJson(grants), made_by: madeBy, ...times };
      await db
        .insertInto("person_links")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
  };
}

const grantsOf = (text: string) => fromJson(text) as readonly Grant[];

function personOf(row: PersonTable): PersonRecord {
  const { grants, recovery, password_hash, totp_pending, totp_step, created_at, disabled_at, ...same } = row;
  return {
    ...same,
    grants: grantsOf(grants),
    recovery: fromJson(recovery) as readonly string[],
    passwordHash: password_hash,
    totpPending: totp_pending,
    totpStep: totp_step,
    createdAt: created_at,
    disabledAt: disabled_at,
  };
}

function linkOf({
  kind,
  grants,
  made_by,
  created_at,
  expires_at,
  used_at,
  revoked_at,
  ...same
}: PersonLinkTable): PersonLinkRecord {
  const times = { createdAt: created_at, expiresAt: expires_at, usedAt: used_at, revokedAt: revoked_at };
  return { ...same, kind: kind as PersonLinkRecord["kind"], grants: grantsOf(grants), madeBy: made_by, ...times };
}
