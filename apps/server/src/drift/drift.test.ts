/** Drift end to end on the real stores, hour by hour: nothing is found where nothing happens, and what happens is found in its time. */

import type { AlertKind, DriftSettings } from "@dimmer/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fallbackHealth } from "../drills/fallback-health.ts";
import { openTestProject, PROJECT, SUMMARIZER, type TestProject } from "../flags/sample-project.contract.ts";
import type { DetectorState, SeriesBaseline } from "../storage/drift-record.ts";
import type { AlertRecord } from "../storage/alert-record.ts";
import { HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import {
  drawCount,
  openSampleTraffic,
  PLACE,
  type SampleHour,
  type SampleTraffic,
  seededRandom,
} from "./sample-traffic.contract.ts";
import { listDrift, viewDrift } from "./view-drift.ts";
import { detect } from "./detect-drift.ts";
import { watchPlace, type WatchPorts } from "./watch-place.ts";

/** A Monday. */
const START = Date.UTC(2026, 10, 2);
const WEEK = 7 * 24;
const QUIET = WEEK + 5 * 24;

let project: TestProject;
let traffic: SampleTraffic;
let now = START;
let ports: WatchPorts;
const held: string[] = [];
const failures: unknown[] = [];
const random = seededRandom(20_261_128);

beforeAll(async () => {
  project = await openTestProject();
  traffic = await openSampleTraffic();
  const clock = () => now;
  const { store } = project.ports;
  ports = {
    ...project.ports,
    clock,
    events: traffic.store,
    fallbackHealth: (place, flag) => fallbackHealth({ store, events: traffic.store, clock }, place, flag),
    holdRollouts: (_tx, { flag, variant }) => Promise.resolve(void held.push(`${flag} ${variant}`)),
    onFailure: (error) => void failures.push(error),
  };
  const production = { enabled: true, fallback: "plain", default: { split: { opus: 50, sonnet: 50 } } };
  const definition = { ...SUMMARIZER, environments: { production } };
  await project.apply([{ kind: "create-flag", flag: "summarizer", definition }]);
  await store.transaction(async (tx) => {
    const metrics: DriftSettings["metrics"] = ["thumbs_down_rate"];
    const settings = { isOn: true, metrics, referenceDays: 7, referenceEvents: 1_500, falseAlarmDays: 90, stopOn: [] };
    await tx.putDriftSettings({ ...PLACE, flag: "summarizer", settings, revision: 1, updatedAt: 0 });
  });
});
afterAll(async () => {
  await traffic.store.close();
  await project.ports.store.close();
});

interface Kind extends Partial<SampleHour> {
  readonly runs: number;
  readonly chance: number;
}
const hours = (from: number, until: number, { chance, ...more }: Kind): SampleHour[] =>
  Array.from({ length: until - from }, (_, at) => ({
    variant: "opus",
    at: START + (from + at) * HOUR_MS,
    thumbsDown: drawCount(random, more.runs, chance),
    ...more,
  }));
/** Looks once the hour before `at` has closed. */
async function lookAt(at: number): Promise<void> {
  now = START + at * HOUR_MS + 16 * MINUTE_MS;
  while (await watchPlace(ports, PLACE));
  expect(failures).toEqual([]);
}
const alerts = (kind: AlertKind = "drift") => listAlerts((alert) => alert.kind === kind);
const listAlerts = async (of: (alert: AlertRecord) => boolean) =>
  (await project.ports.store.listAlerts(PROJECT, { limit: 100 })).filter(of);
const references = () => project.ports.store.listDriftReferences(PLACE.project, PLACE.environment);

describe("a live variant", () => {
  test("[drift-found] has its past frozen after a week, each for itself, and without drift there is no alarm", async () => {
    await traffic.add(hours(0, WEEK, { runs: 12, chance: 0.05 }));
    await lookAt(WEEK - 1);
    expect((await references()).map(({ variant, frozenAt }) => [variant, frozenAt])).toEqual([
      ["opus", null],
      ["sonnet", null],
    ]);
    await lookAt(WEEK);
    const [opus, sonnet] = await references();
    expect(opus?.baseline?.series.thumbs_down_rate).toMatchObject({ kind: "rate", events: WEEK * 12 });
    expect(sonnet?.baseline).toBeNull();
    await traffic.add(hours(WEEK, QUIET, { runs: 12, chance: 0.05 }));
    await lookAt(QUIET);
    expect(await alerts()).toEqual([]);
    expect(await project.ports.store.getDriftPlace("shop", "production")).toMatchObject({ watchedUntil: now - 16 * MINUTE_MS });
    expect(await project.ports.store.listDriftHours(opus?.id ?? "", 0, 1_000)).toHaveLength(QUIET - WEEK);
  });

  test("[drift-found] that gets worse raises an alarm that says since when and holds what ramps it; what another look finds is the same", async () => {
    let at = QUIET;
    for (; (await alerts()).length === 0 && at < QUIET + 40; at++) {
      await traffic.add(hours(at, at + 1, { runs: 60, chance: 0.15 }));
      await lookAt(at + 1);
    }
    expect(at - QUIET).toBeLessThan(12);
    const [alarm] = await alerts();
    expect(alarm).toMatchObject({
      state: "open",
      flag: "summarizer",
      variant: "opus",
      title: "summarizer: the share of thumbs down of opus has drifted up",
      cause: expect.stringContaining("it is not clear why"),
      evidence: { metric: "thumbs_down_rate", cause: "unknown" },
      action: { kind: "change", operations: [{ kind: "stop", variant: "opus" }] },
    });
    expect(held).toContain("summarizer opus");
    const [opus] = await references();
    const kept = await project.ports.store.listDriftHours(opus?.id ?? "", 0, 1_000);
    await lookAt(at);
    const view = await viewDrift(ports, { ...PLACE, flag: "summarizer" });
    expect(view.series).toMatchObject([
      { variant: "opus", state: "alarm", direction: "up", unit: "share", reference: { events: WEEK * 12 } },
      { variant: "sonnet", state: "gathering", reference: null, points: [] },
    ]);
    expect(view.series[0]?.say).toMatch(/^The share of thumbs down of opus is 1\d\.\d % in the last day, .*: it has drifted\.$/u);
    expect(view.series[0]?.points).toHaveLength(kept.length);
    expect(view.marks.map(({ kind }) => kind)).toEqual(["reference", "alarm"]);
    const listed = await listDrift(ports, PLACE.project, PLACE.environment);
    expect(listed).toMatchObject([{ flag: "summarizer", state: "alarm", variants: 2, alarms: [{ variant: "opus" }] }]);
    expect(await project.ports.store.listDriftHours(opus?.id ?? "", 0, 1_000)).toEqual(kept);
    // What was decided can be decided again, from what was kept.
    const baseline = opus?.baseline?.series.thumbs_down_rate as SeriesBaseline;
    let state: DetectorState | null = null;
    for (const { at: hour, counts, detectors } of kept) {
      const before: DetectorState = detectors.thumbs_down_rate as DetectorState;
      state = detect(
        baseline,
        state,
        { at: hour, ...(counts.thumbs_down_rate as { events: number; sum: number }) },
        before.alarmAt,
      );
      expect(state).toEqual(before);
    }
  });

  test("[drift-found] where another model answers it is marked, blamed, and stopped if somebody said so and the fallback is healthy", async () => {
    await project.ports.store.transaction(async (tx) => {
      const record = await tx.getDriftSettings(PROJECT, "production", "summarizer");
      if (record === null) throw new Error("no settings");
      await tx.putDriftSettings({
        ...record,
        settings: {
          ...record.settings,
          metrics: ["thumbs_down_rate", "error_rate"],
          referenceEvents: 800,
          stopOn: ["error_rate"],
        },
      });
      // A new past, of the same week.
      for (const reference of await tx.listDriftReferences(PROJECT, "production"))
        if (reference.variant === "opus") await tx.putDriftReference({ ...reference, retiredAt: now });
    });
    const from = 3 * WEEK;
    await traffic.add(hours(from - WEEK, from, { runs: 5, chance: 0, calls: 5, errors: 0 }));
    await lookAt(from);
    expect((await references())[0]?.baseline?.models).toEqual(["claude-opus-4-6"]);
    const other = { model: "claude-opus-4-6-20261101" };
    await traffic.add(hours(from, from + 6, { runs: 40, chance: 0, calls: 40, errors: 8, ...other }));
    await lookAt(from + 6);
    expect(await alerts("provider-changed")).toMatchObject([
      { variant: "opus", evidence: { before: "claude-opus-4-6", after: "claude-opus-4-6-20261101" } },
    ]);
    const [alarm] = await listAlerts(({ title }) => title.includes("errors"));
    expect(alarm).toMatchObject({
      cause: expect.stringMatching(/most likely the provider changed the model.*It was stopped, and the fallback serves/su),
      evidence: { cause: "provider-model" },
    });
    expect(await project.config("summarizer")).toMatchObject({ stopped: ["opus"] });
    const [change] = await project.ports.store.listChanges(PROJECT, { limit: 1 });
    expect(change).toMatchObject({ source: "drift", actor: { kind: "system", id: "drift-watch" } });
    // It is stopped: nobody gets it, and it is watched no more.
    await lookAt(from + 7);
    expect((await viewDrift(ports, { ...PLACE, flag: "summarizer" })).series.map(({ variant }) => variant)).toEqual([
      "sonnet",
      "sonnet",
    ]);
  });
});
