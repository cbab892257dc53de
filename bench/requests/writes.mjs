/** Durable writes: changes a second through the API beside transactions a second of bare SQLite that hold as many bytes. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { sendChange } from "../delivery/send.mjs";

export const WRITERS = 8;

/** Changes that were acknowledged, a second: each writer kills and restores a flag of its own, which is left as it was. */
export async function writeThroughApi({ port, changes }, seconds) {
  const end = performance.now() + seconds * 1_000;
  let accepted = 0;
  const writer = async (own) => {
    while (performance.now() < end) {
      for (const change of own) await sendChange(port, change);
      accepted += own.length;
    }
  };
  await Promise.all(changes.map(writer));
  return { accepted, perSecond: accepted / seconds };
}

/** The same promise with nothing around it: one row, one transaction, one sync. */
export async function writeBare(folder, rowBytes, seconds) {
  const database = await openSqlite(join(folder, "bare.db"));
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT)",
  );
  const insert = database.prepare("INSERT INTO rows (text) VALUES (?)");
  const text = "x".repeat(rowBytes);
  const end = performance.now() + seconds * 1_000;
  let written = 0;
  for (; performance.now() < end; written++) insert.run(text);
  database.close();
  return { perSecond: written / seconds };
}

/** Bytes of a store that was closed, its log folded in. */
export const storeBytes = (dataDir) => statSync(join(dataDir, "dimmer.db")).size;

/** The driver that Dimmer takes on this Node. */
async function openSqlite(path) {
  const hasBuiltIn = Number(process.versions.node.split(".")[0]) > 22;
  const { DatabaseSync } = await import(hasBuiltIn ? "node:sqlite" : "@photostructure/sqlite");
  return new DatabaseSync(path);
}
