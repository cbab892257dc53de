/** Makes a run possible on a fresh clone: the other products installed, Dimmer's packages built. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { showStep } from "../scripts/progress.mjs";
import { runNpm, runTool } from "../scripts/run-command.mjs";

const BENCH = fileURLToPath(new URL(".", import.meta.url));

/** Installs into `bench/` only, and only what differs; install scripts of other products do not run. */
export async function prepare() {
  if (!isInstalled()) {
    await showStep("Installing the products to measure against", () =>
      runNpm(["ci", "--ignore-scripts", "--loglevel=error", "--no-fund", "--no-audit"], { cwd: BENCH }),
    );
  }
  await showStep("Building Dimmer's packages", () => runTool("typescript/bin/tsc", ["-b", "packages/sdk-server", "apps/server"]));
}

function isInstalled() {
  const { dependencies } = readJson("package.json");
  return Object.entries(dependencies).every(
    ([name, version]) => readJson(`node_modules/${name}/package.json`)?.version === version,
  );
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  } catch {
    return undefined;
  }
}
