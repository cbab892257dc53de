/** The contract of what is kept around models: eval reports, suites and their runs, connections to providers, metrics of one's own, texts that prompts share, and what is still to be done to telemetry. */

import type { EvalSuite } from "@dimmer/protocol";
import { describe, expect, it } from "vitest";
import type { ChoreRecord } from "./chore-record.ts";
import type { ConnectionDayRecord, ConnectionRecord } from "./connection-record.ts";
import type { EvalReportRecord } from "./eval-report-record.ts";
import type { EvalRunRecord, EvalSuiteRecord } from "./eval-suite-record.ts";
import type { MetricDefinitionRecord } from "./metric-definition-record.ts";
import { valueVersion, withProject } from "./sample-records.contract.ts";
import type { SnippetRecord } from "./snippet-record.ts";
import type { Store } from "./store.ts";

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the ports, `eval-report-record.ts`, `eval-suite-record.ts`, `connection-record.ts`, `metric-definition-record.ts`, `snippet-record.ts` and `chore-record.ts`.
 */
export function modelContract(store: () => Store): void {
  describe("eval reports", () => {
    const items = [{ id: "a", scores: { exact: [true, false] }, outputPreview: "ü".repeat(200) }];
    const report = (sequence: number, more: Partial<EvalReportRecord> = {}): EvalReportRecord => ({
      project: "shop",
      id: `eval_${sequence}`,
      sequence,
      suite: "faq",
      suiteVersion: null,
      flag: "summarizer",
      variant: "opus",
      configHash: "sha256-a",
      valueVersion: null,
      model: null,
      judge: null,
      source: "api",
      at: 5,
      createdAt: 6,
      summary: { itemCount: 1, errorCount: 0, costMicroUsd: null, scorers: {} },
      ...more,
    });
    const ids = (records: readonly EvalReportRecord[]) => records.map(({ sequence }) => sequence);

    it("come back equal, newest first, by what they are of; the newest of one content is found and all of them are counted", async () => {
      const judge = { name: "grader", model: "m-1", scorers: ["tone"] };
      const scorers = { exact: { mean: 0.5, scored: 1, isPassFail: true, mustPassFailures: 0 } };
      const summary = { itemCount: 1, errorCount: 1, costMicroUsd: 9, scorers };
      const full = report(2, { suiteVersion: "2", valueVersion: 3, model: "m", judge, summary });
      await withProject(store(), async (tx) => {
        await tx.putEvalReport(report(1), items);
        await tx.putEvalReport(full, items);
        await tx.putEvalReport(report(3, { suite: "refunds" }), []);
        await tx.putEvalReport(report(4, { variant: "sonnet", configHash: "sha256-b" }), []);
      });
      expect(await store().getEvalReport("shop", "eval_2")).toEqual(full);
      expect([await store().getEvalReport("shop", "eval_9"), await store().listEvalItems("shop", "eval_9")]).toEqual([null, []]);
      expect(await store().listEvalItems("shop", "eval_1")).toEqual(items);
      expect(ids(await store().listEvalReports("shop", { limit: 2, before: 4 }))).toEqual([3, 2]);
      expect(ids(await store().listEvalReports("shop", { limit: 9, flag: "summarizer", variant: "opus", suite: "faq" }))).toEqual(
        [2, 1],
      );
      const content = { flag: "summarizer", suite: "faq", configHash: "sha256-a" };
      expect(await store().newestEvalReport("shop", content)).toEqual(full);
      expect(await store().newestEvalReport("shop", { ...content, flag: "other" })).toBeNull();
      expect(await Promise.all([1, 2].map((upTo) => store().countEvalReports("shop", content, upTo)))).toEqual([1, 2]);
      expect([await store().lastEvalReportSequence("shop"), await store().lastEvalReportSequence("none")]).toEqual([4, 0]);
      await expect(store().transaction((tx) => tx.putEvalReport(report(9, { id: "eval_1" }), []))).rejects.toThrow(/unique/iu);
    });

    it("go, the oldest first, beyond a number and beyond the bytes of their items; the newest one stays", async () => {
      await withProject(store(), async (tx) => {
        for (const sequence of [1, 2, 3, 4]) await tx.putEvalReport(report(sequence), items);
      });
      const keep = async (kept: number, bytes: number) => {
        await store().transaction((tx) => tx.dropEvalReports("shop", { kept, bytes }));
        return ids(await store().listEvalReports("shop", { limit: 9 }));
      };
      expect(await keep(3, 1e9)).toEqual([4, 3, 2]);
      expect(await keep(9, 1_000)).toEqual([4, 3]);
      expect(await keep(9, 1)).toEqual([4]);
    });
  });

  describe("suites of evals and their runs", () => {
    const kept = (name: string, number: number): EvalSuiteRecord => ({
      project: "shop",
      name,
      number,
      digest: `sha256-${number}`,
      summary: { version: "1", itemCount: 0, repeats: 1, scorers: ["exact"] },
      createdAt: 7,
    });
    const whole: EvalSuite = {
      suite: "faq",
      repeats: 1,
      concurrency: 1,
      timeoutMs: 5,
      scorers: { exact: { type: "exact" } },
      items: [{ id: "ü", variables: {} }],
    };
    const run = (sequence: number, more: Partial<EvalRunRecord> = {}): EvalRunRecord => ({
      project: "shop",
      id: `run-${sequence}`,
      sequence,
      environment: "production",
      suite: "faq",
      suiteNumber: 1,
      flag: "summarizer",
      variant: "opus",
      value: { reply: "ü" },
      configHash: "sha256-a",
      connection: null,
      state: "queued",
      done: 0,
      total: 3,
      message: null,
      report: null,
      actor: { kind: "person", id: "p", name: "P" },
      createdAt: sequence,
      canary: null,
      startedAt: null,
      endedAt: null,
      ...more,
    });
    const sequences = (records: readonly EvalRunRecord[]) => records.map(({ sequence }) => sequence);

    it("come back equal, the newest of each by name; what is removed is gone, and its numbers are not given again", async () => {
      await withProject(store(), async (tx) => {
        for (const record of [kept("faq", 1), kept("faq", 2), kept("a first", 1)]) await tx.putEvalSuite(record, whole);
      });
      const reader = store();
      expect(await reader.listEvalSuites("shop")).toEqual([kept("a first", 1), kept("faq", 2)]);
      expect(await reader.listEvalSuiteVersions("shop", "faq", 1)).toEqual([kept("faq", 2)]);
      expect([await reader.getEvalSuite("shop", "faq"), await reader.getEvalSuite("shop", "faq", 1)]).toEqual([
        kept("faq", 2),
        kept("faq", 1),
      ]);
      expect(await reader.readEvalSuite("shop", "faq", 1)).toEqual(whole);
      const bytes = Buffer.byteLength(JSON.stringify(whole));
      expect(await reader.countEvalSuiteBytes("shop")).toBe(3 * bytes);
      await expect(store().transaction((tx) => tx.putEvalSuite(kept("faq", 2), whole))).rejects.toThrow(/unique/iu);
      await store().transaction((tx) => tx.removeEvalSuite("shop", "faq"));
      expect([await reader.getEvalSuite("shop", "faq"), await reader.readEvalSuite("shop", "faq", 1)]).toEqual([null, null]);
      expect(await reader.listEvalSuites("shop")).toEqual([kept("a first", 1)]);
      expect([await reader.lastEvalSuiteNumber("shop", "faq"), await reader.countEvalSuiteBytes("shop")]).toEqual([2, bytes]);
      expect([await reader.lastEvalSuiteNumber("shop", "none"), await reader.countEvalSuiteBytes("none")]).toEqual([0, 0]);
    });

    it("are found by their state, and ended ones go, the oldest first", async () => {
      const full = run(2, { connection: "c", state: "failed", done: 1, message: "m", report: "r", startedAt: 1, endedAt: 2 });
      await withProject(store(), async (tx) => {
        for (const record of [run(1), run(2), run(3, { flag: "other", state: "finished" }), run(4, { state: "running" })])
          await tx.putEvalRun(record);
        await tx.putEvalRun(full);
      });
      const reader = store();
      expect([await reader.getEvalRun("shop", "run-2"), await reader.getEvalRun("shop", "none")]).toEqual([full, null]);
      expect(sequences(await reader.listEvalRuns("shop", { limit: 2 }))).toEqual([4, 3]);
      expect(sequences(await reader.listEvalRuns("shop", { limit: 9, flag: "other", suite: "faq" }))).toEqual([3]);
      expect(sequences(await reader.listEvalRunsIn("queued", 9))).toEqual([1]);
      expect(sequences(await reader.listEvalRunsIn("running", 9))).toEqual([4]);
      expect([await reader.countWaitingEvalRuns("shop"), await reader.lastEvalRunSequence("shop")]).toEqual([2, 4]);
      expect(await reader.lastEvalRunSequence("none")).toBe(0);
      for (const [count, left] of [
        [2, [4, 3, 2, 1]],
        [1, [4, 3, 1]],
      ] as const) {
        await store().transaction((tx) => tx.dropEvalRuns("shop", count));
        expect(sequences(await reader.listEvalRuns("shop", { limit: 9 }))).toEqual(left);
      }
    });
  });

  describe("connections", () => {
    const connection = (id: string, more: Partial<ConnectionRecord> = {}): ConnectionRecord => ({
      project: "shop",
      environment: "production",
      id,
      name: `named ${id}`,
      provider: "openai",
      format: "openai",
      baseUrl: "https://api.example.com/v1",
      region: null,
      sealed: "sealed",
      budgetMicroUsd: null,
      createdAt: 1,
      updatedAt: 2,
      ...more,
    });
    const day = (name: string, calls = 1): ConnectionDayRecord => ({
      connection: "b",
      day: name,
      calls,
      failures: 2,
      unpriced: 3,
      inputTokens: 4,
      outputTokens: 5,
      costMicroUsd: 6_000_000_000,
      reservedMicroUsd: 7,
    });
    const full = connection("b", { name: "a first", format: "anthropic", region: "eu", budgetMicroUsd: 5_000_000 });

    it("come back equal, by name, and go with their days, of which the newest stay", async () => {
      await withProject(store(), async (tx) => {
        for (const record of [connection("a"), full]) await tx.putConnection(record);
        for (const record of [day("2026-01-01"), day("2026-01-02"), day("2026-01-02", 9)])
          await tx.putConnectionDay(record, "2026-01-02");
      });
      expect(await store().listConnections("shop", "production")).toEqual([full, connection("a")]);
      expect(await store().listConnections("shop", "staging")).toEqual([]);
      expect([await store().getConnection("shop", "production", "b"), await store().getConnection("shop", "other", "b")]).toEqual(
        [full, null],
      );
      expect([await store().getConnectionDay("b", "2026-01-01"), await store().getConnectionDay("b", "2026-01-02")]).toEqual([
        null,
        day("2026-01-02", 9),
      ]);
      await expect(store().transaction((tx) => tx.putConnection(connection("c", { name: "a first" })))).rejects.toThrow(
        /unique/iu,
      );
      await store().transaction((tx) => tx.removeConnection("b"));
      expect([await store().listConnections("shop", "production"), await store().getConnectionDay("b", "2026-01-02")]).toEqual([
        [connection("a")],
        null,
      ]);
    });
  });

  describe("chores", () => {
    const chore = (id: string, more: Partial<ChoreRecord> = {}): ChoreRecord => ({
      project: "shop",
      id,
      kind: "erase",
      sealed: "v1.sealed",
      createdAt: 1,
      attempts: 0,
      dueAt: 1,
      ...more,
    });

    it("come back in the order in which they are due, are put off and done", async () => {
      const [late, early] = [chore("a", { dueAt: 9 }), chore("b", { kind: "hash", sealed: null, createdAt: 2 })];
      await withProject(store(), async (tx) => {
        for (const record of [late, early]) await tx.putChore(record);
        expect(await tx.countChores()).toBe(2);
      });
      expect(await store().listDueChores(10)).toEqual([early, late]);
      expect(await store().listDueChores(1)).toEqual([early]);
      expect(await store().listChores("shop", 10)).toEqual([late, early]);
      expect(await store().listChores("other", 10)).toEqual([]);
      await store().transaction(async (tx) => {
        await tx.putChore({ ...early, attempts: 3, dueAt: 10 });
        await tx.removeChore("shop", "a");
      });
      expect(await store().listDueChores(10)).toEqual([{ ...early, attempts: 3, dueAt: 10 }]);
    });
  });

  describe("metric definitions", () => {
    it("come back equal by name, in order, and are replaced and removed", async () => {
      const record = (name: string): MetricDefinitionRecord => ({
        project: "shop",
        name,
        definition: { type: "ratio", event: name, per: "people", cap: 2.5, direction: "down", unit: "USD" },
        createdAt: 1,
        updatedAt: 2,
      });
      await withProject(store(), async (tx) => {
        for (const name of ["b", "a"]) await tx.putMetricDefinition(record(name));
        await tx.putMetricDefinition({ ...record("b"), updatedAt: 3 });
      });
      expect(await store().listMetricDefinitions("shop")).toEqual([record("a"), { ...record("b"), updatedAt: 3 }]);
      expect(await store().getMetricDefinition("shop", "a")).toEqual(record("a"));
      await store().transaction((tx) => tx.removeMetricDefinition("shop", "a"));
      expect([await store().getMetricDefinition("shop", "a"), await store().listMetricDefinitions("other")]).toEqual([null, []]);
    });
  });

  describe("snippets", () => {
    const snippet = (name: string, latest = 1, more: Partial<SnippetRecord> = {}): SnippetRecord => ({
      project: "shop",
      name,
      latest,
      text: `${name} ${latest}\n`,
      createdAt: 1,
      updatedAt: latest,
      removedAt: null,
      ...more,
    });

    it("come back equal with their newest text; versions stay, immutable, also of one that is removed", async () => {
      await withProject(store(), async (tx) => {
        for (const record of [snippet("b"), snippet("a"), snippet("b", 2), snippet("c")]) await tx.putSnippet(record);
        await tx.putSnippet(snippet("c", 1, { removedAt: 9 }));
      });
      expect(await store().listSnippets("shop")).toEqual([snippet("a"), snippet("b", 2)]);
      expect(await store().listSnippets("other")).toEqual([]);
      expect(await store().getSnippet("shop", "c")).toEqual(snippet("c", 1, { removedAt: 9 }));
      expect([await store().getSnippet("shop", "d"), await store().getSnippetVersion("shop", "b", 3)]).toEqual([null, null]);
      const first = { project: "shop", name: "b", number: 1, text: "b 1\n", createdAt: 1 };
      expect(await store().getSnippetVersion("shop", "b", 1)).toEqual(first);
      expect(await store().listSnippetVersions("shop", "b", 9)).toEqual([
        { ...first, number: 2, text: "b 2\n", createdAt: 2 },
        first,
      ]);
      expect((await store().listSnippetVersions("shop", "b", 1)).map(({ number }) => number)).toEqual([2]);
      const other = store().transaction((tx) => tx.putSnippet(snippet("b", 2, { text: "else" })));
      await expect(other).rejects.toThrow("version 2 of snippet b is immutable");
    });

    it("are named by the values that were made with them, beside what was written", async () => {
      const written = { value: { reply: "{% snippet 'tone' %}" }, snippets: { tone: 3 } };
      const made = valueVersion({ number: 2, value: { reply: "Be brief." }, written });
      await withProject(store(), async (tx) => {
        await tx.putValueVersion(valueVersion({ number: 1 }));
        await tx.putValueVersion(made);
      });
      const { project, flag, variant, number } = made;
      expect(await store().getValueVersion(project, flag, variant, number)).toEqual(made);
      expect(await store().listSnippetUses("shop")).toEqual([{ flag, variant, number, snippets: { tone: 3 } }]);
      expect(await store().listSnippetUses("other")).toEqual([]);
    });
  });
}
