/** Inserts many rows in as few statements as the drivers' parameter bounds allow. */

import type { Insertable, Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535; fewer keeps the statement cache small. */
const MAX_PARAMETERS = 900;

export async function insertRows<T extends keyof Tables>(
  db: Kysely<Tables>,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const atOnce = Math.max(1, Math.floor(MAX_PARAMETERS / Object.keys(first).length));
  for (let from = 0; from < rows.length; from += atOnce) {
    await db
      .insertInto(table)
      .values(rows.slice(from, from + atOnce))
      .execute();
  }
}
