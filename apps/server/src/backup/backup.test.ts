/** Backups: taken while the server runs, proved whole, put back, and refused wherever they do not belong. */

import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openTestServer, SPLIT_FLAG, type TestServer } from "../testing/open-test-server.contract.ts";
import { loadSqlite } from "../storage/dialects/sqlite-module.ts";
import { type BackupManifest, readBackup } from "./backup-file.ts";
import { loadBackup } from "./load-backup.ts";
import { backUpStopped } from "./make-backup.ts";

const SECRET_KEY = "a-secret-key-for-tests-of-at-least-32-bytes";
const clock = () => 1_800_000_000_000;

let server: TestServer;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dimmer-backup-"));
  file = join(folder, "dimmer.backup");
  server = await openTestServer({ dataDir: join(folder, "data") });
  await server.operate("createFlag", {}, { body: { key: "kept", definition: SPLIT_FLAG } });
  await writeFile(file, await takeBackup());
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function takeBackup(): Promise<Buffer> {
  const headers = { authorization: "Bearer test-admin-token-0123456789" };
  const answer = await fetch(`${server.url}/api/v1/backups`, { method: "POST", headers });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "dimmer-load-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const load = (dataDir: string, more: Partial<Parameters<typeof loadBackup>[0]> = {}) =>
  loadBackup({ file, dataDir, secretKey: SECRET_KEY, force: false, clock, ...more });

describe("a backup of a running server", () => {
  test("says what it holds, and holds no secret key", async () => {
    const { manifest } = await readBackup(file);
    expect(manifest).toMatchObject({ product: expect.any(String), schema: expect.any(Number) });
    expect(manifest.bytes + 1_000).toBeGreaterThan((await stat(file)).size);
    expect((await readFile(file)).includes(SECRET_KEY)).toBe(false);
    expect(await readdir(join(folder, "data"))).not.toContain("dimmer.backup.tmp");
  });

  test("is a row of the audit, in the backup too", async () => {
    const audit = await server.operate("listAudit", {}, { query: "?chain=installation" });
    expect(audit.json).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ action: "backup.create" })]) });
  });

  test("is for an admin token of the whole installation", async () => {
    const made = await server.operate("createKey", {}, { body: { kind: "admin", name: "one project" } });
    const { secret: token } = made.json as { secret: string };
    expect(await server.operate("createBackup", {}, { token })).toMatchObject({ status: 403 });
  });

  test("is one at a time, and the next may come when it is done", async () => {
    const both = await Promise.all([server.operate("createBackup"), server.operate("createBackup")]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    // The last byte may come before the copy is gone.
    await expect.poll(async () => (await server.operate("createBackup")).status).toBe(200);
  });
});

describe("[F7] reading a backup", () => {
  test("finds each of 100 flipped bits", async () => {
    const whole = await readFile(file);
    const damaged = join(await makeDirectory(), "damaged");
    for (let flip = 0; flip < 100; flip += 1) {
      const bytes = Buffer.from(whole);
      // The first ones hit the lines before the store, the others lie all over it.
      const at = flip < 40 ? flip * 7 : (flip * 7_919_777) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (flip % 8));
      await writeFile(damaged, bytes);
      await expect(readBackup(damaged), `byte ${at}`).rejects.toMatchObject({ code: "invalid-document" });
    }
  });

  test.each([
    ["half of one", (whole: Buffer) => whole.subarray(0, whole.length / 2)],
    ["one with more behind it", (whole: Buffer) => Buffer.concat([whole, Buffer.from("x")])],
    ["an empty file", () => Buffer.alloc(0)],
    ["a SQLite file", () => Buffer.from("SQLite format 3\0")],
  ])("refuses %s", async (_, change) => {
    const other = join(await makeDirectory(), "other");
    await writeFile(other, change(await readFile(file)));
    await expect(readBackup(other)).rejects.toMatchObject({ code: "invalid-document" });
  });
});

