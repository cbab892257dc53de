/** The cache on a real disk: what comes back, what is refused, and what an attacker or a crash may have left there. */

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENGINE_LIMITS, type CacheEntry, type SnapshotCache } from "@dimmer/sdk-core";
import { afterEach, expect, test } from "vitest";
import { testSnapshot } from "../../test/snapshots.ts";
import { waitUntil } from "../../test/wait-until.ts";
import { readCacheFile, writeCacheFile } from "./cache-file.ts";
import { cacheFolder } from "./cache-folder.ts";

const URL = "https://flags.example";
const KEY = "dm_server_secret-of-a-test";
const ENTRY: CacheEntry = { snapshot: testSnapshot({ version: 7 }), confirmedAt: 1_700_000_000_000 };
const NOW = Date.UTC(2026, 10, 27);

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Place {
  readonly folder: string;
  readonly logged: string[];
  open(url?: string, key?: string): SnapshotCache;
  /** The one file there. */
  file(): string;
}

function makePlace(): Place {
  const parent = mkdtempSync(join(tmpdir(), "dimmer-cache-"));
  made.push(parent);
  const folder = join(parent, "cache");
  const logged: string[] = [];
  const ports = {
    clock: { now: () => NOW, monotonicMs: () => 0 },
    log: (_level: string, message: string) => void logged.push(message),
  };
  return {
    folder,
    logged,
    open: (url = URL, key = KEY) => cacheFolder({ folder, url, key }, ports),
    file: () => join(folder, readdirSync(folder)[0] as string),
  };
}

/** A place with one good file. */
function makeSaved(): Place {
  const place = makePlace();
  place.open().save(ENTRY, true);
  return place;
}

test("nothing is there at first; what is saved comes back", () => {
  const place = makePlace();
  expect(place.open().load()).toEqual({ outcome: "empty" });
  place.open().save(ENTRY, true);
  expect(place.open().load()).toEqual({ outcome: "found", entry: ENTRY });
  expect(place.logged).toEqual([]);
});

test("the folder and the file are this user's alone, and the key is nowhere in them", () => {
  const place = makeSaved();
  expect(statSync(place.folder).mode & 0o777).toBe(0o700);
  expect(statSync(place.file()).mode & 0o777).toBe(0o600);
  expect(place.file()).toMatch(/[0-9a-f]{32}\.snapshot$/u);
  expect(readFileSync(place.file(), "utf8")).not.toContain("secret-of-a-test");
});

test.each([
  ["another server", "https://other.example", KEY],
  ["another key", URL, "dm_server_another-environment"],
])("%s has a file of its own, and a file moved there is refused", (_name, url, key) => {
  const place = makeSaved();
  const other = place.open(url, key);
  expect(other.load()).toEqual({ outcome: "empty" });
  const first = place.file();
  const bytes = readFileSync(first);
  other.save({ ...ENTRY, confirmedAt: 1 }, true);
  expect(place.open().load()).toMatchObject({ entry: { confirmedAt: ENTRY.confirmedAt } });
  expect(other.load()).toMatchObject({ entry: { confirmedAt: 1 } });
  const theirs = readdirSync(place.folder)
    .map((name) => join(place.folder, name))
    .find((path) => path !== first) as string;
  writeFileSync(theirs, bytes);
  expect(other.load()).toMatchObject({ outcome: "refused", why: expect.stringContaining("another server or key") as string });
});

test("every flipped bit and every cut is refused", () => {
  const small = writeCacheFile("p", { snapshot: { a: 1 }, confirmedAt: 5 });
  expect(readCacheFile("p", small)).toMatchObject({ outcome: "found" });
  for (let bit = 0; bit < small.length * 8; bit += 1) {
    const flipped = Buffer.from(small);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    expect([bit, readCacheFile("p", flipped).outcome]).toEqual([bit, "refused"]);
  }
  for (let length = 0; length < small.length; length += 1)
    expect([length, readCacheFile("p", small.subarray(0, length)).outcome]).toEqual([length, "refused"]);
  expect(readCacheFile("p", Buffer.concat([small, Buffer.from(" ")])).outcome).toBe("refused");
});

test.each<[string, unknown]>([
  ["null", null],
  ["a list", []],
  ["no time", { place: "p", snapshot: {} }],
  ["no snapshot", { place: "p", confirmedAt: 1 }],
])("a body with a good checksum that is %s is refused", (_name, body) => {
  const whole = writeCacheFile("p", ENTRY);
  const forged = reseal(whole, JSON.stringify(body));
  expect(readCacheFile("p", forged)).toEqual({ outcome: "refused", why: "It holds no snapshot." });
  expect(readCacheFile("p", reseal(whole, "{")).outcome).toBe("refused");
});

