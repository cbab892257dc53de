/**
 * Writes changes through the real store and says each one that was acknowledged, then kills itself.
 *
 * Arguments: the store's file, and after how many acknowledgements to die (0: open and close the store, and end well).
 * Lines: `ack <sequence>`.
 */

import { writeSync } from "node:fs";
import { openSqliteStore } from "../../apps/server/src/storage/dialects/sqlite.ts";
import { commitNext, prepare } from "./sample-change.ts";

/** They take turns at the store, so that some are always in the middle when the power goes. */
const WRITERS = 4;

const [path = "", count = "0"] = process.argv.slice(2);
let left = Number(count);
const store = await openSqliteStore({ path });
if (left === 0) await store.close();
else {
  await prepare(store);
  await Promise.all(Array.from({ length: WRITERS }, writeOn));
}

async function writeOn(): Promise<void> {
  for (;;) {
    const sequence = await commitNext(store);
    writeSync(1, `ack ${sequence}\n`);
    left -= 1;
    // By count, never by a timer: a timer lands in checkpoints, which hide the loss.
    if (left === 0) process.kill(process.pid, "SIGKILL");
  }
}
