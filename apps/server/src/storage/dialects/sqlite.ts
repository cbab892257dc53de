/** The control store in one SQLite file: one writer at a time, readers beside it, nothing acknowledged before it is on disk. */

import { ProblemError } from "@dimmer/protocol";
import { strict as assert } from "node:assert";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Kysely } from "kysely";
import { openAsyncScope } from "../async-scope.ts";
import { bindReader, bindTransaction, wrapMethods } from "../bind-store.ts";
import { type MigrationPorts, migrate } from "../migrations/migrate.ts";
import { type Migration, MIGRATIONS } from "../migrations/migrations.ts";
import type { Store, StoreReader, StoreTransaction } from "../store.ts";
import { createTurns } from "../turns.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { isBusy, storeFailure } from "./sqlite-errors.ts";
import { type DirectoryLock, lockDirectory, lockFileFor } from "./sqlite-lock.ts";
import { loadSqlite, type SqliteModule } from "./sqlite-module.ts";
import { assertDurable, assertSound, beginServing, closeSession, openSession, type SqliteSession } from "./sqlite-session.ts";

/** In the data directory. */
export const STORE_FILE = "dimmer.db";
/** Transactions that may wait for the writer. */
export const MAX_WAITING_WRITERS = 1_000;
/** Reads that may wait for the reader. */
export const MAX_WAITING_READERS = 10_000;
/** Opening may block the thread for another process's lock, as nothing is served yet; opening again may hardly. */
const OPEN_WAIT_MS = 5_000;
const REOPEN_WAIT_MS = 250;
/** How long a writer waits for another process to let go of the file: tries × pause. */
const LOCK_TRIES = 100;
const LOCK_PAUSE_MS = 30;

