/** Alerts, the log of notices that webhooks follow beside the changes, what each webhook asks for, and when models retire. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("alerts")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("severity", "integer", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("environment", "text")
    .addColumn("flag", "text")
    .addColumn("variant", "text")
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("cause", "text", (column) => column.notNull())
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("action", "text")
    .addColumn("times", "integer", (column) => column.notNull())
    .addColumn("first_at", "bigint", (column) => column.notNull())
    .addColumn("last_at", "bigint", (column) => column.notNull())
    .addColumn("told_at", "bigint")
    .addColumn("is_told", "integer", (column) => column.notNull())
    .addColumn("acknowledged_by", "text")
    .addColumn("resolved_by", "text")
    .addColumn("resolved_at", "bigint")
    .addColumn("note", "text")
    .addPrimaryKeyConstraint("alerts_key", ["project", "id"])
    .addUniqueConstraint("alerts_in_order", ["project", "sequence"])
    .addForeignKeyConstraint("alerts_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema.createIndex("alerts_by_key").on("alerts").columns(["project", "key", "sequence"]).execute();
  await db.schema.createIndex("alerts_by_state").on("alerts").columns(["project", "state", "severity", "sequence"]).execute();
  await db.schema
    .createTable("notices")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("topic", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("notices_key", ["project", "sequence"])
    .addForeignKeyConstraint("notices_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema
    .createTable("model_retirements")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("provider", "text", (column) => column.notNull())
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("retires_on", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("model_retirements_key", ["project", "provider", "model"])
    .addForeignKeyConstraint("model_retirements_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  // Those that were made before hear of changes alone, as they did.
  await db.schema
    .alterTable("webhooks")
    .addColumn("events", "text", (column) => column.notNull().defaultTo('["changes"]'))
    .execute();
  await db.schema
    .alterTable("webhooks")
    .addColumn("format", "text", (column) => column.notNull().defaultTo("standard"))
    .execute();
  await db.schema
    .alterTable("webhooks")
    .addColumn("notice_cursor", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable("webhook_deliveries").addColumn("notice", "bigint").execute();
}
