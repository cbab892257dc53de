/** The file that a backup is: a line with a digest, a line that says what it holds, and the store's bytes. */

import { createHash } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { ProblemError } from "@dimmer/protocol";

/** What a backup says about itself. The secret key is not in it, only what the right one is known by. */
export interface BackupManifest {
  readonly product: string;
  /** RFC 3339. */
  readonly at: string;
  readonly installation: string;
  readonly keyCheck: string;
  /** Number of the newest migration of the store. */
  readonly schema: number;
  /** Length of the store. */
  readonly bytes: number;
}

const MAGIC = "DIMMER-BACKUP 1";
const DIGEST = /^DIMMER-BACKUP 1 ([\da-f]{64})\n$/u;
const DIGEST_LINE_BYTES = MAGIC.length + 1 + 64 + 1;
/** A manifest is a few hundred bytes; more is no manifest. */
const MANIFEST_BYTES = 4_096;

/** The two lines before the store's bytes. The digest covers everything behind its own line. */
export async function backupHead(manifest: BackupManifest, storeFile: string): Promise<Buffer> {
  const line = `${JSON.stringify(manifest)}\n`;
  const digest = createHash("sha256").update(line);
  for await (const part of createReadStream(storeFile)) digest.update(part as Buffer);
  return Buffer.from(`${MAGIC} ${digest.digest("hex")}\n${line}`);
}

export interface ReadBackup {
  readonly manifest: BackupManifest;
  /** The store's bytes. */
  readonly openStore: () => ReadStream;
}

/**
 * Reads a backup through and proves that nothing of it was changed or lost.
 *
 * Shape:  its manifest, and its store to read once more.
 * Errors: `ProblemError("invalid-document")` for what is no backup, a newer format, or one flipped bit; Node's own.
 * Source: ADR-0023; reliability F7.
 */
export async function readBackup(file: string): Promise<ReadBackup> {
  const digest = DIGEST.exec(await readStart(file, DIGEST_LINE_BYTES))?.[1];
  if (digest === undefined) throw refused(file, "is not a backup that this version of Dimmer reads");
  const found = createHash("sha256");
  for await (const part of createReadStream(file, { start: DIGEST_LINE_BYTES })) found.update(part as Buffer);
  if (found.digest("hex") !== digest) throw refused(file, "is damaged: its content is not what its digest says");
  const [line = ""] = (await readStart(file, DIGEST_LINE_BYTES + MANIFEST_BYTES)).slice(DIGEST_LINE_BYTES).split("\n", 1);
  const start = DIGEST_LINE_BYTES + Buffer.byteLength(line) + 1;
  // Whole, as its digest is right: what stands here was written by `backupHead`.
  return { manifest: JSON.parse(line) as BackupManifest, openStore: () => createReadStream(file, { start }) };
}

/** In latin1, so that one character is one byte whatever the file holds. */
async function readStart(path: string, bytes: number): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}

function refused(file: string, why: string): ProblemError {
  return new ProblemError("invalid-document", `${file} ${why}. Take another backup.`);
}
