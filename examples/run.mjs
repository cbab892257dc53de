/** Runs the examples, all of them or those named, against the server of DIMMER_URL or one of its own that ends with them. */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildIfNeeded } from "../scripts/build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const known = readdirSync(new URL(".", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const chosen = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = chosen.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no example ${unknown.join(", ")}; there are ${known.join(", ")}.\n`);
  process.exit(2);
}

await buildIfNeeded();
const server = process.env.DIMMER_URL === undefined ? await startServer() : { env: process.env, stop: () => undefined };
for (const name of chosen) {
  console.log(`\n== ${name}`);
  const child = spawn(process.execPath, ["--import", "tsx", `examples/${name}/main.ts`], {
    cwd: root,
    env: server.env,
    stdio: "inherit",
  });
  const [code] = await once(child, "close");
  if (code !== 0) process.exitCode = 1;
}
server.stop();

/** A server with the demo project that keeps nothing, on a free port, with keys of its own. */
async function startServer() {
  const draw = () => randomBytes(24).toString("base64url");
  const [token, key] = [draw(), draw()];
  const { DIMMER_DATA_DIR: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ["apps/cli/bin/dimmer.mjs", "serve", "--demo", "--port", "0", "--data-dir", ":memory:"], {
    cwd: root,
    env: { ...inherited, DIMMER_INIT_ADMIN_TOKEN: token, DIMMER_INIT_SERVER_KEY: key },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await urlFrom(child);
  return { env: { ...inherited, DIMMER_URL: url, DIMMER_TOKEN: token, DIMMER_KEY: key }, stop: () => child.kill("SIGTERM") };
}

/** The server says where it runs in its first lines. */
function urlFrom(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk) => {
      said += chunk;
      const url = /runs at\s+(http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("close", () => reject(new Error(`The server ended before it ran:\n${said}`)));
  });
}
