/** The connections to providers of models that an environment's own calls use, and what went through each of them in a day. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("connections")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("environment", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("provider", "text", (column) => column.notNull())
    .addColumn("format", "text", (column) => column.notNull())
    .addColumn("base_url", "text", (column) => column.notNull())
    .addColumn("region", "text")
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("budget_micro_usd", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("connections_name", ["project", "environment", "name"])
    .addForeignKeyConstraint(
      "connections_in_environments",
      ["project", "environment"],
      "environments",
      ["project", "key"],
      (key) => key.deferrable().initiallyDeferred(),
    )
    .execute();
  await db.schema
    .createTable("connection_days")
    .addColumn("connection", "text", (column) => column.notNull())
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("calls", "bigint", (column) => column.notNull())
    .addColumn("failures", "bigint", (column) => column.notNull())
    .addColumn("unpriced", "bigint", (column) => column.notNull())
    .addColumn("input_tokens", "bigint", (column) => column.notNull())
    .addColumn("output_tokens", "bigint", (column) => column.notNull())
    .addColumn("cost_micro_usd", "bigint", (column) => column.notNull())
    .addColumn("reserved_micro_usd", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("connection_days_key", ["connection", "day"])
    .addForeignKeyConstraint("connection_days_in_connections", ["connection"], "connections", ["id"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
}
