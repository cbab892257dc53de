#!/usr/bin/env node
/** Starts the dimmer command: the bundle where it is built and up to date, else the TypeScript source, which works right after `npm install`. */

import { existsSync, readdirSync, statSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundle = fromHere("../dist/dimmer.mjs");
const source = fromHere("../src/start.ts");

/** What the bundle was built from; a published package has none of it. */
const BUILT_FROM = [
  "../src",
  "../../server/src",
  "../../../packages/evaluation/src",
  "../../../packages/planning/src",
  "../../../packages/protocol/src",
  "../../../packages/sdk-core/src",
].map(fromHere);

const RESOLVE_SOURCE = `export const resolve = (specifier, context, next) =>
  next(specifier, { ...context, conditions: [...context.conditions, "dimmer-source"] });`;

if (!existsSync(source) || isUpToDate()) await startBundle();
else await startSource();

async function startBundle() {
  if (!existsSync(bundle))
    fail("The dimmer command is not built, and its source is not here either.", "Install the package again.");
  // From Node 22 on the compiled code is kept, which halves the start.
  module.enableCompileCache?.();
  const { start } = await import(new URL("../dist/dimmer.mjs", import.meta.url).href);
  await start();
}

function isUpToDate() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs;
  return built !== undefined && BUILT_FROM.every((folder) => newestIn(folder) <= built);
}

/** Some 200 files: a few milliseconds. */
function newestIn(folder) {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true, recursive: true }) : [];
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"));
  return Math.max(0, ...files.map((entry) => statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs));
}

/** tsx reads TypeScript; the hook before it makes our packages resolve to their source, as `--conditions` would, without a second process. */
async function startSource() {
  const tsx = await importTsx();
  tsx.register();
  module.register(`data:text/javascript,${encodeURIComponent(RESOLVE_SOURCE)}`);
  const { start } = await import(new URL("../src/start.ts", import.meta.url).href);
  await start();
}

async function importTsx() {
  try {
    return await import("tsx/esm/api");
  } catch {
    return fail(
      "The dimmer command is not built, and tsx, which runs it from source, is not installed.",
      "Run `npm install` and then `npm run build`.",
    );
  }
}

function fail(message, mend) {
  process.stderr.write(`error: ${message}\n${mend}\n`);
  process.exit(1);
}
