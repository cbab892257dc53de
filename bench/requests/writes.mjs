/** Durable writes: changes a second through the API beside transactions a second of bare SQLite that hold as many bytes. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { sendChange } from "../delivery/send.mjs";

const WRITERS = 8;

/** Changes that were acknowledged, a second: killed by one writer, restored by another, refused to none. */
export async function writeThroughApi({ port, changes }, seconds) {
  const end = performance.now() + seconds * 1_000;
  let accepted = 0;
  const writer = async (index) => {
    while (performance.now() < end) {
      await sendChange(port, changes[index % changes.length]);
      accepted++;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
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
