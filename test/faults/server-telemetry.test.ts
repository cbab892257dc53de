/** A telemetry store that hangs, and one that cannot be there at all: flags are served as ever. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openManagement } from "@dimmer/protocol";
import { openDimmer, type Dimmer } from "@dimmer/sdk-server";
import { expect, onTestFinished, test } from "vitest";
import { cleanEnv, drawKeys, findFreePort, makeFolder, ROOT, type ServerProcess, startServerProcess } from "../e2e/processes.ts";
import { countsAt, telemetryProcessOf } from "../e2e/telemetry-of.ts";

const PATIENT = { timeout: 40_000, interval: 200 };

async function openClient(server: Pick<ServerProcess, "url" | "key">): Promise<Dimmer> {
  const dimmer = openDimmer({ ...server, logger: { warn() {}, error() {} } });
  onTestFinished(() => dimmer.close());
  expect(await dimmer.ready()).toMatchObject({ isReady: true });
  return dimmer;
}

test("[telemetry-dies-alone] a store that hangs is ended and replaced; meanwhile flags are served, and nothing is lost", async () => {
  const server = await startServerProcess();
  const dimmer = await openClient(server);
  const ask = async () => {
    for (let at = 0; at < 100; at++) dimmer.boolean("ai-enabled", { targetingKey: `user-${at}` }, false);
    await dimmer.flush();
  };
  await ask();
  await expect.poll(async () => (await countsAt(server))["stored"], PATIENT).toBe(100);
  const hanging = telemetryProcessOf(server) as number;
  process.kill(hanging, "SIGSTOP");
  await ask();
  const started = performance.now();
  const client = openManagement(server);
  await client.submitChange("demo", { operations: [{ kind: "kill", flag: "ai-enabled", environment: "production" }] });
  await expect.poll(() => dimmer.booleanDetails("ai-enabled", {}, false).reason, PATIENT).toBe("DISABLED");
  // The bound of one question to the store is 10 s; the kill was there long before.
  expect(performance.now() - started).toBeLessThan(8_000);
  expect(telemetryProcessOf(server)).toBe(hanging);

  await dimmer.flush();
  const counted = dimmer.telemetry?.evaluations ?? 0;
  expect(counted).toBeGreaterThan(200);
  await expect.poll(() => countsAt(server), PATIENT).toMatchObject({ received: counted, stored: counted, in_flight: 0 });
  expect(await countsAt(server)).toMatchObject({ repeated: 0, dropped_full: 0, dropped_failed: 0 });
  expect(telemetryProcessOf(server)).not.toBe(hanging);
  expect(await server.end("SIGTERM")).toBe(0);
});

/** The server's own source in a tree of its own, with everything it is installed with but DuckDB. */
function treeWithoutDuckDb(): string {
  const tree = makeFolder();
  mkdirSync(join(tree, "server"));
  for (const part of ["src", "package.json"])
    cpSync(join(ROOT, "apps/server", part), join(tree, "server", part), { recursive: true });
  mkdirSync(join(tree, "node_modules"));
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== "@duckdb") symlinkSync(join(ROOT, "node_modules", name), join(tree, "node_modules", name));
  return tree;
}

test("[telemetry-dies-alone] without DuckDB a server starts, serves, says once what to install, and stops", async () => {
  const [tree, keys, port] = [treeWithoutDuckDb(), drawKeys(), await findFreePort()];
  const env = cleanEnv({
    DIMMER_DATA_DIR: makeFolder(),
    DIMMER_PORT: String(port),
    DIMMER_INIT_ADMIN_TOKEN: keys.token,
    DIMMER_INIT_SERVER_KEY: keys.key,
  });
  const args = ["--conditions=dimmer-source", "--import", "tsx", join(tree, "server/src/main.ts")];
  const child = spawn(process.execPath, args, { env, cwd: ROOT });
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const server = { ...keys, url: `http://127.0.0.1:${port}` };
  const isUp = () =>
    fetch(`${server.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, PATIENT).toBe(true);

  const dimmer = await openClient(server);
  for (let round = 0; round < 3; round++) {
    expect(dimmer.booleanDetails("absent", {}, true)).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
    await dimmer.flush();
  }
  await expect.poll(() => said, PATIENT).toContain("Install @duckdb/node-api");
  const client = openManagement(server);
  expect(await client.listFlags("default")).toEqual([]);
  await expect.poll(async () => (await countsAt(server))["received"], PATIENT).toBe(3);
  expect(said.match(/Install @duckdb\/node-api/gu)).toHaveLength(1);
  await dimmer.close();
  child.kill("SIGTERM");
  await ended;
  expect([child.exitCode, said.includes('"level":60')]).toEqual([0, false]);
});
