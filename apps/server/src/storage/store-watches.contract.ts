/** The contract of what is watched without a ramp: drift, canary prompts, drills. */

import { describe, expect, it } from "vitest";
import type { CanaryRecord, CanaryResultRecord, CanaryUsage } from "./canary-record.ts";
import type { DriftHourRecord, DriftMarkRecord, DriftReferenceRecord, DriftSettingsRecord } from "./drift-record.ts";
import type { DrillRecord, DrillSettingsRecord } from "./drill-record.ts";
import { withProject } from "./sample-records.contract.ts";
import type { Store } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the ports, `drift-record.ts`, `canary-record.ts` and `drill-record.ts`.
 */
export function watchContract(store: () => Store): void {
  const place = { project: "shop", environment: "production" };

  describe("drift", () => {
    const settings: DriftSettingsRecord = {
      ...place,
      flag: "ü",
      settings: { isOn: true, metrics: ["cost"], referenceDays: 7, referenceEvents: 5_000, falseAlarmDays: 90, stopOn: [] },
      revision: 1,
      updatedAt: 2,
    };
    const reference = (id: string, more: Partial<DriftReferenceRecord> = {}): DriftReferenceRecord => ({
      ...place,
      id,
      flag: "ü",
      variant: id,
      configuration: "sha256-a",
      valueVersion: null,
      since: 5,
      frozenAt: null,
      retiredAt: null,
      baseline: null,
      ...more,
    });
    const hour = (of: string, at: number): DriftHourRecord => ({
      reference: of,
      at,
      counts: { cost: { events: 1, sum: 2 } },
      detectors: { cost: { logs: [0, 0.5], hours: 1, logEvidence: -1, alarmAt: 10 } },
    });
    const mark = (id: string, at: number): DriftMarkRecord => ({
      ...place,
      flag: "ü",
      id,
      at,
      mark: { kind: "model", variant: "a", say: "Another.", before: null, after: "m", change: null },
    });
    const marks = (since: number) => store().listDriftMarks({ ...place, flag: "ü" }, since, 9);

    it("settings and how far one has looked come back equal, and only of their environment", async () => {
      await withProject(store(), async (tx) => {
        await tx.putDriftSettings({ ...settings, revision: 0 });
        await tx.putDriftSettings(settings);
        await tx.putDriftPlace({ ...place, watchedUntil: 1, series: 0 });
        await tx.putDriftPlace({ ...place, watchedUntil: 5, series: 3 });
      });
      const there = ["shop", "production"] as const;
      expect([await store().getDriftSettings(...there, "ü"), await store().listDriftSettings(...there)]).toEqual([
        settings,
        [settings],
      ]);
      expect([
        await store().getDriftSettings("shop", "staging", "ü"),
        await store().listDriftSettings("shop", "staging"),
      ]).toEqual([null, []]);
      expect(await store().getDriftPlace(...there)).toEqual({ ...place, watchedUntil: 5, series: 3 });
      expect(await store().getDriftPlace("shop", "staging")).toBeNull();
    });

    it("hours are appended once, and go with their references when they are old", async () => {
      const frozen = reference("a", {
        frozenAt: 7,
        valueVersion: 3,
        baseline: { from: 1, until: 2, slowMs: null, series: {}, models: ["m"], inputs: [{ bin: 3, calls: 4 }] },
      });
      await withProject(store(), async (tx) => {
        for (const one of [reference("a"), frozen, reference("b"), reference("gone", { retiredAt: 20 })])
          await tx.putDriftReference(one);
        await tx.appendDriftHours([hour("a", 20), hour("a", 10), hour("a", 30), hour("b", 10), hour("gone", 25)]);
        for (const one of [mark("x", 10), mark("y", 30), mark("y", 99)]) await tx.putDriftMark(one);
      });
      expect(await store().listDriftReferences("shop", "production")).toEqual([frozen, reference("b")]);
      expect(await store().listDriftHours("a", 20, 9)).toEqual([hour("a", 20), hour("a", 30)]);
      expect([await store().lastDriftHour("a"), await store().lastDriftHour("c")]).toEqual([hour("a", 30), null]);
      expect([await marks(0), await marks(11)]).toEqual([[mark("y", 30), mark("x", 10)], [mark("y", 30)]]);
      await expect(store().transaction((tx) => tx.appendDriftHours([hour("a", 10)]))).rejects.toThrow(/unique/iu);
      await store().transaction((tx) => tx.dropDrift("shop", "staging", 100));
      expect(await store().listDriftHours("a", 0, 9)).toHaveLength(3);
      await store().transaction((tx) => tx.dropDrift("shop", "production", 25));
      expect(await store().listDriftHours("a", 0, 9)).toEqual([hour("a", 30)]);
      expect([await store().listDriftHours("gone", 0, 9), await marks(0)]).toEqual([[], [mark("y", 30)]]);
    });
  });

  describe("canary sets", () => {
    const canary = (id: string, more: Partial<CanaryRecord> = {}): CanaryRecord => ({
      ...place,
      id,
      definition: {
        name: "ü",
        flag: "summarizer",
        suite: "faq",
        suiteNumber: 2,
        prompts: 50,
        scorers: ["exact"],
        everyMinutes: 60,
        dailyBudgetMicroUsd: 5,
        margin: 0.02,
        temperature: 0,
      },
      message: null,
      nextAt: 10,
      createdAt: 1,
      ...more,
    });
    const result = (id: string, at: number, more: Partial<CanaryResultRecord> = {}): CanaryResultRecord => ({
      canary: "a",
      id,
      variant: "opus",
      configHash: "sha256-a",
      at,
      isReference: false,
      result: { verdict: "steady", say: "Fine.", reference: "r", models: ["m"], scores: [], failures: 0, costMicroUsd: 3 },
      items: { "item-1": { exact: [1, 0] } },
      ...more,
    });
    const usage: CanaryUsage = { replays: 1, putOff: 2, costMicroUsd: 3, reservedMicroUsd: 4 };
    const results = async () => (await store().listCanaryResults("a", "opus", 9)).map(({ id }) => id);

    it("come back equal, those that are due first and stopped ones never", async () => {
      const stopped = canary("s", { message: "why", createdAt: 2 });
      await withProject(store(), async (tx) => {
        for (const one of [canary("a", { nextAt: 99 }), canary("a"), canary("b", { nextAt: 5 }), stopped])
          await tx.putCanary(one);
        for (const day of ["2026-01-01", "2026-01-02"]) await tx.putCanaryDay("a", day, usage, "2026-01-02");
      });
      expect(await store().listCanaries("shop", "production")).toEqual([canary("a"), canary("b", { nextAt: 5 }), stopped]);
      expect(await store().listCanaries("shop", "staging")).toEqual([]);
      expect((await store().listDueCanaries(10, 9)).map(({ id }) => id)).toEqual(["b", "a"]);
      expect([await store().listDueCanaries(4, 9), await store().nextCanaryAt()]).toEqual([[], 5]);
      expect([await store().getCanary("shop", "production", "s"), await store().getCanary("shop", "staging", "s")]).toEqual([
        stopped,
        null,
      ]);
      expect([await store().getCanaryDay("a", "2026-01-01"), await store().getCanaryDay("a", "2026-01-02")]).toEqual([
        null,
        usage,
      ]);
    });

    it("keep their newest results and their references, until another is taken, and go with them", async () => {
      await withProject(store(), async (tx) => {
        await tx.putCanary(canary("a"));
        await tx.putCanaryDay("a", "2026-01-02", usage, "2026-01-02");
        await tx.putCanaryResult(result("r", 1, { isReference: true }), 2);
        for (const at of [2, 3, 4]) await tx.putCanaryResult(result(`t${at}`, at), 2);
        await tx.putCanaryResult(result("other", 9, { variant: "sonnet" }), 2);
      });
      expect(await results()).toEqual(["t4", "t3", "r"]);
      expect(await store().listCanaryResults("a", "opus", 1)).toEqual([result("t4", 4)]);
      expect(await store().getCanaryReference("a", "opus", "sha256-a")).toEqual(result("r", 1, { isReference: true }));
      expect(await store().getCanaryReference("a", "opus", "sha256-b")).toBeNull();
      await store().transaction((tx) => tx.clearCanaryReferences("a"));
      expect([await store().getCanaryReference("a", "opus", "sha256-a"), await results()]).toEqual([null, ["t4", "t3", "r"]]);
      await store().transaction((tx) => tx.removeCanary("a"));
      expect([
        await store().listCanaries("shop", "production"),
        await results(),
        await store().getCanaryDay("a", "2026-01-02"),
      ]).toEqual([[], [], null]);
    });
  });

  describe("drills", () => {
    const settings = (flag: string, more: Partial<DrillSettingsRecord> = {}): DrillSettingsRecord => ({
      ...place,
      flag,
      settings: { percent: 0.5, minutes: 10, everyDays: 7, startMinute: 600, maxErrorRate: 0.05, leastRuns: 30 },
      revision: 1,
      nextAt: 10,
      updatedAt: 1,
      ...more,
    });
    const drill = (id: string, startedAt: number, more: Partial<DrillRecord> = {}): DrillRecord => ({
      ...place,
      id,
      flag: "a",
      state: "good",
      startedAt,
      drill: {
        say: "Fine.",
        percent: 0.5,
        variants: ["plain"],
        runs: 40,
        failed: 1,
        actor: { kind: "system", id: "drills", name: "Drills" },
        changes: ["c"],
        maxErrorRate: 0.05,
        leastRuns: 30,
        endsAt: 9,
        endedAt: null,
        rules: ["fallback-drill-1"],
      },
      ...more,
    });

    it("are due by their settings, and those that were taken back are not", async () => {
      const off = settings("c", { settings: null, nextAt: null });
      await withProject(store(), async (tx) => {
        for (const one of [settings("a"), settings("b", { nextAt: 99 }), settings("b", { nextAt: 5 }), off])
          await tx.putDrillSettings(one);
      });
      expect((await store().listDrillSettings("shop", "production")).map(({ flag }) => flag)).toEqual(["a", "b", "c"]);
      expect([
        await store().getDrillSettings("shop", "production", "c"),
        await store().getDrillSettings("shop", "x", "c"),
      ]).toEqual([off, null]);
      expect((await store().listDueDrills(10, 9)).map(({ flag }) => flag)).toEqual(["b", "a"]);
      expect([await store().listDueDrills(4, 9), await store().nextDrillAt()]).toEqual([[], 5]);
    });

    it("come back equal, the newest first; old ones go, and none that is still to end", async () => {
      await withProject(store(), async (tx) => {
        await tx.putDrill(drill("open", 1, { state: "running" }), 2);
        for (const at of [2, 3, 4]) await tx.putDrill(drill(`d${at}`, at), 2);
        await tx.putDrill(drill("other", 9, { flag: "b" }), 2);
        await tx.putDrill(drill("judging", 0, { flag: "b", state: "judging" }), 2);
      });
      const drills = await store().listDrills("shop", "production", "a", 9);
      expect(drills).toEqual([drill("d4", 4), drill("d3", 3), drill("open", 1, { state: "running" })]);
      expect((await store().listOpenDrills(9)).map(({ id }) => id)).toEqual(["judging", "open"]);
      expect([await store().getDrill("shop", "production", "d4"), await store().getDrill("shop", "staging", "d4")]).toEqual([
        drill("d4", 4),
        null,
      ]);
    });
  });
}
