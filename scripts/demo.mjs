/** `npm run demo`: the server with the demo project, a model server, an app that calls it by a flag, and people who use the app. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { requireNode } from "./node-version.mjs";

requireNode();

const { installIfNeeded } = await import("./install.mjs");
const { buildIfNeeded } = await import("./build.mjs");
const { ROOT } = await import("./run-command.mjs");
const { startDemoServer } = await import("./demo-server.mjs");

/** Where `npm start` would run it, so that `npx dimmer` finds it by itself. */
const PORT = 4180;

const args = process.argv.slice(2);
const port = readPort();
await installIfNeeded();
await buildIfNeeded();
const server = await startDemoServer(port);
process.stdout.write(`${server.said.trimEnd()}\n`);
const child = spawn(process.execPath, ["--import", "tsx", "examples/demo/demo.ts", ...args], {
  cwd: ROOT,
  env: server.env,
  stdio: "inherit",
});
// Ctrl-C reaches the demo by itself, being the terminal's; whoever stops this process alone means the demo too.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => child.kill("SIGTERM"));
const [code, signal] = await once(child, "close");
await server.stop();
process.exitCode = code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1);

/** `--port N` is the server's; all else is the demo's. */
function readPort() {
  const at = args.indexOf("--port");
  if (at < 0) return PORT;
  const [, port] = args.splice(at, 2);
  if (!/^\d{1,5}$/.test(port ?? "")) {
    process.stderr.write("--port takes a number, 0 for a free one.\n");
    process.exit(2);
  }
  return Number(port);
}
