/** Inserts and asks for many rows in as few statements as the drivers' parameter bounds allow. */

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
  for (const chunk of chunksOf(rows, Object.keys(first).length)) await db.insertInto(table).values(chunk).execute();
}

/** Shape: none for an empty list. */
export function chunksOf<T>(rows: readonly T[], parametersEach: number): readonly (readonly T[])[] {
  const atOnce = Math.max(1, Math.floor(MAX_PARAMETERS / parametersEach));
  return Array.from({ length: Math.ceil(rows.length / atOnce) }, (_, index) => rows.slice(index * atOnce, (index + 1) * atOnce));
}
