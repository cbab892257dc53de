/** The mark of a data directory: a file that no copy can bring along as it was, so that a store that was put back is noticed. */

import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "./sync-directory.ts";

/** Beside the store. */
export const MARK_FILE = "dimmer.mark";

const TEXT = "Dimmer sees by this file whether the database beside it was put back from a backup. Leave it here.\n";

/**
 * Writes the mark anew, so that nothing that was copied before fits it any more.
 *
 * Shape:  its identity for the store to remember. It is on disk when this resolves.
 * Errors: Node's own.
 * Source: ADR-0005.
 */
export async function writeMark(dataDir: string): Promise<string> {
  const file = await open(join(dataDir, MARK_FILE), "w", 0o600);
  try {
    await file.writeFile(TEXT);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(dataDir);
  return (await readMark(dataDir)) ?? "";
}

/**
 * The identity of the mark that is there; undefined for none.
 *
 * The system sets the time of a file's last change whenever it is written or made, and no tool that copies can set it to another.
 * The inode's number stands beside it for systems whose clock is coarse. The device is left out: its number may be another
 * after a restart of the machine.
 */
export async function readMark(dataDir: string): Promise<string | undefined> {
  try {
    const { ino, ctimeNs } = await stat(join(dataDir, MARK_FILE), { bigint: true });
    return `${ino}:${ctimeNs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
