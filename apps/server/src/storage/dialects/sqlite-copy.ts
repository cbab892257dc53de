/** Copies a SQLite store as one commit left it, beside whoever writes to it, in a thread of its own. */

import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { hasBuiltIn } from "./sqlite-module.ts";

export interface CopiedStore {
  readonly installation: string;
  /** What the secret key of the store is known by; tells nothing of it. */
  readonly keyCheck: string;
  /** Number of the newest migration. */
  readonly schema: number;
}

/**
 * `VACUUM INTO` reads in one read transaction, so that it sees one commit and holds up no writer, and it blocks its thread, so that it has
 * one. Text, because a file would need a loader where the server runs from source, and a bundle of its own where it does not.
 */
const COPY = `
const { parentPort, workerData } = require("node:worker_threads");
import(workerData.module).then(({ DatabaseSync }) => {
  const from = new DatabaseSync(workerData.from);
  from.exec("pragma busy_timeout = 5000");
  from.prepare("vacuum into ?").run(workerData.to);
  from.close();
  const copy = new DatabaseSync(workerData.to);
  const [verdict] = copy.prepare("pragma integrity_check(1)").all();
  const [row] = copy.prepare("select id as installation, key_check as keyCheck, (select max(number) from schema_migrations) as schema from installation").all();
  copy.close();
  parentPort.postMessage({ verdict: Object.values(verdict)[0], copied: { ...row } });
});
`;

interface Report {
  readonly verdict: unknown;
  readonly copied: CopiedStore;
}

/**
 * Shape:  `to` must not be there. It is one consistent state, checked page by page, without a log beside it.
 * Errors: SQLite's own, such as a full disk or a damaged store; an `Error` where the copy does not pass its check.
 * Source: ADR-0023.
 */
export async function copySqliteStore(from: string, to: string): Promise<CopiedStore> {
  const name = "@photostructure/sqlite";
  const module = hasBuiltIn(process.versions.node) ? "node:sqlite" : createRequire(import.meta.url).resolve(name);
  const worker = new Worker(COPY, { eval: true, workerData: { module, from, to } });
  try {
    const [{ verdict, copied }] = (await once(worker, "message")) as [Report];
    if (verdict !== "ok") throw new Error(`The copy of the store is damaged: ${String(verdict)}.`);
    assert(copied.installation !== undefined, "a store that was served is an installation");
    return copied;
  } finally {
    await worker.terminate();
  }
}
