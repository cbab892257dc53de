/** Keeps one snapshot in a folder of this machine, for a start without a server. */

import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ENGINE_LIMITS, type CacheLoad, type Ports, type SnapshotCache } from "@dimmer/sdk-core";
import { readCacheFile, writeCacheFile } from "./cache-file.ts";

/** Checksum, place and time beside the snapshot itself, which has its own bound. */
const CACHE_BYTES = ENGINE_LIMITS.snapshotBytes + 4_096;
/** A file that was being written when its process died; a living one is done long before. */
const ABANDONED_AFTER_MS = 3_600_000;

export interface CacheFolderOptions {
  readonly folder: string;
  readonly url: string;
  readonly key: string;
}

/**
 * A cache for `openEngine` with one file per server and key, of this user alone.
 *
 * Shape:  the name is a digest, so that environments do not mix and no key is on the disk. A file is replaced whole.
 * Errors: none thrown; what may not be trusted is refused with its reason, and what cannot be written is a log line, once in a row.
 * Source: ADR-0024.
 */
export function cacheFolder(
  { folder, url, key }: CacheFolderOptions,
  { clock, log }: Pick<Ports, "clock" | "log">,
): SnapshotCache {
  const place = createHash("sha256").update(`dimmer-cache\n${url}\n${key}`).digest("hex").slice(0, 32);
  const path = join(resolve(folder), `${place}.snapshot`);
  let writes = 0;
  let isFailing = false;

  const attempt = (write: () => void): void => {
    try {
      write();
      isFailing = false;
    } catch (thrown) {
      if (!isFailing) log?.("warn", `The flags could not be cached. ${messageOf(thrown)}`);
      isFailing = true;
    }
  };

  const writeSoon = async (bytes: Buffer, write: number): Promise<void> => {
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(draft, "wx", 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      // Nothing may come in between, or an earlier write could replace a later one.
      attempt(() => (write === writes ? renameSync(draft, path) : rmSync(draft)));
    } catch (thrown) {
      rmSync(draft, { force: true });
      attempt(() => {
        throw thrown;
      });
    }
  };

  return {
    load() {
      try {
        return load(path, place, folder);
      } catch (thrown) {
        return isMissing(thrown) ? { outcome: "empty" } : { outcome: "refused", why: `${path}: ${messageOf(thrown)}` };
      }
    },
    save(entry, isLast) {
      const write = (writes += 1);
      attempt(() => {
        prepareFolder(resolve(folder), place, clock.now());
        const bytes = writeCacheFile(place, entry);
        if (bytes.length > CACHE_BYTES) throw new Error(`The snapshot is larger than ${CACHE_BYTES} bytes.`);
        if (isLast) writeNow(path, bytes);
        else void writeSoon(bytes, write);
      });
    },
  };
}

function load(path: string, place: string, folder: string): CacheLoad {
  checkFolder(resolve(folder));
  // Without O_NONBLOCK a pipe in its place would be waited for.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    const why = whyNotOurs(stats, 0o077) ?? (stats.isFile() ? undefined : "It is no file.");
    if (why !== undefined) return { outcome: "refused", why: `${path}: ${why}` };
    if (stats.size > CACHE_BYTES) return { outcome: "refused", why: `${path}: It is larger than ${CACHE_BYTES} bytes.` };
    const bytes = Buffer.alloc(stats.size);
    const read = readCacheFile(place, bytes.subarray(0, readSync(file, bytes, 0, stats.size, 0)));
    return read.outcome === "refused" ? { outcome: "refused", why: `${path}: ${read.why}` } : read;
  } finally {
    closeSync(file);
  }
}

/** The last write of a process; what `writeSoon` is about to rename it no longer does. */
function writeNow(path: string, bytes: Buffer): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw thrown;
  }
}

function prepareFolder(folder: string, place: string, now: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkFolder(folder);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${place}.snapshot.`) || !name.endsWith(".tmp")) continue;
    const abandoned = join(folder, name);
    if (now - lstatSync(abandoned).mtimeMs > ABANDONED_AFTER_MS) rmSync(abandoned, { force: true });
  }
}

/** Whoever can write to the folder could put another file in the place of ours. */
function checkFolder(folder: string): void {
  const stats = lstatSync(folder);
  const why = stats.isDirectory() ? whyNotOurs(stats, 0o022) : "it is no folder; a link is not followed";
  if (why !== undefined)
    throw new Error(`${folder} cannot hold the cache: ${why}. Give a folder of this user alone (mode 0700).`);
}

/** Windows knows neither users by number nor these modes. */
function whyNotOurs(stats: Stats, forbidden: number): string | undefined {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  if (stats.uid !== uid) return "it belongs to another user";
  if ((stats.mode & forbidden) !== 0)
    return `others have rights in it (mode ${(stats.mode & 0o777).toString(8).padStart(4, "0")})`;
  return undefined;
}

const isMissing = (thrown: unknown): boolean => (thrown as { readonly code?: unknown }).code === "ENOENT";
const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
