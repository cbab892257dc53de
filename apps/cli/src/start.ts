/** Runs the command in this process: real streams and signals. */

import { processEnvironment } from "./config.ts";
import { run } from "./main.ts";

/** Runs the command line of this process and sets its exit code. */
export async function start(): Promise<void> {
  leaveQuietlyOnClosedPipe();
  const { stdin, stdout, stderr } = process;
  const io = { stdin, stdout, stderr, env: processEnvironment(), cwd: process.cwd(), signals: process };
  process.exitCode = await run(process.argv.slice(2), io);
}

/** `dimmer … | head` closes our output early: that is the reader's right and no failure of ours. */
function leaveQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
