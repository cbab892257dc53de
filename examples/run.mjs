/** `npm run examples`: runs them all, or those named, against the server of DIMMER_URL or one of its own that ends with them. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildIfNeeded } from "../scripts/build.mjs";
import { startDemoServer } from "../scripts/demo-server.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** What others use, such as the model server, is no example. */
const hasMain = (name) => ["main.ts", "main.py"].some((file) => existsSync(new URL(`${name}/${file}`, import.meta.url)));
const known = readdirSync(new URL(".", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && hasMain(entry.name))
  .map((entry) => entry.name);
const chosen = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = chosen.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no example ${unknown.join(", ")}; there are ${known.join(", ")}.\n`);
  process.exit(2);
}

await buildIfNeeded();
const server = process.env.DIMMER_URL === undefined ? await startDemoServer() : { env: process.env, stop: () => undefined };
const results = [];
try {
  for (const name of chosen) results.push(await runExample(name));
} finally {
  await server.stop();
}
if (results.length > 1) printTable();
if (results.some(({ code }) => code !== 0 && code !== null)) process.exitCode = 1;

async function runExample(name) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const [program, ...args] = commandOf(name);
  if (spawnSync(program, ["--version"]).error !== undefined) {
    console.log(`skipped: ${program} is not installed`);
    return { name, code: null, seconds: 0 };
  }
  const child = spawn(program, args, { cwd: root, env: server.env, stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "close");
  return { name, code, seconds: (performance.now() - started) / 1000 };
}

/** An example is in TypeScript, or in Python. */
function commandOf(name) {
  const isPython = existsSync(new URL(`${name}/main.py`, import.meta.url));
  return isPython ? ["python3", `examples/${name}/main.py`] : [process.execPath, "--import", "tsx", `examples/${name}/main.ts`];
}

function printTable() {
  const width = Math.max(...results.map(({ name }) => name.length));
  console.log(`\n  ${"example".padEnd(width)}  result   seconds`);
  for (const { name, code, seconds } of results) {
    console.log(
      `  ${name.padEnd(width)}  ${code === 0 ? "ok     " : code === null ? "skipped" : "FAILED "}  ${seconds.toFixed(1).padStart(7)}`,
    );
  }
}
