/** How values scored offline, and what an environment requires of it. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("environments")
    .addColumn("require_evals", "text", (column) => column.notNull().defaultTo("[]"))
    .execute();
  await db.schema
    .createTable("eval_reports")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("suite", "text", (column) => column.notNull())
    .addColumn("suite_version", "text")
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("variant", "text", (column) => column.notNull())
    .addColumn("config_hash", "text", (column) => column.notNull())
    .addColumn("value_version", "integer")
    .addColumn("model", "text")
    .addColumn("judge", "text")
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("summary", "text", (column) => column.notNull())
    .addColumn("items", "text", (column) => column.notNull())
    .addColumn("bytes", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("eval_reports_key", ["project", "id"])
    .addUniqueConstraint("eval_reports_sequence", ["project", "sequence"])
    .addForeignKeyConstraint("eval_reports_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema
    .createIndex("eval_reports_content")
    .on("eval_reports")
    .columns(["project", "flag", "suite", "config_hash", "sequence"])
    .execute();
}