describe("putting it back", () => {
  test("brings everything back in an empty directory, with new epochs", async () => {
    const dataDir = await makeDirectory();
    expect(await load(dataDir)).toMatchObject({ replaced: undefined });
    expect((await stat(join(dataDir, "dimmer.db"))).mode & 0o777).toBe(0o600);
    const second = await openTestServer({ dataDir });
    onTestFinished(() => second.close());
    const epochOf = async (from: TestServer) => (await from.operate("getEnvironment")).json as { epoch: string; version: number };
    const [before, after] = [await epochOf(server), await epochOf(second)];
    expect([after.version, after.epoch === before.epoch]).toEqual([before.version, false]);
    expect(await second.operate("getFlag", { flag: "kept" })).toMatchObject({ status: 200 });
    expect((await second.operate("verifyAudit")).json).toMatchObject({ items: [{ ok: true }, { ok: true }] });
  });

  test("keeps the store that was there beside it", async () => {
    const dataDir = await makeDirectory();
    const old = await openTestServer({ dataDir });
    await old.operate("createFlag", {}, { body: { key: "newer", definition: SPLIT_FLAG } });
    await old.close();
    await expect(load(dataDir)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("--force") });
    const { replaced } = await load(dataDir, { force: true });
    const [present, kept] = [await openTestServer({ dataDir }), await openTestServer({ dataDir: replaced ?? "" })];
    onTestFinished(async () => void (await Promise.all([present.close(), kept.close()])));
    const statusOf = async (from: TestServer) => (await from.operate("getFlag", { flag: "newer" })).status;
    expect([await statusOf(present), await statusOf(kept)]).toEqual([404, 200]);
  });

  test("takes the place of a store that is damaged", async () => {
    const dataDir = await makeDirectory();
    await writeFile(join(dataDir, "dimmer.db"), "no database at all");
    await writeFile(join(dataDir, "dimmer.db-wal"), "nor a log");
    const { replaced = "" } = await load(dataDir, { force: true });
    expect((await readdir(replaced)).sort()).toEqual(["dimmer.db", "dimmer.db-wal"]);
    const opened = await openTestServer({ dataDir });
    onTestFinished(() => opened.close());
    expect(await opened.operate("getFlag", { flag: "kept" })).toMatchObject({ status: 200 });
  });

  test("is refused under a server that runs", async () => {
    await expect(load(join(folder, "data"), { force: true })).rejects.toThrow("in use by another Dimmer server");
    await expect(backUpStopped(join(folder, "data"), join(folder, "other"), clock)).rejects.toThrow("in use by another");
  });

  test.each([
    ["another secret key", { secretKey: "another-secret-key-of-more-than-32-bytes" }, "another secret key"],
    ["no secret key", { secretKey: undefined }, "There is no secret key"],
  ])("is refused with %s, and leaves nothing", async (_, { secretKey }, words) => {
    const dataDir = await makeDirectory();
    const { secretKey: _given, ...order } = { file, dataDir, force: true, clock, secretKey: "" };
    await expect(loadBackup({ ...order, ...(secretKey === undefined ? {} : { secretKey }) })).rejects.toThrow(words);
    expect(existsSync(join(dataDir, "dimmer.db"))).toBe(false);
  });

  test("is refused for a backup of a newer Dimmer", async () => {
    const dataDir = await makeDirectory();
    await load(dataDir);
    const { DatabaseSync } = await loadSqlite(process.versions.node);
    const database = new DatabaseSync(join(dataDir, "dimmer.db"));
    database.exec("insert into schema_migrations values (9999, 'newer')");
    database.close();
    const newer = join(dataDir, "newer.backup");
    const { schema }: BackupManifest = await backUpStopped(dataDir, newer, clock);
    expect([schema, (await stat(newer)).mode & 0o777]).toEqual([9999, 0o600]);
    await expect(load(await makeDirectory(), { file: newer })).rejects.toThrow("made by a newer Dimmer");
  });
});
