/** What the store remembers of its data directory's mark; empty until a server has written one. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("installation")
    .addColumn("mark", "text", (column) => column.notNull().defaultTo(""))
    .execute();
}
