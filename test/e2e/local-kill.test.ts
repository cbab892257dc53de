/** Break-glass with real processes: off while the server is down, listed and audited once when it is back. */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditRow, openManagement, type SdkView } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { dimmerJson, findFreePort, makeFolder, startApp, startServerProcess } from "./processes.ts";

const WITHIN_MS = 1_000;
/** What a busy machine may take for anything that nothing is measured against. */
const PATIENTLY = { timeout: 30_000, interval: 100 };

test("[local-kill] a file switches off with the server down; back, it lists it and has one row in the audit log", async () => {
  const port = await findFreePort();
  const dataDir = makeFolder();
  const killFile = join(makeFolder(), "kill");
  const first = await startServerProcess({ port, dataDir });
  const app = await startApp(first, { DIMMER_KILL_FILE: killFile });
  const variantOf = async () => (await app.ask({ flag: "ai-enabled", keys: ["user-1"] }))[0];
  expect(await variantOf()).toBe("on");

  await first.end("SIGKILL");
  writeFileSync(killFile, "ai-enabled\n");
  const writtenAt = performance.now();
  await expect.poll(variantOf, { timeout: 10_000, interval: 20 }).toBe("off");
  expect(performance.now() - writtenAt).toBeLessThan(WITHIN_MS);
  expect(await app.ask({ face: "openfeature", flag: "ai-enabled", keys: ["user-1"] })).toEqual(["off"]);

  const second = await startServerProcess({ ...first, port, dataDir });
  const localKills = async () =>
    (await dimmerJson<{ sdks: readonly SdkView[] }>(["sdks", "list"], second)).sdks.map((sdk) => sdk.localKills);
  await expect.poll(localKills, PATIENTLY).toEqual([["ai-enabled"]]);
  expect(await variantOf()).toBe("off");
  const rows = async (): Promise<readonly AuditRow[]> =>
    (await openManagement(second).listAudit("project/demo", 100)).filter(({ action }) => action.startsWith("local-kill"));
  await expect.poll(async () => (await rows()).length, PATIENTLY).toBe(1);
  expect(await rows()).toMatchObject([{ action: "local-kill.seen", details: { environment: "production", kill: "ai-enabled" } }]);

  rmSync(killFile);
  await expect.poll(variantOf, { timeout: 10_000, interval: 20 }).toBe("on");
  // Its stream tells with the next heartbeat.
  await expect
    .poll(async () => (await rows()).map(({ action }) => action).sort(), PATIENTLY)
    .toEqual(["local-kill.lifted", "local-kill.seen"]);
});
