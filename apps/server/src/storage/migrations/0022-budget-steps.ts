/** What budgets in dollars have changed of their flags by themselves, so that it can be undone. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("budget_steps")
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("environment", "text", (column) => column.notNull())
    .addColumn("flag", "text", (column) => column.notNull())
    .addColumn("budget", "text", (column) => column.notNull())
    .addColumn("steps", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("budget_steps_key", ["project", "environment", "flag", "budget"])
    .addForeignKeyConstraint(
      "budget_steps_in_environments",
      ["project", "environment"],
      "environments",
      ["project", "key"],
      (key) => key.deferrable().initiallyDeferred(),
    )
    .execute();
}
