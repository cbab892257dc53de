/** What projects declare of their evaluation contexts. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("contexts")
    .addColumn("project", "text", (column) => column.primaryKey())
    .addColumn("revision", "bigint", (column) => column.notNull())
    .addColumn("declaration", "text")
    .addForeignKeyConstraint("contexts_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
}