export interface SqliteStoreOptions {
  /** A file, or `:memory:` for a store that ends with the process. */
  readonly path: string;
  /** For tests of migrations; every migration otherwise. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the embedded store, creating and migrating it where needed.
 *
 * Shape:  a file store has a second connection for readers, so that they see the last commit and never wait for a writer; a store in
 *         memory has one connection, and readers take turns with writers. While it is open, its directory is locked.
 * Errors: `ProblemError("store-unavailable")` when another store holds the directory, and when the file cannot be opened, is damaged,
 *         is not durable or comes from a newer Dimmer.
 * Source: ADR-0007; `store.contract.ts`; test/power-cut.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const module = await loadSqlite(process.versions.node);
  const { path, migrations = MIGRATIONS } = options;
  if (path === ":memory:") return await openLocked(module, path, migrations, { release: () => {} });
  await createPrivateFile(path);
  const lock = await lockStore(path);
  try {
    return await openLocked(module, path, migrations, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Keeps every server away from a store without opening it.
 *
 * Errors: `ProblemError("store-unavailable")` where one has it.
 */
export async function lockStore(path: string): Promise<DirectoryLock> {
  await createPrivateFile(lockFileFor(path));
  return lockDirectory(await loadSqlite(process.versions.node), path);
}

async function openLocked(
  module: SqliteModule,
  path: string,
  migrations: readonly Migration[],
  lock: DirectoryLock,
): Promise<Store> {
  const session = openDurable(() => openSession(module, path, OPEN_WAIT_MS));
  try {
    await migrate(migrationPorts(session.writer), migrations);
  } catch (error) {
    closeSession(session);
    throw unavailable(error) ?? error;
  }
  beginServing(session);
  return createStore(session, () => openDurable(() => openSession(module, path, REOPEN_WAIT_MS), assertSound), lock);
}

/** Only the owner may read the file: it holds digests of keys, and names. SQLite gives its log the same mode. */
async function createPrivateFile(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await (await open(path, "a", 0o600)).close();
  } catch (cause) {
    throw new ProblemError("store-unavailable", `The store's file ${path} cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function openDurable(open: () => SqliteSession, check: (session: SqliteSession) => void = () => {}): SqliteSession {
  let session: SqliteSession | undefined;
  try {
    session = open();
    assertDurable(session);
    check(session);
    return session;
  } catch (error) {
    if (session !== undefined) closeSession(session);
    throw unavailable(error) ?? error;
  }
}

function migrationPorts(writer: SqliteConnection): MigrationPorts {
  return {
    db: writer.db as unknown as Kysely<unknown>,
    async transaction(work) {
      writer.exec("begin immediate");
      try {
        await work();
        writer.exec("commit");
      } catch (error) {
        rollBack(writer);
        throw error;
      }
    },
  };
}

/** Whether a transaction of this call is still open; shared by everything that the call awaits. */
interface Scope {
  isOpen: boolean;
}

function createStore(opened: SqliteSession, openAgain: () => SqliteSession, lock: DirectoryLock): Store {
  const writers = createTurns(MAX_WAITING_WRITERS, "changes");
  const readers = opened.isFile ? createTurns(MAX_WAITING_READERS, "reads") : writers;
  const inside = openAsyncScope<Scope>();
  let session = opened;
  /** Bound once: a read would else make all of the store's methods for the one that it calls. */
  let bound = bindReader(opened.reader.db);
  let isSuspect = false;
  let isClosed = false;

  function assertOutside(): void {
    assert(inside.current()?.isOpen !== true, "inside a transaction use its tx: the store itself would wait for it for ever");
    if (isClosed) throw new ProblemError("store-unavailable", "The store is closed.");
  }

  async function read(run: (reader: StoreReader) => Promise<unknown>): Promise<unknown> {
    assertOutside();
    return await readers.take(() => readConsistently(session, bound, run));
  }

  async function write<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    assertOutside();
    return await writers.take(async () => {
      await mend();
      await beginWriting(session.writer);
      return await commit(session.writer, work);
    });
  }

  async function commit<T>(writer: SqliteConnection, work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const scope: Scope = { isOpen: true };
    try {
      const value = await inside.run(scope, () => work(bindScope(writer, scope)));
      scope.isOpen = false;
      if (writer.failure() !== undefined) throw writer.failure();
      writer.exec("commit");
      return value;
    } catch (error) {
      scope.isOpen = false;
      const isRolledBack = rollBack(writer);
      isSuspect = !isRolledBack || (storeFailure(error) ?? storeFailure(writer.failure())) !== undefined;
      throw unavailable(error) ?? error;
    }
  }

  /** After a failed write nothing is acknowledged until the file was opened anew, synced and read through (I4). */
  async function mend(): Promise<void> {
    if (!isSuspect || !session.isFile) return;
    await readers.take(async () => {
      session.writer.close();
      const fresh = openAgain();
      session.reader.close();
      session = fresh;
      bound = bindReader(fresh.reader.db);
    });
    beginServing(session);
    isSuspect = false;
  }

  return {
    ...wrapMethods(bound, read),
    dialect: "sqlite",
    transaction: write,
    async check() {
      assertOutside();
      await writers.take(async () => {
        await mend();
        assertDurable(session);
      });
      await read((reader) => reader.installation());
    },
    async close() {
      if (isClosed) return;
      assertOutside();
      isClosed = true;
      await writers.take(() =>
        session.isFile ? readers.take(async () => closeSession(session)) : Promise.resolve(closeSession(session)),
      );
      lock.release();
    },
  };
}

/** Several statements of one read see one commit, because they share a read transaction. */
async function readConsistently(
  { reader, isFile }: SqliteSession,
  bound: StoreReader,
  run: (reader: StoreReader) => Promise<unknown>,
): Promise<unknown> {
  try {
    if (isFile) reader.exec("begin");
    return await run(bound);
  } catch (error) {
    throw unavailable(error) ?? error;
  } finally {
    if (isFile) rollBack(reader);
  }
}

function bindScope(writer: SqliteConnection, scope: Scope): StoreTransaction {
  const bound = bindTransaction(writer.db);
  return wrapMethods(bound, async (run) => {
    assert(scope.isOpen, "the transaction is over; await everything inside it");
    return await run(bound);
  });
}

/** Takes the write lock at once, so that nothing read in the transaction can be outdated when it writes. */
async function beginWriting(writer: SqliteConnection): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      writer.exec("begin immediate");
      return;
    } catch (error) {
      if (!isBusy(error) || tries === LOCK_TRIES) throw unavailable(error) ?? error;
      await wait(LOCK_PAUSE_MS);
    }
  }
}

/** False when the connection may still be in a transaction. SQLite may have rolled back by itself already. */
function rollBack(connection: SqliteConnection): boolean {
  try {
    connection.exec("rollback");
    return true;
  } catch (error) {
    return error instanceof Error && error.message.includes("no transaction is active");
  }
}

function unavailable(error: unknown): ProblemError | undefined {
  if (!isBusy(error)) return storeFailure(error);
  return new ProblemError("store-unavailable", "Another process holds the store's file. Try again in a second.", {
    cause: error,
  });
}
