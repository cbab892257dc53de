/** Tells a store that cannot be written to from a statement that was wrong. */

import { ProblemError } from "@dimmer/protocol";

/** Primary result codes of SQLite after which nothing may be acknowledged until the store was reopened and checked. */
const BROKEN: Readonly<Record<number, string>> = {
  7: "there is no memory left",
  8: "the file is read-only",
  10: "the disk reports an error",
  11: "the file is damaged",
  13: "the disk is full",
  14: "the file cannot be opened",
  15: "the lock protocol failed",
  26: "the file is not a database",
};

/** Another connection holds the lock: nothing is broken, try again. */
const BUSY = 5;

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** Undefined for a statement that was wrong, such as a broken constraint: that is the caller's own error. */
export function storeFailure(error: unknown): ProblemError | undefined {
  const code = primaryCode(error);
  const why = code === undefined ? undefined : BROKEN[code];
  if (why === undefined) return undefined;
  return new ProblemError("store-unavailable", `The store is unavailable: ${why}. No change was kept.`, { cause: error });
}

/** SQLite's extended codes carry the primary one in their lowest byte. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}
