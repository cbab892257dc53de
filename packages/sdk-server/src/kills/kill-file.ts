/** The file whose lines are switched off: read before the first answer, then followed, whether it is there or not. */

import { readFileSync, statSync, type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Ports } from "@dimmer/sdk-core";
import { keepLooking, SETTLE_MS } from "../sources/file.ts";

const KILL_FILE_BYTES = 64 * 1024;
/** How often it is looked at, beside the changes that its folder tells of. */
const LOOK_MS = 1_000;

/** Shape: `close` ends the following; nothing is heard after it. */
export interface KillFile {
  follow(): void;
  close(): void;
}

/**
 * Opens a file of kills.
 *
 * Shape:  `take` hears its text while this runs, where it is there, and then each other text it has; "" where it is gone.
 * Errors: none; while it cannot be read nothing is heard, and a log line, not repeated, says why.
 */
export function openKillFile(
  options: { readonly path: string; readonly holdProcess: boolean },
  take: (text: string) => void,
  ports: Pick<Ports, "log" | "setTimer">,
): KillFile {
  const path = resolve(options.path);
  let text = "";
  let refused = "";
  let isClosed = false;
  let looking: { close(): void } | undefined;

  const found = (next: string): "read" | "same" => {
    refused = "";
    if (next === text || isClosed) return "same";
    text = next;
    take(next);
    return "read";
  };

  const failed = (thrown: unknown): "failed" => {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    if (why !== refused) ports.log?.("error", `${path} could not be read; what it last switched off stays off. ${why}`);
    refused = why;
    return "failed";
  };

  const look = async (): Promise<"read" | "same" | "failed"> => {
    try {
      const next = await readText(path);
      if (next !== "" || text === "") return found(next);
      // Editors empty a file, or move it away, before they write it; nothing is switched on again for that moment.
      await new Promise<void>((resolve) => void ports.setTimer(SETTLE_MS, resolve));
      return found(await readText(path));
    } catch (thrown) {
      return failed(thrown);
    }
  };

  try {
    found(readTextNow(path));
  } catch (thrown) {
    failed(thrown);
  }
  return {
    follow() {
      const schedule = { after: ports.setTimer };
      looking = keepLooking({ path, holdProcess: options.holdProcess, everyMs: LOOK_MS }, look, { schedule });
    },
    close() {
      isClosed = true;
      looking?.close();
    },
  };
}

/** What is not there says nothing. */
async function readText(path: string): Promise<string> {
  try {
    checkForm(path, await stat(path));
    return checkLength(path, await readFile(path, "utf8"));
  } catch (thrown) {
    if (isMissing(thrown)) return "";
    throw thrown;
  }
}

/** The same before the first answer, so that a process which starts in the middle of an outage starts with its flags off. */
function readTextNow(path: string): string {
  try {
    checkForm(path, statSync(path));
    return checkLength(path, readFileSync(path, "utf8"));
  } catch (thrown) {
    if (isMissing(thrown)) return "";
    throw thrown;
  }
}

/** Reading anything else than a file may never end. */
function checkForm(path: string, stats: Stats): void {
  if (!stats.isFile()) throw new Error(`${path} is not a file.`);
  if (stats.size > KILL_FILE_BYTES) throw new Error(`${path} is longer than ${KILL_FILE_BYTES} bytes.`);
}

/** It may have grown since it was looked at. */
function checkLength(path: string, text: string): string {
  if (text.length > KILL_FILE_BYTES) throw new Error(`${path} is longer than ${KILL_FILE_BYTES} bytes.`);
  return text;
}

const isMissing = (thrown: unknown): boolean =>
  ["ENOENT", "ENOTDIR"].includes(String((thrown as { readonly code?: unknown } | null)?.code));
