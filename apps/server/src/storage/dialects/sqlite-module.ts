/** Finds SQLite: Node's own module where it exists, else a package with the same API. */

import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";

export type SqliteDatabase = Pick<DatabaseSyncInstance, "exec" | "close"> & { prepare(sql: string): SqliteStatement };
/** The last two came to Node's own module later than the others. */
export type SqliteStatement = Pick<StatementSyncInstance, "run" | "all"> &
  Partial<Pick<StatementSyncInstance, "columns" | "setReturnArrays">>;

export interface SqliteModule {
  readonly DatabaseSync: new (path: string) => SqliteDatabase;
}

/** The first Node whose `node:sqlite` needs no option to be loaded. */
const BUILT_IN_SINCE = [22, 13] as const;

/**
 * Shape:  the module whose `DatabaseSync` the store opens.
 * Errors: the loader's own, where neither is installed.
 * Source: ADR-0007.
 */
export async function loadSqlite(nodeVersion: string): Promise<SqliteModule> {
  const name = hasBuiltIn(nodeVersion) ? "node:sqlite" : "@photostructure/sqlite";
  return (await import(/* @vite-ignore */ name)) as SqliteModule;
}

/** Exported for its test. */
export function hasBuiltIn(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  return major > BUILT_IN_SINCE[0] || (major === BUILT_IN_SINCE[0] && minor >= BUILT_IN_SINCE[1]);
}
