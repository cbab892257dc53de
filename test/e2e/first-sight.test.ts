/** First sight: what an SDK evaluates is seen by the command, and the store of it may die without anybody else noticing. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AttributeView, EvaluationsView, PeopleView, UnknownFlagView } from "@dimmer/protocol";
import { type Dimmer, openDimmer } from "@dimmer/sdk-server";
import { expect, onTestFinished, test } from "vitest";
import { dimmerJson, runDimmer, type ServerProcess, startServerProcess } from "./processes.ts";
import { countsAt, telemetryProcessOf } from "./telemetry-of.ts";

const PATIENT = { timeout: 30_000, interval: 100 };

async function openClient(server: Pick<ServerProcess, "url" | "key">): Promise<Dimmer> {
  const dimmer = openDimmer({ url: server.url, key: server.key, logger: { warn() {}, error() {} } });
  onTestFinished(() => dimmer.close());
  expect(await dimmer.ready()).toMatchObject({ isReady: true });
  return dimmer;
}

const evaluationsIn = (server: ServerProcess) =>
  dimmerJson<EvaluationsView & { people: PeopleView | null }>(["evaluations", "list"], server);

test("[first-sight] the command shows what was asked for, by how many people, and whom a ramp would move", async () => {
  const server = await startServerProcess();
  expect((await evaluationsIn(server)).totals).toEqual([]);
  const dimmer = await openClient(server);
  for (let person = 0; person < 1_000; person++) {
    const context = { targetingKey: `user-${person}`, plan: person % 2 === 0 ? "pro" : "free" };
    dimmer.object("summarizer", context, {});
    dimmer.boolean("ai-enabld", context, false);
  }
  await dimmer.flush();
  expect(dimmer.telemetry).toEqual({ evaluations: 2_000, stored: 2_000, dropped: 0, inFlight: 0 });

  const { totals, people } = await evaluationsIn(server);
  const sumOf = (flag: string) => totals.reduce((sum, total) => sum + (total.flag === flag ? total.count : 0), 0);
  expect([sumOf("summarizer"), sumOf("ai-enabld")]).toEqual([1_000, 1_000]);
  expect(Math.abs((people?.week.people ?? 0) - 1_000)).toBeLessThan(100);
  expect(await dimmerJson<UnknownFlagView[]>(["flags", "unknown"], server)).toMatchObject([{ flag: "ai-enabld", count: 1_000 }]);
  expect((await dimmerJson<AttributeView[]>(["attributes", "list"], server)).map(({ path }) => path)).toEqual([
    "plan",
    "targetingKey",
  ]);
  const ramp = await runDimmer(["ramp", "summarizer", "opus", "25", "--dry-run"], { server });
  expect(ramp.stdout).toMatch(/15 % of users change.* That is about 1[3-7]0 of the [\d,]+ people whom it answered this week\./u);
  const table = await runDimmer(["evaluations", "list", "summarizer", "--hours", "1"], { server });
  expect(table.stdout).toMatch(/^summarizer +sonnet v1 +default +SPLIT +\d+ +\d+ s ago$/mu);
  expect(table.stdout).toMatch(/^About [\d,]+ people were seen this week, about [\d,]+ of them today\.$/mu);
  const list = await runDimmer(["flags", "list"], { server });
  expect(list.stdout).toMatch(/summarizer .* \d+ s ago/u);
  expect(list.stdout).toMatch(/chat-model .* not in 30 days/u);
});

test("[telemetry-dies-alone] flags go on while the store is killed again and again, and every evaluation is accounted for", async () => {
  const server = await startServerProcess();
  const dimmer = await openClient(server);
  let asked = 0;
  const ask = async (): Promise<void> => {
    for (let at = 0; at < 100; at++) {
      expect(dimmer.booleanDetails("ai-enabled", { targetingKey: `user-${asked}` }, false).reason).toBe("STATIC");
      asked++;
    }
    await dimmer.flush();
  };
  for (let round = 0; round < 3; round++) {
    await ask();
    await expect.poll(() => telemetryProcessOf(server), PATIENT).toBeDefined();
    await ask();
    process.kill(telemetryProcessOf(server) as number, "SIGKILL");
    await ask();
  }
  expect((await runDimmer(["kill", "ai-enabled"], { server })).code).toBe(0);
  await expect.poll(() => dimmer.booleanDetails("ai-enabled", {}, false).reason, PATIENT).toBe("DISABLED");
  await expect.poll(async () => (await countsAt(server))["in_flight"], PATIENT).toBe(0);

  const { stored, dropped } = dimmer.telemetry ?? { stored: 0, dropped: 0 };
  expect([stored, dropped]).toEqual([900, 0]);
  expect(await countsAt(server)).toMatchObject({ received: 900, stored: 900, repeated: 0, dropped_full: 0, dropped_failed: 0 });
  const { totals } = await evaluationsIn(server);
  expect(totals.reduce((sum, { count }) => sum + count, 0)).toBe(900);

  const store = telemetryProcessOf(server) as number;
  await server.end("SIGKILL");
  await expect.poll(() => existsSync(`/proc/${store}`), PATIENT).toBe(false);
});

test("[telemetry-dies-alone] a server starts, serves and stops with a telemetry file that is none", async () => {
  const first = await startServerProcess();
  await first.end("SIGTERM");
  writeFileSync(join(first.dataDir, "telemetry.duckdb"), "no database ".repeat(1_000));
  const server = await startServerProcess(first);
  const dimmer = await openClient(server);
  expect(dimmer.boolean("ai-enabled", {}, false)).toBe(true);
  await dimmer.flush();
  await expect.poll(async () => (await evaluationsIn(server)).totals, PATIENT).toMatchObject([{ flag: "ai-enabled", count: 1 }]);
  await dimmer.close();
  expect(await server.end("SIGTERM")).toBe(0);
});
