/** Finds `DIMMER_SECRET_KEY`: given, in a file, or made on the first start. */

import { ProblemError } from "@dimmer/protocol";
import { mkdir, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "../storage/sync-directory.ts";

/** Bytes of UTF-8. */
export const MIN_SECRET_KEY = 32;
const GENERATED_BYTES = 32;
/** In the data directory, unless a file is named. */
export const SECRET_KEY_FILE = "secret.key";
/** Others may read it, or the group may write it. */
const TOO_OPEN = 0o007 | 0o020;

export interface SecretKeyOrder {
  /** The key itself; wins over a file. */
  readonly value?: string;
  /** A file that holds it. */
  readonly file?: string;
  readonly dataDir: string;
  /** Whether a key may be made where there is none; never for a server whose store is elsewhere. */
  readonly generate: boolean;
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * Shape:  the given text, else the named file's, else the data directory's `secret.key`, made there with mode 0600 when absent and
 *         `generate`. White space around it does not count.
 * Errors: `ProblemError("invalid-request")` when it is shorter than 32 bytes, absent, or in a file that others may read; no message
 *         repeats it.
 * Source: ADR-0009; reliability A87.
 */
export async function loadSecretKey(order: SecretKeyOrder): Promise<string> {
  if (order.value !== undefined) return longEnough(order.value, "DIMMER_SECRET_KEY");
  if (order.file !== undefined) return longEnough(await readPrivate(order.file), order.file);
  const path = join(order.dataDir, SECRET_KEY_FILE);
  if (await isThere(path)) return longEnough(await readPrivate(path), path);
  if (order.generate) return await makeSecretKey(order, path);
  throw refused(
    `There is no secret key. Set DIMMER_SECRET_KEY to at least ${MIN_SECRET_KEY} random bytes, or DIMMER_SECRET_KEY_FILE to a file with them.`,
  );
}

function longEnough(text: string, where: string): string {
  const key = text.trim();
  if (Buffer.byteLength(key) >= MIN_SECRET_KEY) return key;
  throw refused(`${where} must hold at least ${MIN_SECRET_KEY} bytes. Make one with: openssl rand -base64 32`);
}

async function readPrivate(path: string): Promise<string> {
  try {
    await refuseOpenFile(path);
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw refused(
      `The secret key's file ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? "unknown error"}.`,
      cause,
    );
  }
}

/** Windows has no such modes. */
async function refuseOpenFile(path: string): Promise<void> {
  const { mode } = await stat(path);
  if (process.platform === "win32" || (mode & TOO_OPEN) === 0) return;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  throw refused(`The secret key's file ${path} is open to others (mode ${shown}). Make it yours alone: chmod 600 ${path}`);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw refused(`The secret key's file ${path} cannot be read.`, error);
  }
}

/** On disk before anything is sealed with it. `wx`: of two first starts one makes it, and the other reads what that one made. */
async function makeSecretKey(order: SecretKeyOrder, path: string): Promise<string> {
  const key = Buffer.from(order.random(GENERATED_BYTES)).toString("base64url");
  await mkdir(order.dataDir, { recursive: true, mode: 0o700 });
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(`${key}\n`);
    await file.sync();
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return longEnough(await readPrivate(path), path);
    throw refused(`The secret key cannot be written to ${path}.`, error);
  }
  await syncDirectory(order.dataDir);
  return key;
}

function refused(detail: string, cause?: unknown): ProblemError {
  return new ProblemError("invalid-request", detail, { cause });
}
