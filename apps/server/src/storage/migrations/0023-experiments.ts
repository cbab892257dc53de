/** Experiments with what they gave whom and what came of it, exclusion groups, and holdouts. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("experiments")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("environment", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("revision", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addForeignKeyConstraint(
      "experiments_in_environments",
      ["project", "environment"],
      "environments",
      ["project", "key"],
      (key) => key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("experiments_of_projects").on("experiments").columns(["project", "created_at"]).execute();
  await db.schema.createIndex("experiments_by_state").on("experiments").columns(["state"]).execute();
  await db.schema
    .createTable("experiment_periods")
    .addColumn("experiment", "text", (column) => column.notNull())
    .addColumn("from_at", "bigint", (column) => column.notNull())
    .addColumn("shares", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("experiment_periods_key", ["experiment", "from_at"])
    .addForeignKeyConstraint("periods_of_experiments", ["experiment"], "experiments", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema
    .createTable("experiment_results")
    .addColumn("experiment", "text", (column) => column.notNull())
    .addColumn("kept", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("result", "text", (column) => column.notNull())
    .addColumn("material", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("experiment_results_key", ["experiment", "kept"])
    .addForeignKeyConstraint("results_of_experiments", ["experiment"], "experiments", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  for (const table of ["exclusion_groups", "holdouts"] as const) {
    const common = db.schema
      .createTable(table)
      .addColumn("project", "text", (column) => column.notNull())
      .addColumn("environment", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("salt", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addForeignKeyConstraint(
        `${table}_in_environments`,
        ["project", "environment"],
        "environments",
        ["project", "key"],
        (key) => key.deferrable().initiallyDeferred(),
      );
    await (table === "holdouts" ? common.addColumn("slots", "integer", (column) => column.notNull()) : common).execute();
    await db.schema.createIndex(`${table}_of_projects`).on(table).columns(["project", "created_at"]).execute();
  }
}
