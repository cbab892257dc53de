/** API keys by the digest of their secret, in SQL. */

import type { Kysely } from "kysely";
import type { KeyRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { KeyTable, Tables } from "./tables.ts";

type Reads = Pick<StoreReader, "listKeys" | "findKeyByHash" | "getKey">;
type Writes = Pick<StoreTransaction, "putKey">;

export function keyReads(db: Kysely<Tables>): Reads {
  return {
    async listKeys(project) {
      const query = db.selectFrom("keys").selectAll().orderBy("created_at").orderBy("id");
      const rows = await (project === null ? query.where("project", "is", null) : query.where("project", "=", project)).execute();
      return rows.map(keyOf);
    },
    async findKeyByHash(hash) {
      const row = await db.selectFrom("keys").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? null : keyOf(row);
    },
    async getKey(id) {
      const row = await db.selectFrom("keys").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : keyOf(row);
    },
  };
}

export function keyWrites(db: Kysely<Tables>): Writes {
  return {
    async putKey({ id, ...record }) {
      const row = {
        kind: record.kind,
        name: record.name,
        prefix: record.prefix,
        hash: record.hash,
        role: record.role,
        project: record.project,
        environment: record.environment,
        created_at: record.createdAt,
        expires_at: record.expiresAt,
        revoked_at: record.revokedAt,
      };
      await db
        .insertInto("keys")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
  };
}

function keyOf(row: KeyTable): KeyRecord {
  return {
    id: row.id,
    kind: row.kind as KeyRecord["kind"],
    name: row.name,
    prefix: row.prefix,
    hash: row.hash,
    role: row.role,
    project: row.project,
    environment: row.environment,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
