/** What is fetched in one piece, outside the calls of a client: a snapshot, a backup. */

import { SNAPSHOT_PATH } from "./delivery.ts";
import { answerOf, baseOf, bodyOf, CLIENT_LIMITS, type ManagementOptions } from "./request.ts";

/**
 * Fetches the whole snapshot as an SDK does.
 *
 * Shape:  `token` is a server key, which decides the environment; what comes back is foreign data, for `checkSnapshot`.
 * Errors: `ProblemError` where the server refuses, `UnreachableError` where it does not answer.
 */
export function fetchSnapshot(options: ManagementOptions): Promise<unknown> {
  return answerOf<unknown>(options, baseOf(options.url), { method: "GET", root: "", path: SNAPSHOT_PATH });
}

/**
 * Takes a backup of the whole installation.
 *
 * Shape:  the bytes of the file as they come; whoever writes them verifies the file. A try takes `CLIENT_LIMITS.backupMs` at most.
 * Errors: `ProblemError` where the server refuses, `UnreachableError` where it does not answer; the stream's own where it breaks off.
 */
export function fetchBackup(options: ManagementOptions): Promise<ReadableStream<Uint8Array>> {
  const patient = { ...options, timeoutMs: CLIENT_LIMITS.backupMs };
  return bodyOf(patient, baseOf(options.url), { method: "POST", path: "/backups" });
}
