/** Texts that prompts share, every version of them, and which ones a value was made with. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("snippets")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("latest", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("removed_at", "bigint")
    .addPrimaryKeyConstraint("snippets_key", ["project", "name"])
    .addForeignKeyConstraint("snippets_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema
    .createTable("snippet_versions")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("number", "integer", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("snippet_versions_key", ["project", "name", "number"])
    .addForeignKeyConstraint("snippet_versions_of_snippets", ["project", "name"], "snippets", ["project", "name"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  // What was written where it differs from the value, and by name the versions that stand in it.
  await db.schema.alterTable("value_versions").addColumn("written", "text").execute();
  await db.schema.alterTable("value_versions").addColumn("snippets", "text").execute();
}
