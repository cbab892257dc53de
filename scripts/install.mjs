/** Installs the packages of the lock file, but only when what is installed differs from it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { showStep } from "./progress.mjs";
import { ROOT, runNpm } from "./run-command.mjs";

/** Makes `node_modules` hold what the lock file says. */
export async function installIfNeeded() {
  if (isInstalled()) return;
  await showStep("Installing packages (about half a minute, only when they change)", () =>
    runNpm(["ci", "--loglevel=error", "--no-fund", "--no-audit"]),
  );
}

/** npm writes down what it installed as its very last act; comparing that with the lock file needs no stamp of our own. */
function isInstalled() {
  const wanted = readPackages("package-lock.json");
  const found = readPackages("node_modules/.package-lock.json");
  if (wanted === undefined || found === undefined) return false;
  const isMissing = ([path, entry]) => entry.optional !== true && found[path]?.version !== entry.version;
  const isForeign = ([path, entry]) => wanted[path]?.version !== entry.version;
  return !Object.entries(wanted).filter(isOutside).some(isMissing) && !Object.entries(found).filter(isOutside).some(isForeign);
}

/** Links to the workspaces are always up to date. */
const isOutside = ([path, entry]) => path.includes("node_modules/") && entry.link !== true;

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), "utf8")).packages;
  } catch {
    return undefined;
  }
}
