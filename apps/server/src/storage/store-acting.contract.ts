/** The contract of what acts without somebody at the keyboard (schedules, links, webhooks and connections), of eval reports, of the roles it acts in, and of what waits for review. */

import type { Actor } from "@dimmer/protocol";
import { describe, expect, it } from "vitest";
import { changeRecord, withProject } from "./sample-records.contract.ts";
import type { ConnectionDayRecord, ConnectionRecord } from "./connection-record.ts";
import type { ChangeRequestRecord } from "./change-request-record.ts";
import type { EvalReportRecord } from "./eval-report-record.ts";
import type { ChoreRecord } from "./chore-record.ts";
import type { LinkRecord } from "./link-record.ts";
import type { MetricDefinitionRecord } from "./metric-definition-record.ts";
import type { ScheduleRecord } from "./schedule-record.ts";
import type { Store } from "./store.ts";
import type { DeliveryRecord, WebhookRecord } from "./webhook-record.ts";

const ACTOR: Actor = { kind: "key", id: "key_1", name: "deploy key" };

const scheduleRecord = (sequence: number, more: Partial<ScheduleRecord> = {}): ScheduleRecord => ({
  project: "shop",
  id: `schedule_${sequence}`,
  sequence,
  state: "pending",
  dueAt: 100,
  actor: ACTOR,
  reason: null,
  operations: [{ kind: "kill", flag: "summarizer", environment: "production" }],
  expected: {},
  undoes: null,
  kills: null,
  createdAt: 1,
  settledAt: null,
  change: null,
  problem: null,
  ...more,
});

const requestRecord = (sequence: number, more: Partial<ChangeRequestRecord> = {}): ChangeRequestRecord => ({
  project: "shop",
  id: `request_${sequence}`,
  sequence,
  state: "pending",
  actor: ACTOR,
  editor: ACTOR,
  reason: null,
  source: "api",
  file: null,
  undoes: null,
  operations: [{ kind: "kill", flag: "summarizer", environment: "production" }],
  summary: ["Killed it."],
  effects: [{ resource: "flags/summarizer/environments/production", path: "/enabled", before: true, after: false }],
  approvals: [],
  comments: [],
  createdAt: 1,
  updatedAt: 1,
  settledAt: null,
  change: null,
  ...more,
});

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the ports, `schedule-record.ts`, `link-record.ts`, `connection-record.ts` and `webhook-record.ts`.
 */
