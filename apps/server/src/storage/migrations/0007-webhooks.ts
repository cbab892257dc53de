/** Webhooks, and the last deliveries of each. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("webhooks")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("cursor", "bigint", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("failing_since", "bigint")
    .addColumn("next_at", "bigint", (column) => column.notNull())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("sealed_before", "text")
    .addColumn("before_until", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("webhooks_key", ["project", "id"])
    .addForeignKeyConstraint("webhooks_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema
    .createTable("webhook_deliveries")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("webhook", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("change", "text")
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("status", "integer")
    .addColumn("error", "text")
    .addPrimaryKeyConstraint("webhook_deliveries_key", ["project", "webhook", "id"])
    .addForeignKeyConstraint("webhook_deliveries_in_webhooks", ["project", "webhook"], "webhooks", ["project", "id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
}
