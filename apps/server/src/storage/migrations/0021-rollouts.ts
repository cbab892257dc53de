/** Guarded rollouts, what each saw, bucket by bucket, and what was decided from it. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("rollouts")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("environment", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("sequence", "integer", (column) => column.notNull())
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("rule", "text", (column) => column.notNull())
    .addColumn("variant", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("revision", "integer", (column) => column.notNull())
    .addColumn("fence", "integer", (column) => column.notNull())
    .addColumn("terms", "text", (column) => column.notNull())
    .addColumn("progress", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("ended_at", "bigint")
    .addForeignKeyConstraint("rollouts_in_environments", ["project", "environment"], "environments", ["project", "key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("rollouts_of_projects").unique().on("rollouts").columns(["project", "sequence"]).execute();
  await db.schema.createIndex("rollouts_not_ended").on("rollouts").columns(["ended_at", "created_at"]).execute();
  await db.schema
    .createTable("rollout_observations")
    .addColumn("rollout", "text", (column) => column.notNull())
    .addColumn("sequence", "integer", (column) => column.notNull())
    .addColumn("bucket_at", "bigint", (column) => column.notNull())
    .addColumn("length_ms", "integer", (column) => column.notNull())
    .addColumn("step", "integer", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("rollout_observations_key", ["rollout", "sequence"])
    .addForeignKeyConstraint("observations_of_rollouts", ["rollout"], "rollouts", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema
    .createTable("rollout_verdicts")
    .addColumn("rollout", "text", (column) => column.notNull())
    .addColumn("sequence", "integer", (column) => column.notNull())
    .addColumn("verdict", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("last_at", "bigint", (column) => column.notNull())
    .addColumn("times", "integer", (column) => column.notNull())
    .addColumn("because", "text", (column) => column.notNull())
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("facts", "text")
    .addColumn("change_id", "text")
    .addColumn("actor", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("rollout_verdicts_key", ["rollout", "sequence"])
    .addForeignKeyConstraint("verdicts_of_rollouts", ["rollout"], "rollouts", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
}
