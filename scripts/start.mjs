/** `npm start`: installs and builds what is missing, then runs the server with the demo project. */

import { requireNode } from "./node-version.mjs";

requireNode();

const { installIfNeeded } = await import("./install.mjs");
const { buildIfNeeded } = await import("./build.mjs");
const { runServer } = await import("./serve.mjs");

await installIfNeeded();
await buildIfNeeded();
process.exitCode = await runServer(process.argv.slice(2));
