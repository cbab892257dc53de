/** Runs the server with the demo project in ./.dimmer until somebody stops it. */

import { spawn } from "node:child_process";
import { ROOT } from "./run-command.mjs";

const DATA_DIR = ".dimmer";

/** Runs `dimmer serve --demo` attached to this terminal and gives its exit code. */
export function runServer(args) {
  const env = { ...process.env, DIMMER_DATA_DIR: process.env.DIMMER_DATA_DIR ?? DATA_DIR };
  const child = spawn(process.execPath, ["apps/cli/bin/dimmer.mjs", "serve", "--demo", ...args], {
    cwd: ROOT,
    env,
    stdio: "inherit",
  });
  // Ctrl-C reaches the server by itself, being the terminal's; this process only has to wait for it to finish its work.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1)));
  });
}
