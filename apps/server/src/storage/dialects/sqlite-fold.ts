/** Puts a SQLite store that nobody has open into its one file, so that the file can be moved without its log. */

import { loadSqlite } from "./sqlite-module.ts";

/**
 * Shape:  afterwards there is no `-wal` and no `-shm`.
 * Errors: SQLite's own, for a file that is damaged or no database.
 */
export async function foldSqliteStore(path: string): Promise<void> {
  const { DatabaseSync } = await loadSqlite(process.versions.node);
  const database = new DatabaseSync(path);
  try {
    database.exec("pragma wal_checkpoint(truncate); pragma journal_mode = delete");
  } finally {
    database.close();
  }
}
