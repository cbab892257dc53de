/** Brings a store's schema up to date, one transaction a migration, so that a killed start is finished by the next. */

import { ProblemError } from "@dimmer/protocol";
import { type Kysely, sql } from "kysely";
import type { Migration } from "./migrations.ts";

interface MigrationTable {
  readonly schema_migrations: { readonly number: number; readonly name: string };
}

/** What a dialect must offer: a transaction that holds the schema, on one connection. */
export interface MigrationPorts {
  readonly db: Kysely<unknown>;
  readonly transaction: (work: () => Promise<void>) => Promise<void>;
}

/**
 * Applies the migrations that the store has not seen.
 *
 * Shape:  each migration and the row that records it commit together; killed at any statement, the next start begins that one anew.
 * Errors: `ProblemError("store-unavailable")` for a store written by a newer Dimmer, or one whose migrations have other names.
 * Source: ADR-0007; reliability I6.
 */
export async function migrate(ports: MigrationPorts, migrations: readonly Migration[]): Promise<void> {
  const db = ports.db as Kysely<MigrationTable>;
  await ports.transaction(() => createMigrationTable(db));
  const applied = await db.selectFrom("schema_migrations").selectAll().orderBy("number").execute();
  refuseForeign(applied, migrations);
  for (const migration of migrations.slice(applied.length)) await applyMigration(ports, migration);
}

async function createMigrationTable(db: Kysely<MigrationTable>): Promise<void> {
  await sql`create table if not exists schema_migrations (number integer not null primary key, name text not null)`.execute(db);
}

function refuseForeign(applied: readonly { number: number; name: string }[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1)?.number ?? 0;
  const known = migrations.at(-1)?.number ?? 0;
  if (newest > known) {
    throw new ProblemError(
      "store-unavailable",
      `This store was written by a newer Dimmer: its schema is ${newest}, this version knows up to ${known}. Start that newer version, or restore a backup made before the upgrade.`,
    );
  }
  for (const [index, { number, name }] of applied.entries()) {
    const expected = migrations[index];
    if (expected?.number === number && expected.name === name) continue;
    throw new ProblemError(
      "store-unavailable",
      `Migration ${number} of this store is "${name}", which this version does not know. It is not a Dimmer store, or was made by another branch of it.`,
    );
  }
}

/** Looks again inside the transaction, because another process may have migrated the same store meanwhile. */
async function applyMigration(ports: MigrationPorts, migration: Migration): Promise<void> {
  const db = ports.db as Kysely<MigrationTable>;
  await ports.transaction(async () => {
    const done = await db
      .selectFrom("schema_migrations")
      .select("number")
      .where("number", "=", migration.number)
      .executeTakeFirst();
    if (done !== undefined) return;
    await migration.up(ports.db);
    await db.insertInto("schema_migrations").values({ number: migration.number, name: migration.name }).execute();
  });
}
