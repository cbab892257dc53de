/** How many approvals an environment asks for, and the edits that wait for them. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("environments")
    .addColumn("require_review", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable("change_requests")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("editor", "text", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("file", "text")
    .addColumn("undoes", "text")
    .addColumn("operations", "text", (column) => column.notNull())
    .addColumn("summary", "text", (column) => column.notNull())
    .addColumn("effects", "text", (column) => column.notNull())
    .addColumn("approvals", "text", (column) => column.notNull())
    .addColumn("comments", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("settled_at", "bigint")
    .addColumn("change", "text")
    .addPrimaryKeyConstraint("change_requests_key", ["project", "id"])
    .addUniqueConstraint("change_requests_sequence", ["project", "sequence"])
    .addForeignKeyConstraint("change_requests_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("change_requests_state").on("change_requests").columns(["project", "state", "sequence"]).execute();
}
