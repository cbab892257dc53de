/** Roles: those made here, and the one that each admin token has. What tokens could do until now they may do still. */

import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("roles")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("rights", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.alterTable("keys").addColumn("role", "text").execute();
  await sql`update keys set role = case when project is null then 'owner' else 'admin' end where kind = 'admin'`.execute(db);
}
