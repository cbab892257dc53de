/** Makes a run possible on a fresh clone: the other products installed, Dimmer's packages built. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { showStep } from "../scripts/progress.mjs";
import { runNpm, runTool } from "../scripts/run-command.mjs";

const BENCH = fileURLToPath(new URL(".", import.meta.url));

/** Installs into `bench/` only, and only what differs; install scripts of other products do not run. */
export async function prepare({ rival }) {
  await install(".", "Installing the products to measure against");
  if (rival) await install("rivals", "Installing the server to measure against");
  await showStep("Building Dimmer's packages", () => runTool("typescript/bin/tsc", ["-b", "packages/sdk-server", "apps/server"]));
}

async function install(folder, what) {
  if (isInstalled(folder)) return;
  const args = ["ci", "--ignore-scripts", "--loglevel=error", "--no-fund", "--no-audit"];
  await showStep(what, () => runNpm(args, { cwd: join(BENCH, folder) }));
}

function isInstalled(folder) {
  const { dependencies } = readJson(`${folder}/package.json`);
  return Object.entries(dependencies).every(
    ([name, version]) => readJson(`${folder}/node_modules/${name}/package.json`)?.version === version,
  );
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  } catch {
    return undefined;
  }
}
