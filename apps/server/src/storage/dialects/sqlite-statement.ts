/** One prepared statement, and its rows as objects that are cheap to make. */

import type { SqliteDatabase, SqliteStatement } from "./sqlite-module.ts";

export interface PreparedStatement {
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { readonly changes: number | bigint };
}

/**
 * Has the driver give arrays where it can, and makes the objects here: setting a named property from native code costs several times
 * as much, which is most of what a long read costs.
 *
 * Shape:  the rows that the driver's own `all` gives.
 * Errors: SQLite's own. A change of the schema makes the statement stale: its owner prepares it anew.
 */
export function prepareStatement(database: SqliteDatabase, sql: string): PreparedStatement {
  const statement = database.prepare(sql);
  return { all: readerOf(statement), run: (parameters) => statement.run(...(parameters as never[])) };
}

function readerOf(statement: SqliteStatement): PreparedStatement["all"] {
  if (statement.columns === undefined || statement.setReturnArrays === undefined) {
    return (parameters) => statement.all(...(parameters as never[]));
  }
  const names = statement.columns().map(({ name }) => name);
  if (names.length > 0) statement.setReturnArrays(true);
  return (parameters) => {
    const rows = statement.all(...(parameters as never[])) as unknown as unknown[][];
    return rows.map((row) => objectOf(names, row));
  };
}

function objectOf(names: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index++) object[names[index] as string] = row[index];
  return object;
}
