/** Tells a store that cannot be written to from a statement that was wrong. */

import { ProblemError } from "@dimmer/protocol";

interface Failure {
  /** SQLite's own text for the code; some calls of the drivers give it without the code. */
  readonly text: string;
  readonly why: string;
}

/** Primary result codes of SQLite after which nothing may be acknowledged until the store was reopened and checked. */
const BROKEN: Readonly<Record<number, Failure>> = {
  7: { text: "out of memory", why: "there is no memory left" },
  8: { text: "attempt to write a readonly database", why: "the file is read-only" },
  10: { text: "disk I/O error", why: "the disk reports an error" },
  11: { text: "database disk image is malformed", why: "the file is damaged" },
  13: { text: "database or disk is full", why: "the disk is full" },
  14: { text: "unable to open database file", why: "the file cannot be opened" },
  15: { text: "locking protocol", why: "the lock protocol failed" },
  26: { text: "file is not a database", why: "the file is not a database" },
};

/** Told apart from the rest: room can be made. */
const FULL = 13;
/** Another connection holds the lock: nothing is broken, try again. */
const BUSY = 5;
const BUSY_TEXT = "database is locked";

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** Undefined for a statement that was wrong, such as a broken constraint: that is the caller's own error. */
export function storeFailure(error: unknown): ProblemError | undefined {
  const code = primaryCode(error) ?? 0;
  if (code === FULL) {
    const detail = "The disk of the store is full. Nothing was acknowledged, and everything that only reads goes on. Make room.";
    return new ProblemError("store-full", detail, { cause: error });
  }
  const failure = BROKEN[code];
  if (failure === undefined) return undefined;
  return new ProblemError("store-unavailable", `The store is unavailable: ${failure.why}. Nothing was acknowledged.`, {
    cause: error,
  });
}

/** SQLite's extended codes carry the primary one in their lowest byte. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode & 0xff;
  if (!("code" in error) || error.code !== "ERR_SQLITE_ERROR") return undefined;
  if (error.message.includes(BUSY_TEXT)) return BUSY;
  const known = Object.entries(BROKEN).find(([, { text }]) => error.message.includes(text));
  return known === undefined ? undefined : Number(known[0]);
}
