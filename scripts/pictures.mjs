/** `npm run pictures`: makes the pictures of the guide's page of pages anew, in both themes, from the real pages. */

import { requireNode } from "./node-version.mjs";

requireNode();

const { installIfNeeded } = await import("./install.mjs");
const { buildIfNeeded } = await import("./build.mjs");
const { runTool } = await import("./run-command.mjs");

await installIfNeeded();
await buildIfNeeded();
const { code } = await runTool(
  "vitest/vitest.mjs",
  ["run", "--project", "e2e", "test/e2e/dashboard.test.ts", "-t", "every page, .* 1440"],
  {
    attached: true,
    env: { ...process.env, DIMMER_TEST_LONG: "1", DIMMER_TEST_PICTURES: "docs/images/pages" },
  },
);
process.exitCode = code;
