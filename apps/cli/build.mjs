/** Bundles the command and the server into one file, and the process of the telemetry store into another, with the native drivers left outside. */

import { copyFile, cp, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));

/** CommonJS inside an ES module looks for these three. */
const BANNER = [
  `import { createRequire as __createRequire } from "node:module";`,
  `import { fileURLToPath as __fileURLToPath } from "node:url";`,
  `import { dirname as __dirnameOf } from "node:path";`,
  `const require = __createRequire(import.meta.url);`,
  `const __filename = __fileURLToPath(import.meta.url);`,
  `const __dirname = __dirnameOf(__filename);`,
].join("\n");

/** Builds `apps/cli/dist/dimmer.mjs`, the file beside it that the server forks, and gives the path of the first. */
export async function buildCommand() {
  const outfile = fromHere("dist/dimmer.mjs");
  await mkdir(fromHere("dist"), { recursive: true });
  await bundle("src/start.ts", outfile);
  await bundle("../server/src/storage/telemetry/telemetry-process.ts", fromHere("dist/telemetry-process.mjs"));
  await copyDocs();
  await copyDashboard();
  return outfile;
}

async function bundle(entry, outfile) {
  await build({
    entryPoints: [fromHere(entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    conditions: ["dimmer-source"],
    external: ["@photostructure/sqlite", "@duckdb/node-api", "@node-rs/argon2"],
    banner: { js: BANNER },
    // The stack of a reported bug should name our functions.
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

/** The page of the API needs two files at run time, where the package that has them is not installed. */
async function copyDocs() {
  const { resolve } = createRequire(fromHere("../server/package.json"));
  await mkdir(fromHere("dist/docs"), { recursive: true });
  for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"])
    await copyFile(resolve(`swagger-ui-dist/${name}`), fromHere(`dist/docs/${name}`));
}

/** The server sends the dashboard as it was built. */
async function copyDashboard() {
  await rm(fromHere("dist/dashboard"), { recursive: true, force: true });
  await cp(fromHere("../dashboard/dist"), fromHere("dist/dashboard"), { recursive: true });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildCommand();