export function actingContract(store: () => Store): void {
  it("keeps roles by name, and the last word of each", async () => {
    const role = { name: "b", description: "", rights: ["read", "flag.kill"], createdAt: 1, updatedAt: 1 } as const;
    const edited = { ...role, description: "On call", rights: ["flag.kill"], updatedAt: 2 } as const;
    await store().transaction(async (tx) => {
      for (const record of [role, { ...role, name: "a" }, { ...role, name: "c" }, edited]) await tx.putRole(record);
      await tx.removeRole("c");
    });
    expect(await store().listRoles()).toEqual([{ ...role, name: "a" }, edited]);
    expect([await store().getRole("b"), await store().getRole("c")]).toEqual([edited, null]);
  });

  it("keeps change requests whole, newest first, by state and page", async () => {
    const first = requestRecord(1);
    const applied = requestRecord(2, {
      state: "applied",
      editor: { kind: "person", id: "p1", name: "Ada" },
      reason: "why",
      file: "flags.yaml",
      undoes: "change_0",
      approvals: [{ actor: ACTOR, at: 2 }],
      comments: [{ actor: ACTOR, at: 3, text: "Fine." }],
      settledAt: 9,
      change: "change_1",
    });
    await withProject(store(), async (tx) => {
      for (const record of [first, requestRecord(2), applied, requestRecord(3)]) await tx.putChangeRequest(record);
    });
    expect(await store().listChangeRequests("shop", { limit: 2 })).toEqual([requestRecord(3), applied]);
    expect(await store().listChangeRequests("shop", { limit: 9, before: 3, state: "pending" })).toEqual([first]);
    expect(await store().getChangeRequest("shop", applied.id)).toEqual(applied);
    expect(await store().getChangeRequest("shop", "absent")).toBeNull();
    expect([await store().lastChangeRequestSequence("shop"), await store().lastChangeRequestSequence("other")]).toEqual([3, 0]);
  });

  describe("schedules", () => {
    const settled = { settledAt: 9, change: "change_1", expected: { "flags/a": 3 }, reason: "why", undoes: "change_0" };
    const problem = { code: "forbidden", detail: "revoked" } as const;
    const records = [
      scheduleRecord(1, { dueAt: 300 }),
      scheduleRecord(2, { dueAt: 200 }),
      scheduleRecord(3, { state: "done", ...settled }),
      scheduleRecord(4, { state: "failed", problem }),
      scheduleRecord(5, { dueAt: 200, kills: { model: "claude-opus-4-6", environment: "production" } }),
    ];
    const fill = () =>
      withProject(store(), async (tx) => {
        for (const record of records) await tx.putSchedule(record);
      });
    const sequences = (found: readonly ScheduleRecord[]) => found.map(({ sequence }) => sequence);

    it("come back equal, in pages and by state, and those to run by their time", async () => {
      await fill();
      expect(await store().listSchedules("shop", { limit: 9 })).toEqual([...records].reverse());
      expect(sequences(await store().listSchedules("shop", { limit: 2, before: 4 }))).toEqual([3, 2]);
      expect(sequences(await store().listSchedules("shop", { limit: 9, state: "failed" }))).toEqual([4]);
      expect(await store().listSchedules("elsewhere", { limit: 9 })).toEqual([]);
      expect(sequences(await store().listPendingSchedules(2))).toEqual([2, 5]);
      expect(await store().countPendingSchedules("shop")).toBe(3);
      expect([await store().lastScheduleSequence("shop"), await store().lastScheduleSequence("elsewhere")]).toEqual([5, 0]);
      expect(await store().getSchedule("shop", "schedule_9")).toBeNull();
    });

    it("are claimed once, and not at all when the transaction fails", async () => {
      await fill();
      const claim = (id: string) => store().transaction((tx) => tx.claimSchedule("shop", id));
      const failing = store().transaction(async (tx) => {
        expect(await tx.claimSchedule("shop", "schedule_1")).toBe(true);
        throw new Error("half-way");
      });
      await expect(failing).rejects.toThrow("half-way");
      expect([await claim("schedule_1"), await claim("schedule_1"), await claim("schedule_3")]).toEqual([true, false, false]);
      expect((await store().getSchedule("shop", "schedule_1"))?.state).toBe("running");
    });
  });

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

  describe("links", () => {
    const link = (id: string, more: Partial<LinkRecord> = {}): LinkRecord => ({
      project: "shop",
      id,
      name: "pager",
      flag: "summarizer",
      environment: "production",
      variant: null,
      prefix: "dm_link_abcd",
      hash: `hash of ${id}`,
      createdAt: 1,
      expiresAt: null,
      revokedAt: null,
      usedAt: null,
      ...more,
    });

    it("come back equal by id and by digest, and no two have one digest", async () => {
      const full = link("b", { variant: "opus", expiresAt: 5, revokedAt: 6, usedAt: 7 });
      await withProject(store(), async (tx) => {
        for (const record of [full, link("a")]) await tx.putLink(record);
      });
      expect(await store().listLinks("shop")).toEqual([link("a"), full]);
      expect(await store().findLinkByHash("hash of b")).toEqual(full);
      expect([await store().findLinkByHash("other"), await store().getLink("shop", "c")]).toEqual([null, null]);
      await expect(store().transaction((tx) => tx.putLink(link("c", { hash: "hash of a" })))).rejects.toThrow(/unique/iu);
      await store().transaction((tx) => tx.putLink(link("a", { usedAt: 9 })));
      expect((await store().getLink("shop", "a"))?.usedAt).toBe(9);
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

  describe("webhooks", () => {
    const webhook = (id: string, more: Partial<WebhookRecord> = {}): WebhookRecord => ({
      project: "shop",
      id,
      url: "https://hooks.example.com/",
      state: "active",
      cursor: 0,
      attempts: 0,
      failingSince: null,
      nextAt: 0,
      sealed: "sealed",
      sealedBefore: null,
      beforeUntil: null,
      createdAt: 1,
      ...more,
    });
    const delivery = (id: string, at: number): DeliveryRecord => {
      const tried = { state: "retrying", attempts: 2, status: null, error: "no answer", change: null } as const;
      return { project: "shop", webhook: "a", id, at, ...tried };
    };
    const full = webhook("b", {
      state: "disabled",
      cursor: 7,
      attempts: 3,
      failingSince: 5,
      sealedBefore: "old",
      beforeUntil: 9,
    });
    const fill = () =>
      withProject(store(), async (tx) => {
        for (const record of [full, webhook("a")]) await tx.putWebhook(record);
        for (const [id, at] of [
          ["x", 3],
          ["y", 1],
          ["z", 2],
        ] as const)
          await tx.putDelivery(delivery(id, at), 2);
      });

    it("come back equal, the active ones of all projects, and go with their deliveries", async () => {
      await fill();
      expect(await store().listWebhooks("shop")).toEqual([webhook("a"), full]);
      expect(await store().listActiveWebhooks()).toEqual([webhook("a")]);
      expect(await store().getWebhook("shop", "b")).toEqual(full);
      await store().transaction((tx) => tx.removeWebhook("shop", "a"));
      expect([await store().getWebhook("shop", "a"), await store().listDeliveries("shop", "a")]).toEqual([null, []]);
    });

    it("remember their newest deliveries, newest first", async () => {
      await fill();
      expect(await store().listDeliveries("shop", "a")).toEqual([delivery("x", 3), delivery("z", 2)]);
      await store().transaction((tx) => tx.putDelivery({ ...delivery("z", 4), status: 204, state: "delivered" }, 2));
      expect(await store().getDelivery("shop", "a", "z")).toMatchObject({ at: 4, status: 204, state: "delivered" });
      expect(await store().getDelivery("shop", "a", "y")).toBeNull();
    });

    it("follow the changes of their project one after the other", async () => {
      await withProject(store(), async (tx) => {
        for (const sequence of [3, 1, 2]) await tx.putChange(changeRecord({ sequence }));
      });
      const after = async (sequence: number) => (await store().getChangeAfter("shop", sequence))?.sequence;
      expect([await after(0), await after(1), await after(3)]).toEqual([1, 2, undefined]);
      expect(await store().getChangeAfter("elsewhere", 0)).toBeNull();
    });
  });
}
