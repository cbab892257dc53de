/** Makes a backup of a store, whether it is served or not. */

import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { copySqliteStore } from "../storage/dialects/sqlite-copy.ts";
import { lockStore, STORE_FILE } from "../storage/dialects/sqlite.ts";
import { syncDirectory } from "../storage/sync-directory.ts";
import { VERSION } from "../version.ts";
import { backupHead, type BackupManifest } from "./backup-file.ts";

/** In the data directory while a backup is made; one that a killed process left is removed by the next. */
const COPY_FILE = "dimmer.backup.tmp";

export interface MadeBackup {
  readonly manifest: BackupManifest;
  readonly head: Buffer;
  /** The store's bytes, behind the head. */
  readonly openStore: () => Readable;
  /** Takes the copy away. */
  remove(): Promise<void>;
}

/**
 * Copies the store of a data directory beside itself: one commit, while others follow.
 *
 * Shape:  needs as much room on the disk as the store. Whoever calls makes one at a time and removes it.
 * Errors: SQLite's and Node's own; nothing is left then.
 * Source: ADR-0023.
 */
export async function makeBackup(dataDir: string, clock: () => number): Promise<MadeBackup> {
  const copy = join(dataDir, COPY_FILE);
  const remove = () => rm(copy, { force: true });
  await remove();
  try {
    // Made by us first, so that it is never open to others; SQLite fills an empty file.
    await (await open(copy, "wx", 0o600)).close();
    const copied = await copySqliteStore(join(dataDir, STORE_FILE), copy);
    const { size } = await stat(copy);
    const manifest = { product: VERSION, at: new Date(clock()).toISOString(), ...copied, bytes: size };
    return { manifest, head: await backupHead(manifest, copy), openStore: () => createReadStream(copy), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Writes it out, the head first; resolves when everything was taken. */
export async function writeBackup({ head, openStore }: MadeBackup, to: Writable): Promise<void> {
  await pipeline(async function* () {
    yield head;
    yield* openStore();
  }, to);
}

/**
 * A backup of a data directory that no server has open.
 *
 * Shape:  a whole file with mode 0600, on disk, or none.
 * Errors: `ProblemError("store-unavailable")` where a server has the directory; Node's own.
 */
export async function backUpStopped(dataDir: string, file: string, clock: () => number): Promise<BackupManifest> {
  const lock = await lockStore(join(dataDir, STORE_FILE));
  try {
    const backup = await makeBackup(dataDir, clock);
    try {
      await writeWhole(file, (to) => writeBackup(backup, to));
      return backup.manifest;
    } finally {
      await backup.remove();
    }
  } finally {
    lock.release();
  }
}

/** Written aside, checked, synced and renamed, so that nobody takes half a backup for one. */
export async function writeWhole(
  file: string,
  write: (to: Writable) => Promise<void>,
  check: (aside: string) => Promise<void> = async () => {},
): Promise<void> {
  const aside = `${file}.new`;
  try {
    await rm(aside, { force: true });
    await write(createWriteStream(aside, { flags: "wx", mode: 0o600, flush: true }));
    await check(aside);
    await rename(aside, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
