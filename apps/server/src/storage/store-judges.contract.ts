/** The contract of online judges: their days, and the samples that wait for them. */

import { describe, expect, it } from "vitest";
import type { JudgeRecord, JudgeSampleRecord } from "./judge-record.ts";
import { withProject } from "./sample-records.contract.ts";
import type { Store } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the port, `judge-record.ts`.
 */
export function judgeContract(store: () => Store): void {
  describe("judges", () => {
    const judge = (id: string, more: Partial<JudgeRecord> = {}): JudgeRecord => ({
      project: "shop",
      environment: "production",
      id,
      definition: {
        name: id,
        flag: "summarizer",
        connection: "c",
        provider: "openai",
        model: "m-1",
        prompt: "{{ output }} ü",
        promptHash: "sha256-a",
        score: "friendly",
        scale: { from: 0, to: 1 },
        perMille: 5,
        dailyBudgetMicroUsd: 6,
      },
      message: null,
      createdAt: 1,
      ...more,
    });
    const sample = (id: string, more: Partial<JudgeSampleRecord> = {}): JudgeSampleRecord => ({
      judge: "a",
      id,
      sealed: "sealed",
      attempts: 0,
      dueAt: 5,
      createdAt: 5,
      ...more,
    });
    const usage = { judged: 1, failed: 2, dropped: 3, putOff: 4, costMicroUsd: 5, reservedMicroUsd: 6 };
    const waiting = async (of = "a") => (await store().listJudgeSamples(of, 9)).map(({ id }) => id);

    it("come back equal, and go with their days and samples", async () => {
      const stopped = judge("b", { message: "why", createdAt: 2 });
      await withProject(store(), async (tx) => {
        for (const record of [judge("a"), judge("b"), stopped]) await tx.putJudge(record);
        for (const day of ["2026-01-01", "2026-01-02"]) await tx.putJudgeDay("a", day, usage, "2026-01-02");
        await tx.putJudgeSample(sample("s"));
      });
      const place = ["shop", "production"] as const;
      expect(await store().listJudges(...place)).toEqual([judge("a"), stopped]);
      expect(await store().listJudges("shop", "other")).toEqual([]);
      expect(await store().listAllJudges()).toEqual([judge("a"), stopped]);
      expect([await store().getJudge(...place, "b"), await store().getJudge("shop", "other", "b")]).toEqual([stopped, null]);
      expect([await store().getJudgeDay("a", "2026-01-01"), await store().getJudgeDay("a", "2026-01-02")]).toEqual([null, usage]);
      await store().transaction((tx) => tx.removeJudge("a"));
      expect(await store().listAllJudges()).toEqual([stopped]);
      expect([await store().getJudgeDay("a", "2026-01-02"), await store().getJudgeSample("a", "s")]).toEqual([null, null]);
    });

    it("samples come in the order of their times; what was judged waits no more, what is old goes, and a project's can be emptied", async () => {
      await withProject(store(), async (tx) => {
        for (const id of ["a", "b"]) await tx.putJudge(judge(id));
        for (const one of [
          sample("late", { dueAt: 9 }),
          sample("done", { sealed: null }),
          sample("soon"),
          sample("new", { createdAt: 7 }),
        ])
          await tx.putJudgeSample(one);
        await tx.putJudgeSample(sample("soon", { attempts: 2, dueAt: 4 }));
        await tx.putJudgeSample(sample("soon", { judge: "b" }));
      });
      expect([await waiting(), await waiting("b")]).toEqual([["soon", "new", "late"], ["soon"]]);
      expect(await store().getJudgeSample("a", "soon")).toEqual(sample("soon", { attempts: 2, dueAt: 4 }));
      expect([await store().countJudgeSamples("a"), await store().countJudgeSamples("none")]).toEqual([3, 0]);
      expect(await store().transaction((tx) => tx.dropJudgeSamples("a", 7))).toBe(2);
      expect([await waiting(), await store().getJudgeSample("a", "done")]).toEqual([["new"], null]);
      await store().transaction((tx) => tx.forgetJudgeSamples("other"));
      expect(await waiting()).toEqual(["new"]);
      await store().transaction((tx) => tx.forgetJudgeSamples("shop"));
      expect([await waiting(), await waiting("b")]).toEqual([[], []]);
      expect(await store().getJudgeSample("a", "new")).toMatchObject({ sealed: null });
    });
  });
}
