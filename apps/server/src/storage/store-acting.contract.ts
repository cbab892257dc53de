/** The contract of what acts without somebody at the keyboard (schedules, links and webhooks), of the roles it acts in, and of what waits for review. */

import type { Actor } from "@dimmer/protocol";
import { describe, expect, it } from "vitest";
import { changeRecord, withProject } from "./sample-records.contract.ts";
import type { ChangeRequestRecord } from "./change-request-record.ts";
import type { LinkRecord } from "./link-record.ts";
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
 * Source: the ports, `schedule-record.ts`, `link-record.ts` and `webhook-record.ts`.
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
      events: ["changes"],
      format: "standard",
      noticeCursor: 0,
      ...more,
    });
    const delivery = (id: string, at: number): DeliveryRecord => {
      const tried = { state: "retrying", attempts: 2, status: null, error: "no answer", change: null, notice: 4 } as const;
      return { project: "shop", webhook: "a", id, at, ...tried };
    };
    const full = webhook("b", {
      state: "disabled",
      cursor: 7,
      attempts: 3,
      failingSince: 5,
      sealedBefore: "old",
      beforeUntil: 9,
      events: ["alerts", "rollouts"],
      format: "slack",
      noticeCursor: 8,
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
