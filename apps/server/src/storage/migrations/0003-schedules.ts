/** Changes that are to be made at a time. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("schedules")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("operations", "text", (column) => column.notNull())
    .addColumn("expected", "text", (column) => column.notNull())
    .addColumn("undoes", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("settled_at", "bigint")
    .addColumn("change", "text")
    .addColumn("problem", "text")
    .addPrimaryKeyConstraint("schedules_key", ["project", "id"])
    .addUniqueConstraint("schedules_sequence", ["project", "sequence"])
    .addForeignKeyConstraint("schedules_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("schedules_due").on("schedules").columns(["state", "due_at"]).execute();
}
