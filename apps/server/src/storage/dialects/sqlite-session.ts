/** The open connections of a SQLite store, set to survive a power cut, and the proof that they are. */

import { ProblemError } from "@dimmer/protocol";
import { openSqliteConnection, type SqliteConnection } from "./sqlite-connection.ts";
import type { SqliteModule } from "./sqlite-module.ts";

/** While serving, the thread must not be blocked: the store itself waits and tries again. */
const SERVE_WAIT_MS = 5;

export interface SqliteSession {
  readonly writer: SqliteConnection;
  /** A connection of its own for a file, so that readers never see what is not committed; in memory the writer's. */
  readonly reader: SqliteConnection;
  readonly isFile: boolean;
}

/** `waitMs` blocks the thread. */
export function openSession(module: SqliteModule, path: string, waitMs: number): SqliteSession {
  const isFile = path !== ":memory:";
  const writer = openWriter(module, path, waitMs);
  return { writer, reader: isFile ? openReader(module, path, waitMs) : writer, isFile };
}

/** A store whose settings are not what was asked for would lose acknowledged changes, so it is not opened. */
export function assertDurable({ writer, isFile }: SqliteSession): void {
  const expected = { journal_mode: isFile ? "wal" : "memory", synchronous: 2, foreign_keys: 1 };
  for (const [name, value] of Object.entries(expected)) {
    const found = writer.pragma(name);
    if (found === value) continue;
    throw new ProblemError("store-unavailable", `SQLite has ${name} = ${String(found)}, but durability needs ${String(value)}.`);
  }
}

/** Moves everything from the log into the file, synced, and reads the file through. */
export function assertSound({ writer, isFile }: SqliteSession): void {
  if (isFile && writer.pragma("wal_checkpoint(truncate)") !== 0) {
    throw new ProblemError("store-unavailable", "The store's log could not be written back, because somebody holds the file.");
  }
  const verdict = writer.pragma("quick_check(1)");
  if (verdict === "ok") return;
  throw new ProblemError("store-unavailable", `The store's file is damaged: ${String(verdict)}. Restore a backup.`);
}

/**
 * Writes the log back first, so that the file alone is the whole store: the package for Node 20 lets go of a connection only when its
 * statements were collected as garbage, so that SQLite's own writing back at the last close may come late or never. Where it cannot be
 * written back now, the log stays beside the file and the next start reads it.
 */
export function closeSession({ writer, reader, isFile }: SqliteSession): void {
  try {
    if (isFile) void writer.pragma("wal_checkpoint(truncate)");
  } catch {
    // The log is as durable as the file.
  }
  if (reader !== writer) reader.close();
  writer.close();
}

/** `synchronous` is set after the journal mode, because drivers are built with other defaults for a log than for a journal. */
function openWriter(module: SqliteModule, path: string, waitMs: number): SqliteConnection {
  const writer = openSqliteConnection(module, path);
  writer.exec(`pragma busy_timeout = ${waitMs}`);
  if (path !== ":memory:") writer.exec("pragma journal_mode = wal");
  writer.exec("pragma synchronous = full");
  writer.exec("pragma foreign_keys = on");
  return writer;
}

/**
 * Reads at once, so that this connection holds the log's index from the start: while it does, the index is not built anew from a log
 * that may end in a transaction whose sync failed, and what was refused stays refused when the writer is opened again.
 */
function openReader(module: SqliteModule, path: string, waitMs: number): SqliteConnection {
  const reader = openSqliteConnection(module, path);
  reader.exec(`pragma busy_timeout = ${waitMs}`);
  reader.exec("pragma query_only = on");
  void reader.pragma("schema_version");
  return reader;
}

/** From here on nothing blocks the thread. */
export function beginServing({ writer }: SqliteSession): void {
  writer.exec(`pragma busy_timeout = ${SERVE_WAIT_MS}`);
}
