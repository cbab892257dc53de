/** What projects say of prices: their own, and what a model may cost without an `only`. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("price_sheets")
    .addColumn("project", "text", (column) => column.primaryKey())
    .addColumn("output_limit_usd", "double precision")
    .addColumn("prices", "text", (column) => column.notNull())
    .addForeignKeyConstraint("price_sheets_in_projects", ["project"], "projects", ["key"], (key) =>
      key.deferrable().initiallyDeferred(),
    )
    .execute();
}
