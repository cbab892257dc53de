/** The SQLite store: the contract in memory and in a file, and what only a file can do. */

import { copyFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeContract } from "../store.contract.ts";
import { flagRecord } from "../sample-records.contract.ts";
import type { Store } from "../store.ts";
import { hasBuiltIn, loadSqlite, type SqliteDatabase } from "./sqlite-module.ts";
import { MAX_WAITING_WRITERS, openSqliteStore } from "./sqlite.ts";

let directory = "";
let path = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dimmer-sqlite-"));
  path = join(directory, "control.db");
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

storeContract("SQLite in memory", () => openSqliteStore({ path: ":memory:" }));
storeContract("SQLite in a file", () => openSqliteStore({ path }));

async function openRaw(): Promise<SqliteDatabase> {
  const { DatabaseSync } = await loadSqlite(process.versions.node);
  return new DatabaseSync(path);
}

function putProject(store: Store, key: string): Promise<void> {
  return store.transaction((tx) => tx.putProject({ key, name: key, createdAt: 1 }));
}

describe("SQLite in a file", () => {
  it("keeps what was committed over a close and a reopen", async () => {
    const first = await openSqliteStore({ path });
    await putProject(first, "shop");
    await first.transaction((tx) => tx.putFlag(flagRecord({})));
    await first.close();
    const second = await openSqliteStore({ path });
    expect(await second.getFlag("shop", "summarizer")).toEqual(flagRecord({}));
    await second.close();
  });

  it("is readable and writable by its owner only, the log too", async () => {
    const store = await openSqliteStore({ path });
    await putProject(store, "shop");
    for (const file of [path, `${path}-wal`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it("answers readers with the last commit while a writer is in the middle", async () => {
    const store = await openSqliteStore({ path });
    await putProject(store, "before");
    let finish = (): void => {};
    const isFinished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const writing = store.transaction(async (tx) => {
      await tx.putProject({ key: "during", name: "During", createdAt: 2 });
      await isFinished;
    });
    expect((await store.listProjects()).map(({ key }) => key)).toEqual(["before"]);
    finish();
    await writing;
    expect((await store.listProjects()).map(({ key }) => key)).toEqual(["before", "during"]);
    await store.close();
  });

  it("refuses writers past the named bound, and serves those who wait", async () => {
    const store = await openSqliteStore({ path });
    let finish = (): void => {};
    const holding = store.transaction(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    let served = 0;
    const waiting = Array.from({ length: MAX_WAITING_WRITERS }, () =>
      store.transaction(async () => {
        served += 1;
      }),
    );
    await expect(putProject(store, "one-too-many")).rejects.toMatchObject({ code: "store-unavailable" });
    finish();
    await Promise.all([holding, ...waiting]);
    expect(served).toBe(MAX_WAITING_WRITERS);
    expect(await store.getProject("one-too-many")).toBeNull();
    await store.close();
  });

  it("waits for another process's lock without blocking the thread, then refuses; readers go on", async () => {
    const store = await openSqliteStore({ path });
    await putProject(store, "shop");
    const other = await openRaw();
    other.exec("begin exclusive");
    let isSettled = false;
    const writing = putProject(store, "waits").finally(() => {
      isSettled = true;
    });
    expect((await store.listProjects()).map(({ key }) => key)).toEqual(["shop"]);
    expect(isSettled).toBe(false);
    await expect(writing).rejects.toMatchObject({ code: "store-unavailable" });
    const second = putProject(store, "waits-too");
    other.exec("commit");
    await second;
    other.close();
    expect((await store.listProjects()).map(({ key }) => key)).toEqual(["shop", "waits-too"]);
    await store.close();
  });

  it("is opened once at a time: the second is refused at once, by the name of the directory, until the first is closed", async () => {
    const first = await openSqliteStore({ path });
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringMatching(`The data directory ${directory} is in use .*--data-dir`),
    });
    await putProject(first, "shop");
    await first.close();
    await first.close();
    const second = await openSqliteStore({ path });
    expect(await second.getProject("shop")).not.toBeNull();
    await second.close();
  });

  it("lets go of the directory when it cannot be opened", async () => {
    const broken = { number: 99, name: "broken", up: () => Promise.reject(new Error("broken")) };
    await expect(openSqliteStore({ path, migrations: [broken] })).rejects.toThrow("broken");
    await (await openSqliteStore({ path })).close();
  });

  it("in memory is opened as often as one likes", async () => {
    const stores = await Promise.all([1, 2].map(() => openSqliteStore({ path: ":memory:" })));
    for (const store of stores) await store.close();
  });

  it("refuses a store of a newer Dimmer, and says so", async () => {
    await (await openSqliteStore({ path })).close();
    const raw = await openRaw();
    raw.exec("insert into schema_migrations (number, name) values (99, 'from the future')");
    raw.close();
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringContaining("written by a newer Dimmer: its schema is 99"),
    });
  });

  it("refuses a file that is not a database, and a place where none can be", async () => {
    await writeFile(path, "this is a text, and quite a long one, to be no header of SQLite at all ".repeat(20));
    await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(openSqliteStore({ path: join(path, "inside-a-file.db") })).rejects.toMatchObject({ code: "store-unavailable" });
  });

  it("turns a file that had another journal into one that survives a power cut", async () => {
    const raw = await openRaw();
    raw.exec("pragma journal_mode = delete; create table schema_of_before (x text)");
    raw.close();
    const store = await openSqliteStore({ path });
    await store.check();
    const other = await openRaw();
    expect(Object.values(other.prepare("pragma journal_mode").all()[0] as object)).toEqual(["wal"]);
    other.close();
    await store.close();
  });
});

describe("loading SQLite", () => {
  it.each([
    ["20.19.0", false],
    ["22.12.9", false],
    ["22.13.0", true],
    ["23.0.0", true],
    ["24.1.0", true],
  ])("Node %s: built in is %s", (version, expected) => {
    expect(hasBuiltIn(version)).toBe(expected);
  });
});

describe("closing", () => {
  it("leaves the whole store in the one file", async () => {
    const store = await openSqliteStore({ path });
    await putProject(store, "shop");
    await store.close();
    const copy = join(directory, "copy.db");
    await copyFile(path, copy);
    const again = await openSqliteStore({ path: copy });
    expect(await again.getProject("shop")).not.toBeNull();
    await again.close();
  });
});
