/** The life of a server process: it ends when told to, cleanly, and never half-alive. */

import type { RunningServer } from "./server.ts";

/** Milliseconds from the signal to the end, whatever still runs. */
const STOP_DEADLINE_MS = 10_000;

/** What of `process` is needed. */
export interface Signals {
  once(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  on(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): unknown;
  exit(code: number): void;
}

/**
 * Serves until SIGTERM or SIGINT, then drains and exits with 0; a second signal ends it at once.
 *
 * Shape:  resolves when everything is closed; the process then has nothing left to do.
 * Errors: what nobody caught is logged and ends the process with 1: its state can no longer be trusted, and a supervisor restarts it.
 */
export async function serveUntilSignal(server: RunningServer, signals: Signals = process): Promise<void> {
  const { log } = server.app;
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    signals.on(event, (error) => {
      log.fatal({ err: error }, event);
      signals.exit(1);
    });
  }
  const signal = await new Promise<string>((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const) signals.once(name, () => resolve(name));
  });
  log.info({ signal }, "stopping");
  for (const name of ["SIGTERM", "SIGINT"] as const) signals.once(name, () => signals.exit(1));
  setTimeout(() => {
    log.error("the deadline for stopping has passed");
    signals.exit(1);
  }, STOP_DEADLINE_MS).unref();
  await server.close();
  log.info("stopped");
  signals.exit(0);
}
