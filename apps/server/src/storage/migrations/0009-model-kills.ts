/** The model or provider that a schedule takes off; null where it makes another change. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("schedules").addColumn("kills", "text").execute();
}
