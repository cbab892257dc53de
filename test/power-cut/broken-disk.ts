/**
 * Writes through the real store while the disk breaks and mends (reliability I4), and says what it saw as one line of JSON.
 *
 * Arguments: the store's file, the file that steers the disk, and how it breaks (`sync` or `full`).
 */

import { rmSync, writeFileSync, writeSync } from "node:fs";
import { openSqliteStore } from "../../apps/server/src/storage/dialects/sqlite.ts";
import { commitNext, prepare, PROJECT } from "./sample-change.ts";

const [path = "", steering = "", fault = "sync"] = process.argv.slice(2);
const store = await openSqliteStore({ path });
const acknowledged: number[] = [];
const refused: string[] = [];
await prepare(store);
await write(5);
writeFileSync(steering, fault);
await write(5);
const readWhileBroken = (await store.listChanges(PROJECT, { limit: 100 })).length;
const isWellWhileBroken = await store.check().then(
  () => true,
  () => false,
);
rmSync(steering);
await store.check();
await write(5);
await store.close();
writeSync(1, `${JSON.stringify({ acknowledged, refused, readWhileBroken, isWellWhileBroken })}\n`);

async function write(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await commitNext(store).then(
      (sequence) => acknowledged.push(sequence),
      (error: unknown) => refused.push((error as { code?: string }).code ?? String(error)),
    );
  }
}
