/** The settings that durability rests on: each is asserted, and each wrong one is found. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteConnection } from "./sqlite-connection.ts";
import { loadSqlite } from "./sqlite-module.ts";
import { assertDurable, assertSound, closeSession, openSession, type SqliteSession } from "./sqlite-session.ts";

let directory = "";
let session: SqliteSession;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dimmer-session-"));
  session = openSession(await loadSqlite(process.versions.node), join(directory, "control.db"), 100);
});
afterEach(async () => {
  closeSession(session);
  await rm(directory, { recursive: true, force: true });
});

describe("a session's settings", () => {
  it("are those of a store that survives a power cut", () => {
    expect(() => assertDurable(session)).not.toThrow();
    expect(["journal_mode", "synchronous", "foreign_keys"].map((name) => session.writer.pragma(name))).toEqual(["wal", 2, 1]);
  });

  it.each([
    ["synchronous = normal", "synchronous = 1, but durability needs 2"],
    ["synchronous = off", "synchronous = 0, but durability needs 2"],
    ["foreign_keys = off", "foreign_keys = 0, but durability needs 1"],
  ])("is refused with %s", (pragma, why) => {
    session.writer.exec(`pragma ${pragma}`);
    expect(() => assertDurable(session)).toThrow(why);
  });

  it("is refused with another journal", async () => {
    const writer = openSqliteConnection(await loadSqlite(process.versions.node), join(directory, "other.db"));
    expect(() => assertDurable({ writer, reader: writer, isFile: true })).toThrow(
      "journal_mode = delete, but durability needs wal",
    );
    writer.close();
  });

  it("lets readers read only", () => {
    expect(() => session.reader.exec("create table no (x text)")).toThrow("readonly");
  });
});

describe("a session's soundness", () => {
  it("is found in a fresh file, with nothing left in the log", () => {
    session.writer.exec("create table some (x text)");
    expect(() => assertSound(session)).not.toThrow();
    expect(session.writer.pragma("wal_checkpoint(truncate)")).toBe(0);
  });

  it("is refused while somebody holds the log, because nothing could be said", () => {
    session.writer.exec("create table some (x text)");
    session.reader.exec("begin");
    void session.reader.pragma("table_list");
    session.writer.exec("insert into some values ('1')");
    expect(() => assertSound(session)).toThrow("somebody holds the file");
    session.reader.exec("rollback");
  });
});