/** The same header over another body, with the checksum that fits. */
function reseal(whole: Buffer, body: string): Buffer {
  const digest = createHash("sha256").update(body).digest("hex");
  const header = whole.subarray(0, whole.indexOf("\n") + 1).toString();
  return Buffer.from(header.replace(/[0-9a-f]{64}/u, digest) + body);
}

test.each<[string, (path: string, folder: string) => void, RegExp]>([
  ["cut short", (path) => truncateSync(path, 200), /checksum does not fit/],
  ["empty", (path) => truncateSync(path, 0), /does not begin as/],
  ["readable by others", (path) => chmodSync(path, 0o644), /others have rights in it \(mode 0644\)/],
  ["writable by a group", (path) => chmodSync(path, 0o620), /others have rights in it/],
  ["a link to a good file", linkTo, /ELOOP/],
  ["a folder", (path) => (rmSync(path), mkdirSync(path, { mode: 0o700 })), /It is no file/],
  ["a pipe", (path) => (rmSync(path), execFileSync("mkfifo", ["-m", "600", path])), /It is no file/],
  ["larger than its bound", (path) => truncateSync(path, ENGINE_LIMITS.snapshotBytes + 4_097), /is larger than/],
  ["in a folder that others write to", (_path, folder) => chmodSync(folder, 0o777), /cannot hold the cache: others have rights/],
  ["in a folder that is a link", linkFolder, /cannot hold the cache: it is no folder/],
])("a file that is %s is refused, saying why", (_name, spoil, why) => {
  const place = makeSaved();
  spoil(place.file(), place.folder);
  const load = place.open().load();
  expect(load).toMatchObject({ outcome: "refused" });
  expect(load.outcome === "refused" && load.why).toMatch(why);
});

test.runIf(process.getuid?.() === 0)("a file of another user is refused", () => {
  const place = makeSaved();
  execFileSync("chown", ["65534", place.file()]);
  expect(place.open().load()).toMatchObject({ outcome: "refused", why: expect.stringContaining("another user") as string });
});

function linkTo(path: string): void {
  renameSync(path, `${path}.elsewhere`);
  symlinkSync(`${path}.elsewhere`, path);
}

function linkFolder(_path: string, folder: string): void {
  renameSync(folder, `${folder}-elsewhere`);
  symlinkSync(`${folder}-elsewhere`, folder);
}

test("a link in the place of the file is replaced, and what it points at is left alone", () => {
  const place = makeSaved();
  const path = place.file();
  const victim = join(place.folder, "..", "victim");
  writeFileSync(victim, "precious");
  rmSync(path);
  symlinkSync(victim, path);
  place.open().save(ENTRY, true);
  expect(readFileSync(victim, "utf8")).toBe("precious");
  expect(lstatSync(path).isFile()).toBe(true);
  expect(place.open().load().outcome).toBe("found");
});

test("a folder that cannot be trusted is not written to; said once, and the app goes on", () => {
  const place = makePlace();
  mkdirSync(place.folder);
  chmodSync(place.folder, 0o777);
  const cache = place.open();
  cache.save(ENTRY, true);
  cache.save(ENTRY, true);
  expect(readdirSync(place.folder)).toEqual([]);
  expect(place.logged).toEqual([expect.stringMatching(/^The flags could not be cached\. .*Give a folder of this user alone/)]);
  chmodSync(place.folder, 0o700);
  cache.save(ENTRY, true);
  expect(cache.load().outcome).toBe("found");
});

test("a write in the background never replaces the last one", async () => {
  const place = makePlace();
  const cache = place.open();
  cache.save({ ...ENTRY, confirmedAt: 1 }, false);
  cache.save({ ...ENTRY, confirmedAt: 2 }, false);
  cache.save({ ...ENTRY, confirmedAt: 3 }, true);
  await waitUntil("the drafts are gone", () => readdirSync(place.folder).length === 1);
  expect(cache.load()).toMatchObject({ entry: { confirmedAt: 3 } });
  cache.save({ ...ENTRY, confirmedAt: 4 }, false);
  await waitUntil("the background write", () => {
    const load = cache.load();
    return load.outcome === "found" && load.entry.confirmedAt === 4;
  });
  expect(place.logged).toEqual([]);
});

test("what a killed process left half written is swept once it is old, and harms nobody before", () => {
  const place = makeSaved();
  const [old, fresh] = [`${place.file()}.old.tmp`, `${place.file()}.fresh.tmp`];
  for (const path of [old, fresh]) writeFileSync(path, "half");
  utimesSync(old, NOW / 1_000 - 7_200, NOW / 1_000 - 7_200);
  utimesSync(fresh, NOW / 1_000, NOW / 1_000);
  expect(place.open().load().outcome).toBe("found");
  place.open().save(ENTRY, true);
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});
