/** Keeps a data directory to one store at a time: a lock of the operating system, which goes with the process that holds it. */

import { ProblemError } from "@dimmer/protocol";
import { dirname, join } from "node:path";
import { isBusy, storeFailure } from "./sqlite-errors.ts";
import type { SqliteModule } from "./sqlite-module.ts";

/** Beside the store, and empty for ever: only who has it locked matters. */
const LOCK_FILE = "dimmer.lock";

export interface DirectoryLock {
  /** Again is nothing. */
  release(): void;
}

export function lockFileFor(path: string): string {
  return join(dirname(path), LOCK_FILE);
}

/**
 * Locks the directory of a store until it is released or the process ends, however it ends.
 *
 * The file is a database of its own, in which a transaction begins exclusively and never writes: SQLite then holds the system's lock
 * on it. The store's own file cannot be held like that, because its readers would be locked out with everybody else.
 *
 * Shape:  never waits. The file stays when the lock goes: removing it would let a third store lock another file of the same name.
 * Errors: `ProblemError("store-unavailable")` where another store holds it, in this process or another, and where nothing can be locked.
 * Source: ADR-0007.
 */
export function lockDirectory(module: SqliteModule, path: string): DirectoryLock {
  const database = new module.DatabaseSync(lockFileFor(path));
  try {
    database.exec("pragma busy_timeout = 0; begin exclusive");
  } catch (error) {
    database.close();
    throw isBusy(error) ? heldElsewhere(path, error) : (storeFailure(error) ?? error);
  }
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      // Ended here and not left to the close, which the package for Node 20 puts off until it collects garbage.
      database.exec("rollback");
      database.close();
    },
  };
}

function heldElsewhere(path: string, cause: unknown): ProblemError {
  return new ProblemError(
    "store-unavailable",
    `The data directory ${dirname(path)} is in use by another Dimmer server. Stop that one first, or give this one a data directory of its own (--data-dir, DIMMER_DATA_DIR).`,
    { cause },
  );
}
