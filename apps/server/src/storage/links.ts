/** Kill links, in SQL. */

import type { Kysely } from "kysely";
import type { LinkReads, LinkRecord, LinkWrites } from "./link-record.ts";
import type { LinkTable, Tables } from "./tables.ts";

export function linkReads(db: Kysely<Tables>): LinkReads {
  return {
    async listLinks(project) {
      const query = db.selectFrom("links").selectAll().where("project", "=", project).orderBy("id");
      return (await query.execute()).map(linkOf);
    },
    async getLink(project, id) {
      const query = db.selectFrom("links").selectAll().where("project", "=", project).where("id", "=", id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : linkOf(row);
    },
    async findLinkByHash(hash) {
      const row = await db.selectFrom("links").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? null : linkOf(row);
    },
  };
}

export function linkWrites(db: Kysely<Tables>): LinkWrites {
  return {
    async putLink({ project, id, createdAt, expiresAt, revokedAt, usedAt, ...same }) {
      const row = { ...same, created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt, used_at: usedAt };
      await db
        .insertInto("links")
        .values({ project, id, ...row })
        .onConflict((conflict) => conflict.columns(["project", "id"]).doUpdateSet(row))
        .execute();
    },
  };
}

function linkOf({ created_at, expires_at, revoked_at, used_at, ...same }: LinkTable): LinkRecord {
  return { ...same, createdAt: created_at, expiresAt: expires_at, revokedAt: revoked_at, usedAt: used_at };
}
