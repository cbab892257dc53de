/** Schedules under `kill -9`: each makes its change once, whatever the process was doing when it died. */

import type { ScheduleView } from "@dimmer/protocol";
import { openManagement } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { drawKeys, findFreePort, makeFolder, startServerProcess } from "./processes.ts";

const PROJECT = "demo";
const SCHEDULES = 40;
/** Apart, so that every kill meets some that ran, some that run and some to come. */
const APART_MS = 60;
const KILLS = 4;

test("[schedule-once] `kill -9` doubles and loses none", { timeout: 240_000 }, async () => {
  const place = { ...drawKeys(), dataDir: makeFolder(), port: await findFreePort() };
  let server = await startServerProcess(place);
  const first = Date.now() + 10_000;
  for (let n = 0; n < SCHEDULES; n++) {
    const operation = { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus" } as const;
    const at = new Date(first + n * APART_MS).toISOString();
    await openManagement(server).createSchedule(PROJECT, {
      at,
      operations: [{ ...operation, percent: n + 20 }],
      reason: `schedule ${n}`,
    });
  }
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, first - Date.now())));
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 40 + kill * 25));
    await server.end("SIGKILL");
    server = await startServerProcess(place);
  }
  const client = openManagement(server);
  await expect.poll(async () => (await client.listSchedules(PROJECT, "pending", 200)).length, { timeout: 60_000 }).toBe(0);

  const schedules: readonly ScheduleView[] = await client.listSchedules(PROJECT, undefined, 200);
  expect(schedules.map(({ state }) => state)).toEqual(Array.from({ length: SCHEDULES }, () => "done"));
  const changes = (await client.listChanges(PROJECT, 1_000)).filter(({ source }) => source === "schedule");
  // In the order of their times, and each once.
  expect(changes.map(({ reason }) => reason).reverse()).toEqual(Array.from({ length: SCHEDULES }, (_, n) => `schedule ${n}`));
  expect(new Set(schedules.map(({ change }) => change))).toEqual(new Set(changes.map(({ id }) => id)));
  const rows = await client.listAudit(`project/${PROJECT}`, 1_000);
  expect(rows.filter(({ action }) => action === "schedule.run")).toHaveLength(SCHEDULES);
  expect((await client.verifyAudit()).every(({ ok }) => ok)).toBe(true);
});
