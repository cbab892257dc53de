/** Puts a backup into a data directory that no server has open. */

import { existsSync } from "node:fs";
import { copyFile, link, mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ProblemError } from "@dimmer/protocol";
import { deriveKeys } from "../access/derive-keys.ts";
import { loadSecretKey } from "../access/load-secret-key.ts";
import { writeMark } from "../storage/data-mark.ts";
import { foldSqliteStore } from "../storage/dialects/sqlite-fold.ts";
import { lockStore, STORE_FILE } from "../storage/dialects/sqlite.ts";
import { MIGRATIONS } from "../storage/migrations/migrations.ts";
import { syncDirectory } from "../storage/sync-directory.ts";
import { type BackupManifest, readBackup } from "./backup-file.ts";
import { writeWhole } from "./make-backup.ts";

export interface LoadOrder {
  readonly file: string;
  readonly dataDir: string;
  /** `DIMMER_SECRET_KEY`; the data directory's own unless given. */
  readonly secretKey?: string;
  /** Whether a store that is there may be replaced. */
  readonly force: boolean;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export interface LoadedBackup {
  readonly manifest: BackupManifest;
  /** Where the store that was there is kept; undefined where there was none. */
  readonly replaced: string | undefined;
}

/**
 * Shape:  the next start sees that the store was put back and draws new epochs. Cut off at any point, the directory holds the old store or
 *         the new one, whole.
 * Errors: `ProblemError`: invalid-document for a damaged file; conflict for another secret key, a newer schema, or a store that is
 *         there without `force`; store-unavailable where a server has the directory. Nothing is changed then.
 * Source: ADR-0023; reliability I5, F7, F9.
 */
export async function loadBackup(order: LoadOrder): Promise<LoadedBackup> {
  const { file, dataDir } = order;
  const { manifest, openStore } = await readBackup(file);
  refuseNewer(manifest);
  const store = join(dataDir, STORE_FILE);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const isThere = existsSync(store) && (await stat(store)).size > 0;
  const lock = await lockStore(store);
  try {
    await refuseOtherKey(order, manifest);
    if (isThere && !order.force) {
      throw new ProblemError(
        "conflict",
        `${dataDir} holds a store already. Say --force to put the backup in its place; the present one is kept beside it.`,
      );
    }
    const loading = join(dataDir, "dimmer.db.loading");
    await writeWhole(loading, (to) => pipeline(openStore(), to));
    const replaced = isThere ? await keepBeside(order, store) : undefined;
    // First, so that a load that is cut off behind the next line is still noticed at the start.
    await writeMark(dataDir);
    await rename(loading, store);
    await syncDirectory(dataDir);
    return { manifest, replaced };
  } finally {
    lock.release();
  }
}

function refuseNewer({ schema, product }: BackupManifest): void {
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  if (schema <= known) return;
  throw new ProblemError(
    "conflict",
    `This backup was made by a newer Dimmer (${product}, schema ${schema}); this version knows schema ${known}. Load it with that one.`,
  );
}

/** The key is never in a backup, so it must be here; a start without it would draw another and refuse the store. */
async function refuseOtherKey({ dataDir, secretKey }: LoadOrder, { keyCheck }: BackupManifest): Promise<void> {
  const about = { dataDir, generate: false, random: (bytes: number) => new Uint8Array(bytes) };
  const key = await loadSecretKey({ ...about, ...(secretKey === undefined ? {} : { value: secretKey }) });
  if (deriveKeys(key).check === keyCheck) return;
  throw new ProblemError(
    "conflict",
    "This backup was made with another secret key. Bring the one that its server had, as DIMMER_SECRET_KEY or as secret.key in the data directory: without it sealed secrets cannot be opened and the audit cannot be verified.",
  );
}

/** The store stays at its place too until the new one takes it, so that a start never finds the place empty. */
async function keepBeside({ dataDir, clock }: LoadOrder, store: string): Promise<string> {
  const replaced = join(dataDir, `replaced-${new Date(clock()).toISOString().replaceAll(":", "-")}`);
  await mkdir(replaced, { mode: 0o700 });
  const [log, index, keptLog] = [`${store}-wal`, `${store}-shm`, join(replaced, `${STORE_FILE}-wal`)];
  // Before SQLite looks at it, because of a store that is damaged it throws the log away.
  if (existsSync(log)) await copyFile(log, keptLog);
  await foldSqliteStore(store).then(
    () => rm(keptLog, { force: true }),
    () => Promise.all([log, index].map((path) => rm(path, { force: true }))),
  );
  await link(store, join(replaced, STORE_FILE));
  await syncDirectory(replaced);
  return replaced;
}
