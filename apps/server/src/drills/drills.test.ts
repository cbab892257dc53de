/** Drills on the real stores: a sliver takes the fallback for ten minutes, is judged by its own runs, and nothing of it stays. */

import { compileSnapshot, evaluate } from "@dimmer/evaluation";
import type { DrillSettings, Operation } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSampleTraffic, PLACE, type SampleHour, type SampleTraffic } from "../drift/sample-traffic.contract.ts";
import { buildSnapshot } from "../flags/build-snapshot.ts";
import { openTestProject, PROJECT, SUMMARIZER, type TestProject } from "../flags/sample-project.contract.ts";
import { DAY_MS, MINUTE_MS } from "../telemetry/times.ts";
import { nextDrillAt } from "./drill-settings.ts";
import { type DrillPorts, runDrills } from "./drill-watch.ts";
import { fallbackHealth } from "./fallback-health.ts";
import { verdictOf } from "./judge-drill.ts";
import { startDrill } from "./run-drill.ts";
import { viewDrills } from "./view-drills.ts";

const SETTINGS: DrillSettings = {
  percent: 1,
  minutes: 10,
  everyDays: 7,
  startMinute: 600,
  maxErrorRate: 0.05,
  leastRuns: 30,
};
const WHERE = { ...PLACE, flag: "summarizer" };
const START = Date.UTC(2026, 10, 2, 9);

let project: TestProject;
let traffic: SampleTraffic;
let now: number;
let ports: DrillPorts;
const failures: unknown[] = [];

const create = (config: object = {}): Promise<unknown> =>
  project.apply([
    {
      kind: "create-flag",
      flag: "summarizer",
      definition: {
        ...SUMMARIZER,
        environments: {
          production: {
            enabled: true,
            fallback: [{ when: { region: "us" }, variant: "sonnet" }, { variant: "plain" }],
            default: { variant: "opus" },
            ...config,
          },
        },
      },
    },
  ]);
const schedule = async (settings: DrillSettings = SETTINGS): Promise<void> => {
  await ports.store.transaction(async (tx) => {
    const nextAt = nextDrillAt(settings, now, 0);
    await tx.putDrillSettings({ ...WHERE, settings, revision: 1, nextAt, updatedAt: now });
  });
};
const drills = async () => (await viewDrills(ports, WHERE)).drills;
const alerts = async () => await project.ports.store.listAlerts(PROJECT, { limit: 9 });
const start = () => startDrill(ports, WHERE, SETTINGS, null);
/** After the drill, and after what is told of it. */
async function goOn(minutes: number): Promise<void> {
  now += minutes * MINUTE_MS;
  await runDrills(ports);
  expect(failures).toEqual([]);
}
async function finish(): Promise<void> {
  await goOn(10);
  await goOn(4);
}
const runs = (count: number, more: Partial<SampleHour>): Promise<void> =>
  traffic.add([{ variant: "plain", at: now, runs: count, more: { path: "rule", rule: "fallback-drill-2" }, ...more }]);
const snapshot = async () => compileSnapshot(await buildSnapshot(project.ports.store, PROJECT, "production"));

