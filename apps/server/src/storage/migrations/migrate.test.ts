/** Migrations: each whole or not at all, resumed after a kill, never by an older Dimmer. */

import { type Kysely, sql } from "kysely";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSqlite } from "../dialects/sqlite-module.ts";
import { openSqliteStore } from "../dialects/sqlite.ts";
import { type Migration, MIGRATIONS } from "./migrations.ts";

let path = "";
let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dimmer-migrate-"));
  path = join(directory, "control.db");
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const next = (name: string, up: (db: Kysely<unknown>) => Promise<void>): Migration => ({
  number: (MIGRATIONS.at(-1)?.number ?? 0) + 1,
  name,
  up,
});

async function tables(): Promise<readonly string[]> {
  const { DatabaseSync } = await loadSqlite(process.versions.node);
  const database = new DatabaseSync(path);
  const rows = database.prepare("select name from sqlite_schema where type = 'table' order by name").all() as { name: string }[];
  database.close();
  return rows.map(({ name }) => name);
}

describe("migrate", () => {
  it("numbers its migrations from 1 without gaps, so that one number says how far a store is", () => {
    expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it("keeps nothing of a migration that failed half way, and applies it whole at the next start", async () => {
    const broken = next("half", async (db) => {
      await sql`create table half (x text)`.execute(db);
      throw new Error("killed here");
    });
    await expect(openSqliteStore({ path, migrations: [...MIGRATIONS, broken] })).rejects.toThrow("killed here");
    expect(await tables()).not.toContain("half");
    const mended = next("half", async (db) => {
      await sql`create table half (x text)`.execute(db);
      await sql`create table whole (x text)`.execute(db);
    });
    await (await openSqliteStore({ path, migrations: [...MIGRATIONS, mended] })).close();
    expect(await tables()).toEqual(expect.arrayContaining(["half", "whole", "flags"]));
  });

  it("applies each migration once", async () => {
    let times = 0;
    const counted = next("counted", async () => {
      times += 1;
    });
    for (let start = 0; start < 3; start += 1)
      await (await openSqliteStore({ path, migrations: [...MIGRATIONS, counted] })).close();
    expect(times).toBe(1);
  });

  it("refuses a store that a newer version wrote, or another branch of it", async () => {
    await (await openSqliteStore({ path, migrations: [...MIGRATIONS, next("newer", async () => {})] })).close();
    await expect(openSqliteStore({ path })).rejects.toThrow("written by a newer Dimmer");
    const other = [...MIGRATIONS, next("other", async () => {})];
    await expect(openSqliteStore({ path, migrations: other })).rejects.toThrow('is "newer", which this version does not know');
  });
});
