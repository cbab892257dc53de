/** A server with the demo project, for programs beside it: with keys of its own, and data that goes when it goes. */

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./run-command.mjs";

/**
 * Starts it on a port, a free one where that is 0.
 *
 * Shape:  `env` is what a program needs to reach it (DIMMER_URL, DIMMER_KEY, DIMMER_TOKEN); `said` what it printed when it ran.
 * Errors: rejects with all it said when it ends before it runs.
 */
export async function startDemoServer(port = 0) {
  const draw = () => randomBytes(24).toString("base64url");
  const [token, key] = [draw(), draw()];
  const dataDir = mkdtempSync(join(tmpdir(), "dimmer-demo-"));
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DIMMER_")));
  const args = ["apps/cli/bin/dimmer.mjs", "serve", "--demo", "--port", String(port), "--data-dir", dataDir];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...inherited, DIMMER_INIT_ADMIN_TOKEN: token, DIMMER_INIT_SERVER_KEY: key },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const { url, said } = await untilItRuns(child);
  return { env: { ...inherited, DIMMER_URL: url, DIMMER_TOKEN: token, DIMMER_KEY: key }, said, stop };
}

/** The server says where it runs in its first lines. */
function untilItRuns(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk) => {
      said += chunk;
      const url = /runs at\s+(http:\S+)/.exec(said)?.[1];
      if (url === undefined) return;
      for (const output of [child.stdout, child.stderr]) output.off("data", listen).resume();
      resolve({ url, said });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("close", () => reject(new Error(`The server ended before it ran:\n${said}`)));
  });
}