describe("a drill", () => {
  beforeEach(async () => {
    project = await openTestProject();
    traffic = await openSampleTraffic();
    now = START;
    const onFailure = (error: unknown) => void failures.push(error);
    ports = { ...project.ports, clock: () => now, events: traffic.store, onFailure };
  });
  afterEach(async () => {
    await traffic.store.close();
    await project.ports.store.close();
  });

  test("[drill-harmless] gives a sliver what the fallback would give each of them, everybody else what they had, and is gone without a trace", async () => {
    await create();
    const before = await project.config("summarizer");
    await schedule();
    expect(await runDrills(ports)).toBe(300_000);
    now = Date.UTC(2026, 10, 2, 10);
    expect(await runDrills(ports)).toBe(15_000);
    expect(await drills()).toMatchObject([
      { state: "running", percent: 1, variants: ["sonnet", "plain"], actor: { id: "drills" } },
    ]);
    const drilled = await snapshot();
    const answers = { opus: 0, sonnet: 0, plain: 0 };
    for (let at = 0; at < 6_000; at++) {
      const context = { targetingKey: `user-${at}`, region: at % 2 === 0 ? "us" : "eu" };
      const { variant, flagMetadata, reason } = evaluate(drilled, "summarizer", context);
      answers[variant as keyof typeof answers]++;
      if (variant === "opus") continue;
      expect(variant).toBe(at % 2 === 0 ? "sonnet" : "plain");
      expect([reason, flagMetadata.ruleId]).toEqual(["SPLIT", `fallback-drill-${at % 2 === 0 ? 1 : 2}`]);
    }
    for (const variant of ["sonnet", "plain"] as const) {
      expect(answers[variant]).toBeGreaterThan(12);
      expect(answers[variant]).toBeLessThan(60);
    }
    // Who has no key is in no split, and is asked for none.
    for (const context of [{}, { targetingKey: "" }])
      expect(evaluate(drilled, "summarizer", context)).toMatchObject({ variant: "opus", reason: "DEFAULT" });
    await finish();
    const { pinEpochs, ...after } = await project.config("summarizer");
    expect(after).toEqual(before);
    expect(pinEpochs).toEqual({ sonnet: 1, plain: 1 });
    const [last] = await drills();
    expect(last).toMatchObject({ state: "too-little", say: "There were 0 runs, and 30 are needed to tell." });
    expect(last?.changes).toHaveLength(2);
    expect((await project.ports.store.listChanges(PROJECT, { limit: 2 })).map(({ source }) => source)).toEqual([
      "drill",
      "drill",
    ]);
    expect((await viewDrills(ports, WHERE)).nextAt).toBe(new Date(Date.UTC(2026, 10, 9, 10)).toISOString());
  });

  test("[drill-harmless] is judged by its own runs: a bad one raises an alert, which a good one resolves", async () => {
    await create({ fallback: "sonnet" });
    const mine = { variant: "sonnet", more: { path: "rule", rule: "fallback-drill-1" } } as const;
    await start();
    await runs(40, { ...mine, calls: 40 });
    await runs(500, { ...mine, more: { path: "default" }, calls: 500, errors: 0 });
    await finish();
    expect(await drills()).toMatchObject([{ state: "good", runs: 40, failed: 0 }]);
    expect(await fallbackHealth(ports, PLACE, "summarizer")).toMatchObject({ state: "healthy", runs: 40 });
    now += DAY_MS;
    await start();
    const lost = Array.from({ length: 12 }, (_, at) => at);
    await traffic.tell(lost.map((at) => ({ ...mine, at: now + at * 1_000, outcome: "fallback" as const })));
    // Most of it fails: it does not go on for ten minutes.
    await goOn(1);
    expect(await drills()).toMatchObject([{ state: "judging" }, { state: "good" }]);
    await goOn(4);
    expect(await drills()).toMatchObject([{ state: "bad", runs: 12, failed: 12 }, {}]);
    expect(await alerts()).toMatchObject([
      {
        kind: "drill-failed",
        state: "open",
        cause: expect.stringContaining("12 of 12 runs of sonnet failed (100.0 %), more than 5 %"),
      },
    ]);
    expect(await fallbackHealth(ports, PLACE, "summarizer")).toMatchObject({ state: "unhealthy", failed: 12 });
    now += DAY_MS;
    await start();
    await runs(40, { ...mine, calls: 40 });
    await finish();
    expect(await alerts()).toMatchObject([{ state: "resolved", resolvedBy: null }]);
  });

  test("[drill-harmless] ends when somebody kills or edits the flag, and begins none that it could not give back", async () => {
    await create();
    await start();
    await expect(start()).rejects.toThrow("goes on");
    await project.apply([{ kind: "kill", flag: "summarizer", environment: "production" }]);
    await goOn(1);
    expect(await drills()).toMatchObject([{ state: "cut-short" }]);
    expect((await project.config("summarizer")).rules).toBeUndefined();
    const refused = async (why: string, operations: readonly Operation[]): Promise<void> => {
      now += DAY_MS;
      if (operations.length > 0) await project.apply(operations);
      expect(await start()).toMatchObject({ state: "refused", drill: { say: expect.stringContaining(why), changes: [] } });
    };
    const here = { flag: "summarizer", environment: "production" };
    await refused("is killed", []);
    await refused("is stopped", [
      { kind: "restore", ...here },
      { kind: "stop", ...here, variant: "plain" },
      { kind: "stop", ...here, variant: "sonnet" },
    ]);
    await refused("would break their pins", [
      { kind: "restore", ...here, variant: "plain" },
      { kind: "restore", ...here, variant: "sonnet" },
      { kind: "set-pin", ...here, pin: { by: "sessionId", for: "24h" } },
      { kind: "set-serve", ...here, rule: "default", serve: { split: { opus: 50, sonnet: 50 } } },
    ]);
    await refused("owned by dimmer.yaml", [{ kind: "own-flag", flag: "summarizer", file: "dimmer.yaml" }]);
    await project.ports.store.transaction(async (tx) => {
      const record = await tx.getEnvironment(PROJECT, "production");
      if (record !== null) await tx.putEnvironment({ ...record, requireReview: 1 });
    });
    await project.ports.store.transaction(async (tx) => {
      const record = await tx.getFlag(PROJECT, "summarizer");
      const config = record?.environments["production"]?.config;
      if (record === null || config === undefined) throw new Error("no flag");
      const { pin: _pin, ...rest } = config;
      await tx.putFlag({ ...record, file: null, environments: { production: { revision: 99, config: rest } } });
    });
    await refused("requires an approval. A drill waits for none.", []);
    expect((await project.ports.store.listChangeRequests(PROJECT, { limit: 9 })).length).toBe(0);
  });

  test("the health of a fallback is known by what it is, or by what it did, else it is unknown, which is no pass", async () => {
    await create({ fallback: "plain" });
    const health = () => fallbackHealth(ports, PLACE, "summarizer");
    expect(await health()).toMatchObject({ state: "healthy", say: "plain calls no model." });
    const here = { flag: "summarizer", environment: "production" };
    await project.apply([{ kind: "set-fallback", ...here, fallback: "sonnet" }]);
    expect(await health()).toMatchObject({ state: "unknown", asOf: null });
    await traffic.add([{ variant: "sonnet", at: now - 30 * MINUTE_MS, runs: 40, calls: 40, errors: 1, more: {} }]);
    expect(await health()).toMatchObject({ state: "healthy", runs: 40, failed: 1 });
    await traffic.add([{ variant: "sonnet", at: now - 30 * MINUTE_MS, runs: 10, calls: 10, errors: 10, more: {} }]);
    expect(await health()).toMatchObject({ state: "unhealthy", failed: 11 });
    await project.apply([{ kind: "stop", ...here, variant: "sonnet" }]);
    expect(await health()).toMatchObject({ state: "unhealthy", say: expect.stringContaining("is stopped") });
    expect(await fallbackHealth(ports, PLACE, "absent")).toMatchObject({ state: "unknown" });
  });
});

test.each([
  [{ runs: 40, failed: 2 }, "good"],
  [{ runs: 40, failed: 3 }, "bad"],
  [{ runs: 29, failed: 3 }, "too-little"],
  [{ runs: 5, failed: 3 }, "bad"],
  [{ runs: 2, failed: 2 }, "too-little"],
])("%o is %s", (counts, verdict) => expect(verdictOf(SETTINGS, counts)).toBe(verdict));

test("the next drill is at its time of day, today if that is ahead", () => {
  expect(nextDrillAt(SETTINGS, START, 0)).toBe(Date.UTC(2026, 10, 2, 10));
  expect(nextDrillAt(SETTINGS, Date.UTC(2026, 10, 2, 10), 0)).toBe(Date.UTC(2026, 10, 3, 10));
  expect(nextDrillAt(SETTINGS, Date.UTC(2026, 10, 2, 10, 5), 7)).toBe(Date.UTC(2026, 10, 9, 10));
});
