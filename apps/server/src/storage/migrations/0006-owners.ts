/** Which file owns a flag's definition and rules; null where people do. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("flags").addColumn("file", "text").execute();
}
