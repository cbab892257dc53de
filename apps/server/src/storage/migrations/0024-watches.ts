/** Watching without a ramp: frozen references with their hours, canary sets with their results, drills of fallbacks. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  const within = (name: string) =>
    table(name)
      .addColumn("project", "text", (column) => column.notNull())
      .addColumn("environment", "text", (column) => column.notNull())
      .addForeignKeyConstraint(`${name}_in_environments`, ["project", "environment"], "environments", ["project", "key"], (key) =>
        key.deferrable().initiallyDeferred(),
      );

  await within("drift_places")
    .addColumn("watched_until", "bigint", (column) => column.notNull())
    .addColumn("series", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("drift_places_key", ["project", "environment"])
    .execute();
  await within("drift_settings")
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("settings", "text", (column) => column.notNull())
    .addColumn("revision", "integer", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("drift_settings_key", ["project", "environment", "flag"])
    .execute();
  await within("drift_references")
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("variant", "text", (column) => column.notNull())
    .addColumn("configuration", "text", (column) => column.notNull())
    .addColumn("value_version", "integer")
    .addColumn("since", "bigint", (column) => column.notNull())
    .addColumn("frozen_at", "bigint")
    .addColumn("retired_at", "bigint")
    .addColumn("baseline", "text")
    .execute();
  await db.schema
    .createIndex("drift_references_of_flags")
    .on("drift_references")
    .columns(["project", "environment", "flag", "since"])
    .execute();
  await table("drift_hours")
    .addColumn("reference", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("hour", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("drift_hours_key", ["reference", "at"])
    .addForeignKeyConstraint("drift_hours_of_references", ["reference"], "drift_references", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await within("drift_marks")
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("mark", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("drift_marks_key", ["project", "environment", "flag", "id"])
    .execute();

  await within("canaries")
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("definition", "text", (column) => column.notNull())
    .addColumn("message", "text")
    .addColumn("next_at", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await table("canary_days")
    .addColumn("canary", "text", (column) => column.notNull())
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("usage", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("canary_days_key", ["canary", "day"])
    .addForeignKeyConstraint("canary_days_of_canaries", ["canary"], "canaries", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await table("canary_results")
    .addColumn("canary", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("variant", "text", (column) => column.notNull())
    .addColumn("config_hash", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("is_reference", "integer", (column) => column.notNull())
    .addColumn("result", "text", (column) => column.notNull())
    .addColumn("items", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("canary_results_key", ["canary", "id"])
    .addForeignKeyConstraint("canary_results_of_canaries", ["canary"], "canaries", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("canary_results_of_variants").on("canary_results").columns(["canary", "variant", "at"]).execute();
  await db.schema.alterTable("eval_runs").addColumn("canary", "text").execute();

  await within("drill_settings")
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("settings", "text")
    .addColumn("revision", "integer", (column) => column.notNull())
    .addColumn("next_at", "bigint")
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("drill_settings_key", ["project", "environment", "flag"])
    .execute();
  await within("drills")
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .addColumn("drill", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("drills_of_flags").on("drills").columns(["project", "environment", "flag", "started_at"]).execute();
  await db.schema.createIndex("drills_in_states").on("drills").columns(["state"]).execute();
}
