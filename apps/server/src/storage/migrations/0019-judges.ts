/** Online judges, what each did in a day, and the samples that wait for them. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("judges")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("environment", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("definition", "text", (column) => column.notNull())
    .addColumn("message", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addForeignKeyConstraint("judges_in_environments", ["project", "environment"], "environments", ["project", "key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("judges_of_environments").on("judges").columns(["project", "environment"]).execute();
  await db.schema
    .createTable("judge_days")
    .addColumn("judge", "text", (column) => column.notNull())
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("usage", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("judge_days_key", ["judge", "day"])
    .addForeignKeyConstraint("judge_days_of_judges", ["judge"], "judges", ["id"], (key) => key.deferrable().initiallyDeferred())
    .execute();
  await db.schema
    .createTable("judge_samples")
    .addColumn("judge", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("sealed", "text")
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("judge_samples_key", ["judge", "id"])
    .addForeignKeyConstraint("judge_samples_of_judges", ["judge"], "judges", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("judge_samples_due").on("judge_samples").columns(["judge", "due_at"]).execute();
}
