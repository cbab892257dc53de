/** Builds the packages with `tsc -b`, the dashboard with Vite and the command with esbuild; `npm run build` does it always, the other scripts when a source is newer. */

import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { showStep } from "./progress.mjs";
import { ROOT, runCommand, runTool } from "./run-command.mjs";

/** Dated at the start of the last complete build, so that a source saved meanwhile counts as newer. */
const STAMP = join(ROOT, "apps/cli/dist/.built");
const SOURCES = ["packages", "apps", "spec", "package-lock.json", "tsconfig.base.json", "tsconfig.json"];
const NOT_SOURCES = new Set(["node_modules", "dist"]);

/** Builds when any source is newer than the last complete build. */
export async function buildIfNeeded() {
  const built = modifiedAt(STAMP);
  if (built !== undefined && newestIn(SOURCES.map((path) => join(ROOT, path))) <= built) return;
  await buildAll();
}

async function buildAll() {
  const started = new Date();
  await showStep("Building the packages", () => runTool("typescript/bin/tsc", ["-b"]));
  await showStep("Building the dashboard", () => runTool("vite/bin/vite.js", ["build", "apps/dashboard", "--logLevel", "warn"]));
  await showStep("Building the dimmer command", () => runCommand(process.execPath, ["apps/cli/build.mjs"]));
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, "");
  utimesSync(STAMP, started, started);
}

/** Folders count too: their time moves when a file is deleted. */
function newestIn(paths) {
  return Math.max(0, ...paths.map(newestOf));
}

function newestOf(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const names = readdirSync(path).filter((name) => !NOT_SOURCES.has(name));
  // A build creates `dist` inside a package and so touches that folder: only folders further down tell of deleted sources.
  const own = names.includes("package.json") ? 0 : stats.mtimeMs;
  return Math.max(own, newestIn(names.map((name) => join(path, name))));
}

const modifiedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildAll();
