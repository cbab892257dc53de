/** What a run of the command touches of the outside world; tests hand in their own. */

import type { Signals } from "@dimmer/server";
import type { Readable, Writable } from "node:stream";

export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** What of `process` a server needs: a verb that listens for no signal is ended by it. */
  readonly signals: Signals;
}

/** Writes and waits where the reader is slower than we are. */
export async function writeAll(stream: Writable, text: string | Uint8Array): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (finish: () => void) => {
      stream.off("drain", drained).off("close", drained).off("error", failed);
      finish();
    };
    const drained = () => settle(resolve);
    const failed = (error: Error) => settle(() => reject(error));
    stream.once("drain", drained).once("close", drained).once("error", failed);
  });
}

/** An error of the operating system, with its code. */
export function isErrnoException(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
