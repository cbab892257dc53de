/** The contract of experiments: their periods and results, and who shares people with whom. */

import { ExperimentRequest, type ExperimentResult } from "@dimmer/protocol";
import { describe, expect, it } from "vitest";
import type { ExperimentRecord, ExperimentResultRecord, HoldoutRecord } from "./experiment-record.ts";
import { withProject } from "./sample-records.contract.ts";
import type { Store } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the port, `experiment-record.ts`.
 */
export function experimentContract(store: () => Store): void {
  const definition = ExperimentRequest.parse({
    name: "Sonnet ü",
    hypothesis: "It costs less.",
    flag: "summarizer",
    environment: "production",
    baseline: "opus",
    primary: "cost",
  });
  const actor = { kind: "person", id: "ann", name: "Ann" } as const;
  const experiment = (id: string, more: Partial<ExperimentRecord> = {}): ExperimentRecord => ({
    project: "shop",
    environment: "production",
    id,
    flag: "summarizer",
    state: "draft",
    revision: 1,
    createdAt: 1,
    body: {
      definition,
      createdBy: actor,
      reserved: { salt: "s", from: 0, to: 50_000 },
      started: { at: 2, by: actor, address: "default", arms: { opus: 50, sonnet: 50 }, people: 800, days: 14, metrics: [] },
      ended: { at: 3, why: "person" },
      shipped: { variant: "sonnet", at: 4, change: null, by: actor },
      paused: null,
      latest: null,
      isArchived: false,
    },
    ...more,
  });
  const result = (more: Partial<ExperimentResultRecord> = {}): ExperimentResultRecord => ({
    experiment: "a",
    kept: "planned",
    at: 5,
    result: { say: "Ship it." } as ExperimentResult,
    material: {
      statistics: { since: 1, until: 2, periods: [1], movers: 0, unpriced: 0, rows: [], quantiles: [] },
      planned: null,
      shares: [],
      edits: [],
      endedAt: 3,
    },
    ...more,
  });

  describe("experiments", () => {
    it("come back equal, the newest first, and go with their periods and results", async () => {
      const running = experiment("b", { state: "running", createdAt: 2 });
      await withProject(store(), async (tx) => {
        for (const record of [experiment("a"), experiment("b"), running]) await tx.putExperiment(record);
        await tx.putBanditPeriod("a", { from: "2026-01-01T01:00:00.000Z", percent: { opus: 10, sonnet: 90 } });
        await tx.putBanditPeriod("a", { from: "2026-01-01T00:00:00.000Z", percent: { opus: 50, sonnet: 50 } });
        await tx.putExperimentResult(result({ kept: "end", at: 6 }));
        for (const at of [4, 5]) await tx.putExperimentResult(result({ at }));
      });
      expect(await store().listExperiments("shop")).toEqual([running, experiment("a")]);
      expect([await store().listExperiments("other"), await store().getExperiment("other", "a")]).toEqual([[], null]);
      expect(await store().listRunningExperiments()).toEqual([running]);
      expect(await store().getExperiment("shop", "a")).toEqual(experiment("a"));
      expect((await store().listBanditPeriods("a")).map(({ percent }) => percent["opus"])).toEqual([50, 10]);
      expect(await store().listExperimentResults("a")).toEqual([result(), result({ kept: "end", at: 6 })]);
      await store().transaction((tx) => tx.removeExperiment("a"));
      expect(await store().listExperiments("shop")).toEqual([running]);
      expect([await store().listBanditPeriods("a"), await store().listExperimentResults("a")]).toEqual([[], []]);
    });

    it("groups and holdouts come in the order in which they were made", async () => {
      const group = { project: "shop", environment: "production", id: "g", name: "Search", salt: "s", createdAt: 1 };
      const holdout: HoldoutRecord = { ...group, id: "h", slots: 5_000 };
      await withProject(store(), async (tx) => {
        await tx.putExclusionGroup({ ...group, id: "later", createdAt: 2 });
        await tx.putExclusionGroup(group);
        await tx.putHoldout(holdout);
      });
      expect((await store().listExclusionGroups("shop")).map(({ id }) => id)).toEqual(["g", "later"]);
      expect(await store().listHoldouts("shop")).toEqual([holdout]);
      await store().transaction(async (tx) => {
        await tx.removeExclusionGroup("g");
        await tx.removeHoldout("h");
      });
      expect((await store().listExclusionGroups("shop")).map(({ id }) => id)).toEqual(["later"]);
      expect(await store().listHoldouts("shop")).toEqual([]);
    });
  });
}
