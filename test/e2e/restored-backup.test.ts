/** A backup that is put back under running apps: they follow the server, whose epoch wins. */

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Operation, openManagement } from "@dimmer/protocol";
import { findFreePort, makeFolder, type ServerProcess, startApp, startServerProcess } from "./processes.ts";

const POLL = { timeout: 30_000, interval: 50 };
const change = (server: ServerProcess, operation: Operation) =>
  openManagement(server).submitChange("demo", { operations: [operation] });

test("[restored-backup] a running SDK reaches the server's state after a copy of the data directory was put back", async () => {
  const dataDir = makeFolder();
  const backup = join(makeFolder(), "backup");
  const first = await startServerProcess({ dataDir, port: await findFreePort() });
  const again = { ...first, port: Number(new URL(first.url).port) };
  const app = await startApp(first);
  const variant = async (flag: string) => (await app.ask({ flag, keys: ["user-1"] }))[0];
  await first.end("SIGTERM");
  cpSync(dataDir, backup, { recursive: true, preserveTimestamps: true });

  const second = await startServerProcess(again);
  await change(second, { kind: "kill", flag: "ai-enabled", environment: "production" });
  await expect.poll(() => variant("ai-enabled"), POLL).toBe("off");
  const held = await app.state();
  await second.end("SIGTERM");

  rmSync(dataDir, { recursive: true });
  cpSync(backup, dataDir, { recursive: true, preserveTimestamps: true });
  const third = await startServerProcess(again);
  await change(third, { kind: "serve-all", flag: "chat-model", environment: "production", variant: "treatment" });
  // The version that the app holds already, of another line: without a new epoch nothing would ever tell it apart.
  await expect.poll(() => variant("ai-enabled"), POLL).toBe("on");
  await expect.poll(() => variant("chat-model"), POLL).toBe("treatment");
  const now = await app.state();
  expect(now.version).toBe(held.version);
  expect(now.epoch).not.toBe(held.epoch);
});

test("[restored-backup] a server that was killed and comes back keeps its epoch", async () => {
  const first = await startServerProcess();
  const epochOf = async (server: ServerProcess) => (await openManagement(server).getSnapshot("demo", "production")).epoch;
  const before = await epochOf(first);
  await first.end("SIGKILL");
  expect(await epochOf(await startServerProcess({ ...first, port: 0 }))).toBe(before);
});
