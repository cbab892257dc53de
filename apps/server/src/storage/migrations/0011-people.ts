/** People, and everything by which they are recognised. */

import type { CreateTableBuilder, Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("people")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("grants", "text", (column) => column.notNull())
    .addColumn("password_hash", "text")
    .addColumn("totp", "text")
    .addColumn("totp_pending", "text")
    .addColumn("totp_step", "bigint", (column) => column.notNull())
    .addColumn("recovery", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("disabled_at", "bigint")
    .addUniqueConstraint("people_email", ["email"])
    .execute();
  await ofPerson(
    db.schema
      .createTable("person_identities")
      .addColumn("issuer", "text", (column) => column.notNull())
      .addColumn("subject", "text", (column) => column.notNull())
      .addColumn("person", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("person_identities_key", ["issuer", "subject"]),
    "person_identities",
  ).execute();
  await ofPerson(
    db.schema
      .createTable("sessions")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("hash", "text", (column) => column.notNull())
      .addColumn("person", "text", (column) => column.notNull())
      .addColumn("via", "text", (column) => column.notNull())
      .addColumn("agent", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("seen_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .addUniqueConstraint("sessions_hash", ["hash"]),
    "sessions",
  ).execute();
  await ofPerson(
    db.schema
      .createTable("personal_tokens")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("person", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("prefix", "text", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint")
      .addColumn("used_at", "bigint")
      .addColumn("revoked_at", "bigint")
      .addUniqueConstraint("personal_tokens_hash", ["hash"]),
    "personal_tokens",
  ).execute();
  await ofPerson(
    db.schema
      .createTable("person_links")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .addColumn("person", "text")
      .addColumn("email", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("grants", "text", (column) => column.notNull())
      .addColumn("made_by", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .addColumn("used_at", "bigint")
      .addColumn("revoked_at", "bigint")
      .addUniqueConstraint("person_links_hash", ["hash"]),
    "person_links",
  ).execute();
  for (const table of ["person_identities", "sessions", "personal_tokens"])
    await db.schema.createIndex(`${table}_person`).on(table).column("person").execute();
}

function ofPerson<Table extends string>(
  table: CreateTableBuilder<Table, "person">,
  name: string,
): CreateTableBuilder<Table, "person"> {
  return table.addForeignKeyConstraint(`${name}_of_people`, ["person"], "people", ["id"], (key) =>
    key.deferrable().initiallyDeferred(),
  );
}
