/** Kill links. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("links")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("environment", "text", (column) => column.notNull())
    .addColumn("variant", "text")
    .addColumn("prefix", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .addColumn("used_at", "bigint")
    .addPrimaryKeyConstraint("links_key", ["project", "id"])
    .addUniqueConstraint("links_hash", ["hash"])
    .addForeignKeyConstraint("links_in_environments", ["project", "environment"], "environments", ["project", "key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
}
