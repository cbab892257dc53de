/** Backups under load: what is taken is one commit, and apps that saw newer ones follow what was put back. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import {
  dimmerJson,
  findFreePort,
  makeFolder,
  runDimmer,
  type ServerProcess,
  startApp,
  startServerProcess,
} from "../e2e/processes.ts";

/** F9 asks for 100 a second. */
const WRITE_EVERY_MS = 10;
const RAMP = { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus" } as const;

test("[backup] taken under 100 writes a second is one commit; put back, a running SDK follows it", async () => {
  const file = join(makeFolder(), "dimmer.backup");
  const dataDir = makeFolder();
  const first = await startServerProcess({ dataDir, port: await findFreePort() });
  const app = await startApp(first);
  const writing = writeSteadily(first);
  const taken = await runDimmer(["backup", "create", file], { server: first });
  const { acknowledged, slowestMs } = await writing.stop();
  expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining("secret key")]);
  expect(acknowledged).toBeGreaterThan(20);
  expect(slowestMs).toBeLessThan(2_000);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  await openManagement(first).submitChange("demo", {
    operations: [{ kind: "kill", flag: "ai-enabled", environment: "production" }],
  });
  await expect.poll(async () => (await app.ask({ flag: "ai-enabled", keys: ["u"] }))[0], { timeout: 30_000 }).toBe("off");
  expect((await runDimmer(["backup", "load", file, "--data-dir", dataDir, "--force"])).stderr).toContain("in use");
  await first.end("SIGTERM");
  const held = await app.state();
  const verified = await runDimmer(["backup", "verify", file]);
  const loaded = await runDimmer(["backup", "load", file, "--data-dir", dataDir, "--force"]);
  expect([verified.code, loaded.code]).toEqual([0, 0]);

  const second = await startServerProcess({ ...first, port: Number(new URL(first.url).port) });
  expect(await findFaults(second)).toEqual([]);
  await expect.poll(async () => (await app.ask({ flag: "ai-enabled", keys: ["u"] }))[0], { timeout: 30_000 }).toBe("on");
  const now = await app.state();
  const { epoch, version } = await openManagement(second).getSnapshot("demo", "production");
  expect([now.epoch, now.version]).toEqual([epoch, version]);
  expect(now.version).toBeLessThan(held.version ?? 0);
});

/** One writer that asks a hundred times a second as long as the answers keep up. */
function writeSteadily(server: ServerProcess) {
  const client = openManagement(server);
  const stopping = new AbortController();
  let acknowledged = 0;
  let slowestMs = 0;
  const write = async () => {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      const started = performance.now();
      await client.submitChange("demo", { operations: [{ ...RAMP, percent: (count * 7) % 100 }] });
      acknowledged += 1;
      const tookMs = performance.now() - started;
      slowestMs = Math.max(slowestMs, tookMs);
      await wait(Math.max(0, WRITE_EVERY_MS - tookMs));
    }
  };
  const written = write();
  return {
    async stop() {
      stopping.abort();
      await written;
      return { acknowledged, slowestMs };
    },
  };
}

/** A prefix has no gap in its changes, stands at the last one's version, and its audit is whole. */
async function findFaults(server: ServerProcess): Promise<readonly string[]> {
  const client = openManagement(server);
  const changes = [...(await client.listChanges("demo", 100_000))].reverse();
  const versions = changes.flatMap(({ versions: moved }) => moved["production"] ?? []);
  const [environment] = await client.listEnvironments("demo");
  const verdicts = await dimmerJson<readonly { readonly ok: boolean; readonly chain: string }[]>(["audit", "verify"], server);
  return [
    ...changes.filter(({ sequence }, index) => sequence !== index + 1).map(({ id }) => `gap before ${id}`),
    ...(environment?.version === versions.at(-1) ? [] : [`version ${environment?.version} and not ${versions.at(-1)}`]),
    ...verdicts.filter(({ ok }) => !ok).map(({ chain }) => chain),
  ];
}
