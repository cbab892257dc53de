/** Runs a script with an SDK in a process of its own. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const entry = new URL("../src/index.ts", import.meta.url).href;

export interface RunningScript {
  /** Its code and what it printed, once it has ended. */
  readonly end: Promise<{ readonly code: number | null; readonly printed: string }>;
  readonly isRunning: () => boolean;
  readonly printed: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Shape: `openDimmer` is imported already; `later` takes what has to be cleaned up. */
export function runScript(
  script: string,
  variables: Record<string, string>,
  later: (close: () => Promise<void>) => void,
): RunningScript {
  const source = `import { openDimmer } from ${JSON.stringify(entry)};\n${script}`;
  const child = spawn(process.execPath, ["--conditions=dimmer-source", "--import", "tsx", "--input-type=module", "-e", source], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (printed += bytes.toString()));
  const end = new Promise<{ code: number | null; printed: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, printed: printed.trim() }));
  });
  later(async () => {
    child.kill("SIGKILL");
    await end;
  });
  return { end, isRunning: () => child.exitCode === null, printed: () => printed, kill: (signal) => void child.kill(signal) };
}
