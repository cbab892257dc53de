/** Which errors of SQLite mean that the store is broken, busy, or just asked for something wrong. */

import { describe, expect, it } from "vitest";
import { isBusy, storeFailure } from "./sqlite-errors.ts";

const sqliteError = (message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", ...more });

describe("storeFailure", () => {
  it.each([
    [sqliteError("disk I/O error", { errcode: 10 | (4 << 8) }), "the disk reports an error"],
    [sqliteError("disk I/O error"), "the disk reports an error"],
    [sqliteError("file is not a database"), "the file is not a database"],
    [sqliteError("database disk image is malformed", { errcode: 11 }), "the file is damaged"],
  ])("%s: %s", (error, why) => {
    expect(storeFailure(error)).toMatchObject({ code: "store-unavailable", message: expect.stringContaining(why), cause: error });
  });

  it.each([sqliteError("database or disk is full", { errcode: 13 }), sqliteError("database or disk is full")])(
    "%s: room can be made",
    (error) => {
      expect(storeFailure(error)).toMatchObject({ code: "store-full", status: 507, cause: error });
    },
  );

  it.each([
    sqliteError("UNIQUE constraint failed: keys.hash", { errcode: 2067 }),
    sqliteError("database is locked", { errcode: 5 }),
    new Error("disk I/O error"),
    "disk I/O error",
    undefined,
  ])("%s is not one", (error) => {
    expect(storeFailure(error)).toBeUndefined();
  });
});

describe("isBusy", () => {
  it.each([
    [sqliteError("database is locked", { errcode: 5 }), true],
    [sqliteError("database is locked"), true],
    [sqliteError("database or disk is full", { errcode: 13 }), false],
    [new Error("database is locked"), false],
  ])("%s: %s", (error, expected) => {
    expect(isBusy(error)).toBe(expected);
  });
});
