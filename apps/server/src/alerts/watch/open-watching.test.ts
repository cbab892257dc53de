/** Looks at a project on the real stores: what is found is one alert, and gone once it is mended. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Snapshot } from "@dimmer/evaluation";
import { seededBytes } from "../../access/sample-ports.contract.ts";
import { buildSnapshot } from "../../flags/build-snapshot.ts";
import { create, openTestProject, PROJECT, SUMMARIZER, type TestProject } from "../../flags/sample-project.contract.ts";
import { openDuckDbStore } from "../../storage/telemetry/duckdb-store.ts";
import type { KeptEvent } from "../../telemetry/event-store.ts";
import { packEvents } from "../../telemetry/packed-events.ts";
import { StoreGoneError, type TelemetryStore } from "../../telemetry/telemetry-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../telemetry/times.ts";
import { raiseAlert } from "../raise-alert.ts";
import { openWatching, WATCH_LIMITS, type Watching } from "./open-watching.ts";

const PLACE = { project: PROJECT, environment: "production" };
let project: TestProject;
let telemetry: TelemetryStore;
let watching: Watching;
let snapshot: Snapshot;
let now: number;
let told: string[];
let isAway: boolean;
let drawn = 0;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 25, 12);
  [told, isAway] = [[], false];
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER)]);
  snapshot = await buildSnapshot(project.ports.store, PROJECT, "production");
  telemetry = await openDuckDbStore(":memory:");
  const away = () => Promise.reject(new StoreGoneError("away"));
  watching = openWatching({
    store: project.ports.store,
    telemetry: {
      ...telemetry,
      signals: (place, question) => (isAway ? away() : telemetry.signals(place, question)),
    },
    clock: () => now,
    random: seededBytes(4),
    snapshotOf: ({ environment }) => (environment === "production" ? snapshot : undefined),
    setTimer: () => () => {},
    onFailure: (error) => {
      throw error;
    },
    told: (key) => told.push(key),
  });
});
afterEach(async () => {
  await watching.close();
  await telemetry.close();
  await project.ports.store.close();
});

const alerts = async () => await project.ports.store.listAlerts(PROJECT, { limit: 99 });
async function calls(at: number, count: number, outputTokens: number | undefined): Promise<void> {
  const served = { flag: "summarizer", variant: "opus" };
  const events = Array.from({ length: count }, (): KeptEvent => {
    const id = `event-of-the-watching-${drawn++}`;
    return {
      id,
      at,
      kind: "generation",
      operation: "chat",
      attempt: 1,
      durationMs: 9,
      served,
      ...(outputTokens === undefined ? {} : { outputTokens }),
    };
  });
  await telemetry.appendEvents([packEvents({ ...PLACE, source: "server", receivedAt: at, events })]);
}

test("[silence-noticed] tokens that are told no more are one alert, raised again each hour, and gone when they are told again", async () => {
  for (let day = 1; day <= 5; day++) await calls(now - day * DAY_MS - 10 * MINUTE_MS, 30, 100);
  await calls(now - 10 * MINUTE_MS, 30, undefined);
  await watching.look();
  expect(await alerts()).toMatchObject([
    { kind: "silent-metric", key: "silent-metric/production/summarizer/opus/tokens", state: "open", times: 1 },
  ]);
  expect(told).toEqual([PROJECT]);
  await watching.look();
  now += HOUR_MS;
  isAway = true;
  await watching.look();
  expect(await alerts()).toMatchObject([{ state: "open", times: 1 }]);
  isAway = false;
  await watching.look();
  expect(await alerts()).toMatchObject([{ times: 2, cause: expect.stringContaining("last 6 hours") }]);
  await calls(now - 5 * MINUTE_MS, 30, 100);
  await watching.look();
  expect(await alerts()).toMatchObject([{ state: "resolved", resolvedBy: null }]);
  expect(told).toEqual([PROJECT, PROJECT]);
});

test("[retirement-told] a model that is still served gets louder as its day comes, and is over when it is served no more", async () => {
  const { store } = project.ports;
  const model = { project: PROJECT, provider: "anthropic", model: "claude-opus-4-6", retiresOn: "2027-01-20" };
  await store.transaction((tx) => tx.putModelRetirement(model));
  await watching.look();
  expect(await alerts()).toMatchObject([{ kind: "model-retirement", severity: "note", environment: null }]);
  now = Date.parse(model.retiresOn) - 20 * DAY_MS;
  await watching.look();
  expect(await alerts()).toMatchObject([{ severity: "warn", times: 2 }]);
  await project.apply([{ kind: "stop", flag: "summarizer", environment: "production", variant: "opus" }]);
  snapshot = await buildSnapshot(store, PROJECT, "production");
  await watching.look();
  expect(await alerts()).toMatchObject([{ state: "resolved" }]);
});

test("a leak that was seen no more for two days is over", async () => {
  const { store } = project.ports;
  const leak = { project: PROJECT, key: "l", kind: "tier-leak", severity: "warn", title: "t", cause: "c", evidence: 1 } as const;
  await store.transaction((tx) => raiseAlert(tx, { clock: () => now, random: seededBytes(5) }, leak));
  now += WATCH_LIMITS.seenMs - 1;
  await watching.look();
  expect(await alerts()).toMatchObject([{ state: "open" }]);
  now += 1;
  await watching.look();
  expect(await alerts()).toMatchObject([{ state: "resolved", resolvedBy: null }]);
});
