/** Two servers and one data directory: the second is told so, and takes over when the first is gone, killed or not. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import { makeFolder, runDimmer, ROOT, runProgram, startServerProcess } from "./processes.ts";

const SERVER = join(ROOT, "apps/server/dist/main.js");

test("[one-store] a second server on the same data directory is refused; the first is not disturbed", async () => {
  const dataDir = makeFolder();
  const first = await startServerProcess({ dataDir });
  const said = expect.stringMatching(`The data directory ${dataDir} is in use by another Dimmer server\\. .*DIMMER_DATA_DIR`);

  expect(await runDimmer(["serve", "--port", "0", "--data-dir", dataDir])).toMatchObject({ code: 4, stdout: "", stderr: said });
  const env = { DIMMER_DATA_DIR: dataDir, DIMMER_PORT: "0" };
  expect(await runProgram(process.execPath, [SERVER], { env })).toMatchObject({ code: 1, stderr: said });

  await openManagement(first).submitChange("demo", {
    operations: [{ kind: "kill", flag: "summarizer", environment: "production" }],
  });
  expect((await runDimmer(["audit", "verify"], { server: first })).code).toBe(0);
});

test.each(["SIGKILL", "SIGTERM"] as const)("[one-store] the next server starts right after a %s of the first", async (signal) => {
  const dataDir = makeFolder();
  const first = await startServerProcess({ dataDir });
  await first.end(signal);
  const second = await startServerProcess({ ...first, dataDir, port: 0 });
  expect((await runDimmer(["audit", "verify"], { server: second })).code).toBe(0);
});
