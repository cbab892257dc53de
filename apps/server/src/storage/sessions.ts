/** Sessions and personal tokens, by the digest of their secret, in SQL. */

import type { Kysely } from "kysely";
import type { PersonalTokenRecord, PersonReads, PersonWrites, SessionRecord } from "./person-record.ts";
import type { PersonalTokenTable, SessionTable } from "./person-tables.ts";
import type { Tables } from "./tables.ts";

type Reads = Pick<PersonReads, "findSessionByHash" | "listSessions" | "findPersonalTokenByHash" | "listPersonalTokens">;
type Writes = Pick<PersonWrites, "putSession" | "removeSession" | "removeSessionsOf" | "dropEndedSessions" | "putPersonalToken">;

export function sessionReads(db: Kysely<Tables>): Reads {
  return {
    async findSessionByHash(hash) {
      const row = await db.selectFrom("sessions").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? null : sessionOf(row);
    },
    async listSessions(person) {
      const query = db.selectFrom("sessions").selectAll().where("person", "=", person);
      return (await query.orderBy("created_at", "desc").orderBy("id").execute()).map(sessionOf);
    },
    async findPersonalTokenByHash(hash) {
      const row = await db.selectFrom("personal_tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? null : tokenOf(row);
    },
    async listPersonalTokens(person) {
      const query = db.selectFrom("personal_tokens").selectAll().where("person", "=", person);
      return (await query.orderBy("created_at").orderBy("id").execute()).map(tokenOf);
    },
  };
}

export function sessionWrites(db: Kysely<Tables>): Writes {
  return {
    async putSession({ id, createdAt, seenAt, expiresAt, ...same }) {
      const row = { ...same, created_at: createdAt, seen_at: seenAt, expires_at: expiresAt };
      await db
        .insertInto("sessions")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
    async removeSession(id) {
      await db.deleteFrom("sessions").where("id", "=", id).execute();
    },
    async removeSessionsOf(person, but) {
      const all = db.deleteFrom("sessions").where("person", "=", person);
      await (but === null ? all : all.where("id", "!=", but)).execute();
    },
    async dropEndedSessions({ expiredBy, unseenSince }) {
      await db
        .deleteFrom("sessions")
        .where((where) => where.or([where("expires_at", "<=", expiredBy), where("seen_at", "<=", unseenSince)]))
        .execute();
    },
    async putPersonalToken({ id, createdAt, expiresAt, usedAt, revokedAt, ...same }) {
      const row = { ...same, created_at: createdAt, expires_at: expiresAt, used_at: usedAt, revoked_at: revokedAt };
      await db
        .insertInto("personal_tokens")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
  };
}

function sessionOf({ created_at, seen_at, expires_at, ...same }: SessionTable): SessionRecord {
  return { ...same, createdAt: created_at, seenAt: seen_at, expiresAt: expires_at };
}

function tokenOf({ created_at, expires_at, used_at, revoked_at, ...same }: PersonalTokenTable): PersonalTokenRecord {
  return { ...same, createdAt: created_at, expiresAt: expires_at, usedAt: used_at, revokedAt: revoked_at };
}
