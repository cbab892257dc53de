/** Bundles the command and the server into one file, dist/dimmer.mjs, with the native database driver left outside. */

import { copyFile, mkdir } from "node:fs/promises";
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

/** Builds `apps/cli/dist/dimmer.mjs` and gives its path. */
export async function buildCommand() {
  const outfile = fromHere("dist/dimmer.mjs");
  await mkdir(fromHere("dist"), { recursive: true });
  await build({
    entryPoints: [fromHere("src/start.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    conditions: ["dimmer-source"],
    external: ["@photostructure/sqlite"],
    banner: { js: BANNER },
    // The stack of a reported bug should name our functions.
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
  });
  await copyDocs();
  return outfile;
}

/** The page of the API needs two files at run time, where the package that has them is not installed. */
async function copyDocs() {
  const { resolve } = createRequire(fromHere("../server/package.json"));
  await mkdir(fromHere("dist/docs"), { recursive: true });
  for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"])
    await copyFile(resolve(`swagger-ui-dist/${name}`), fromHere(`dist/docs/${name}`));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildCommand();
