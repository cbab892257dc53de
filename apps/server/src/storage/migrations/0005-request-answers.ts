/** What requests with an `Idempotency-Key` were answered, sealed, until the key is forgotten. */

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("request_answers")
    .addColumn("caller", "text", (column) => column.notNull())
    .addColumn("idempotency_key", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("status", "integer", (column) => column.notNull())
    .addColumn("sealed", "text")
    .addPrimaryKeyConstraint("request_answers_key", ["caller", "idempotency_key"])
    .execute();
  await db.schema.createIndex("request_answers_at").on("request_answers").columns(["at"]).execute();
  await db.schema.createIndex("request_answers_of").on("request_answers").columns(["caller", "at"]).execute();
}
