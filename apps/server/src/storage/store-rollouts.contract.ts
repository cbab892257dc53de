/** The contract of guarded rollouts: rows that move only from where one has seen them, observations that only grow, verdicts. */

import { describe, expect, it } from "vitest";
import type { VerdictEvidence } from "@dimmer/protocol";
import type { ObservationRecord, RolloutRecord, VerdictRecord } from "./rollout-record.ts";
import { withProject } from "./sample-records.contract.ts";
import type { Store } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the port, `rollout-record.ts`.
 */
export function rolloutContract(store: () => Store): void {
  describe("rollouts", () => {
    const somebody = { kind: "person", id: "person_1", name: "Ann" } as const;
    const rollout = (id: string, sequence: number, more: Partial<RolloutRecord> = {}): RolloutRecord => ({
      project: "shop",
      environment: "production",
      id,
      sequence,
      flag: "summarizer",
      rule: "default",
      variant: "opus",
      state: "running",
      revision: 0,
      fence: 3,
      terms: {
        plan: {
          steps: [{ percent: 1, dwellMinutes: 30, approval: false }],
          guardrails: [],
          never: [],
          gates: [],
          holdback: null,
          maintenance: [],
          dailyPeak: true,
          inconclusive: "ask",
          mode: "guarded",
          falseAlarms: 0.01,
        },
        before: { split: { opus: 0, sonnet: 100 } },
        shared: 100,
        baseline: { from: 0, until: 1, guardrails: [], hours: [], unit: "run", models: ["m ü"] },
        people: null,
        reason: "why",
        startedBy: somebody,
      },
      progress: {
        step: 0,
        steps: [{ percent: 1, startedAt: 1, endedAt: null, dweltMs: 0 }],
        percent: 1,
        expected: "{}",
        observedUntil: 1,
        tickedAt: 1,
        dweltMs: 0,
        countedUntil: 1,
        isExtended: false,
        approved: [],
        overruled: {},
      },
      createdAt: sequence,
      endedAt: null,
      ...more,
    });
    const observation = (sequence: number, bucketAt: number): ObservationRecord => ({
      rollout: "a",
      sequence,
      bucketAt,
      lengthMs: 10_000,
      step: 0,
      body: { rates: [[1, 0, 9, 0], null], never: [], seen: [1, 9], models: { treated: {}, others: { m: 9 } } },
    });
    const evidence = { observations: 2, guardrails: [], models: [] } as unknown as VerdictEvidence;
    const verdict = (sequence: number, more: Partial<VerdictRecord> = {}): VerdictRecord => ({
      rollout: "a",
      sequence,
      verdict: "hold",
      at: 5,
      lastAt: 5,
      times: 1,
      because: [{ reason: "dwell", say: "It dwells.", about: null }],
      evidence,
      facts: null,
      change: null,
      actor: somebody,
      ...more,
    });
    const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id);

    it("come back equal, newest first, those that have not ended of all projects by themselves", async () => {
      const ended = rollout("c", 3, { state: "completed", endedAt: 9, environment: "production", flag: "other" });
      await withProject(store(), async (tx) => {
        for (const record of [rollout("a", 1), rollout("b", 2), ended]) await tx.addRollout(record);
      });
      expect(await store().getRollout("shop", "a")).toEqual(rollout("a", 1));
      expect([await store().getRollout("shop", "none"), await store().getRollout("other", "a")]).toEqual([null, null]);
      expect(ids(await store().listRollouts("shop", { limit: 2 }))).toEqual(["c", "b"]);
      expect(ids(await store().listRollouts("shop", { limit: 9, before: 2 }))).toEqual(["a"]);
      expect(ids(await store().listRollouts("shop", { limit: 9, flag: "other" }))).toEqual(["c"]);
      expect(ids(await store().listRollouts("shop", { limit: 9, environment: "staging" }))).toEqual([]);
      expect(ids(await store().listRollouts("shop", { limit: 9, isActive: true }))).toEqual(["b", "a"]);
      expect(ids(await store().listRollouts("shop", { limit: 9, isActive: false }))).toEqual(["c"]);
      expect(ids(await store().listActiveRollouts())).toEqual(["a", "b"]);
      expect([await store().countActiveRollouts("shop"), await store().countActiveRollouts("other")]).toEqual([2, 0]);
      expect([await store().lastRolloutSequence("shop"), await store().lastRolloutSequence("other")]).toEqual([3, 0]);
    });

    it("a row moves only from the revision that one has seen", async () => {
      await withProject(store(), (tx) => tx.addRollout(rollout("a", 1)));
      const paused = rollout("a", 1, { state: "paused", fence: 4, endedAt: null });
      expect(await store().transaction((tx) => tx.moveRollout(paused))).toBe(true);
      expect(await store().transaction((tx) => tx.moveRollout(rollout("a", 1, { state: "aborted" })))).toBe(false);
      expect(await store().getRollout("shop", "a")).toEqual({ ...paused, revision: 1 });
      await expect(store().transaction((tx) => tx.addRollout(paused))).rejects.toThrow();
    });

    it("observations only grow, and come in their order", async () => {
      await withProject(store(), async (tx) => {
        await tx.addRollout(rollout("a", 1));
        await tx.addObservations([observation(1, 10), observation(2, 20), observation(3, 10)]);
        await tx.addObservations([]);
      });
      expect(await store().listObservations("a", 0)).toEqual([observation(1, 10), observation(2, 20), observation(3, 10)]);
      expect(await store().listObservations("a", 2)).toEqual([observation(3, 10)]);
      expect(await store().listObservations("b", 0)).toEqual([]);
      await expect(store().transaction((tx) => tx.addObservations([observation(3, 30)]))).rejects.toThrow();
    });

    it("verdicts come newest first; one that is put again takes the place of what it was", async () => {
      const repeated = verdict(2, { times: 7, lastAt: 9, change: "change_1" });
      await withProject(store(), async (tx) => {
        await tx.addRollout(rollout("a", 1));
        for (const record of [verdict(1), verdict(2), repeated]) await tx.putVerdict(record);
      });
      expect(await store().listVerdicts("a", { limit: 9 })).toEqual([repeated, verdict(1)]);
      expect(await store().listVerdicts("a", { limit: 9, before: 2 })).toEqual([verdict(1)]);
      expect(await store().listVerdicts("a", { limit: 1 })).toEqual([repeated]);
    });
  });
}
