/** Runs the command in this process: real streams, real signals. */

import { processEnvironment } from "./config.ts";
import type { Io } from "./io.ts";
import { run } from "./main.ts";

/** Runs the command line of this process and sets its exit code. */
export async function start(): Promise<void> {
  const interrupted = new AbortController();
  leaveQuietlyOnClosedPipe();
  process.exitCode = await run(process.argv.slice(2), processIo(interrupted));
}

/** A signal handler would keep Ctrl-C from ending the other verbs, so it is set only where a verb listens for it. */
function processIo(interrupted: AbortController): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: processEnvironment(),
    cwd: process.cwd(),
    onInterrupt: () => {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort(name));
      return interrupted.signal;
    },
  };
}

/** `dimmer … | head` closes our output early: that is the reader's right and no failure of ours. */
function leaveQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
