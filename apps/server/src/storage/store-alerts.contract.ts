/** The contract of alerts, of the notices that tell them, and of when models retire. */

import type { Actor } from "@dimmer/protocol";
import { describe, expect, it } from "vitest";
import type { AlertPage, AlertRecord } from "./alert-record.ts";
import type { NoticeRecord } from "./notice-record.ts";
import { withProject } from "./sample-records.contract.ts";
import type { Store } from "./store.ts";

const ADA: Actor = { kind: "person", id: "person_1", name: "Ada" };

const alertRecord = (sequence: number, more: Partial<AlertRecord> = {}): AlertRecord => ({
  project: "shop",
  id: `alert_${sequence}`,
  sequence,
  key: `key-${sequence}`,
  kind: "tier-leak",
  severity: "page",
  state: "open",
  environment: "production",
  flag: "summarizer",
  variant: "opus",
  title: "ü",
  cause: "because",
  evidence: { count: 1, "\0": [null] },
  action: { kind: "page", label: "Look", path: "/p" },
  times: 1,
  firstAt: 5,
  lastAt: 6,
  toldAt: 7,
  isTold: true,
  acknowledgedBy: null,
  resolvedBy: null,
  resolvedAt: null,
  note: null,
  ...more,
});

/**
 * Shape:  `store` gives the empty store of the running test.
 * Source: the ports, `alert-record.ts`, `notice-record.ts` and `model-retirement-record.ts`.
 */
export function alertContract(store: () => Store): void {
  describe("alerts", () => {
    const bare = { environment: null, flag: null, variant: null, action: null, toldAt: null, isTold: false } as const;
    const resolved = { state: "resolved", acknowledgedBy: ADA, resolvedBy: ADA, resolvedAt: 9, note: "done" } as const;
    const records = [
      alertRecord(1, { key: "again", ...resolved }),
      alertRecord(2, { severity: "note", ...bare }),
      alertRecord(3, { severity: "note", state: "acknowledged", environment: "staging" }),
      alertRecord(4, { key: "again", severity: "warn", kind: "drift", flag: "search" }),
    ];
    const fill = () =>
      withProject(store(), async (tx) => {
        for (const record of [alertRecord(2), ...records]) await tx.putAlert(record);
      });
    const found = async (page: Partial<AlertPage>) =>
      (await store().listAlerts("shop", { limit: 9, ...page })).map(({ sequence }) => sequence);

    it("come back equal, those opened last first, and the newest of a key", async () => {
      await fill();
      expect(await store().listAlerts("shop", { limit: 9 })).toEqual([...records].reverse());
      expect(await store().getAlert("shop", "alert_1")).toEqual(records[0]);
      expect(await store().newestAlert("shop", "again")).toEqual(records[3]);
      expect([await store().getAlert("other", "alert_1"), await store().newestAlert("shop", "none")]).toEqual([null, null]);
      expect([await store().lastAlertSequence("shop"), await store().lastAlertSequence("other")]).toEqual([4, 0]);
    });

    it("are found by what they are, and counted by how severe they are", async () => {
      await fill();
      expect(await found({ limit: 2, before: 4 })).toEqual([3, 2]);
      expect(await found({ states: ["open", "acknowledged"] })).toEqual([4, 3, 2]);
      expect([await found({ severity: "note" }), await found({ kind: "drift" })]).toEqual([[3, 2], [4]]);
      expect([await found({ flag: "search" }), await found({ environment: "staging" })]).toEqual([[4], [3]]);
      expect(await found({ seen: ["staging"] })).toEqual([3, 2]);
      expect(await store().countAlerts("shop", {})).toEqual({ page: 1, warn: 1, note: 2 });
      expect(await store().countAlerts("shop", { states: ["acknowledged"] })).toEqual({ page: 0, warn: 0, note: 1 });
      expect([await store().leastAlert("shop"), await store().leastAlert("other")]).toEqual([records[1], null]);
    });

    it("keep the newest that are resolved, and all that are not", async () => {
      await fill();
      await store().transaction(async (tx) => {
        for (const sequence of [5, 6]) await tx.putAlert(alertRecord(sequence, resolved));
        await tx.dropResolvedAlerts("shop", 3);
      });
      expect(await found({})).toEqual([6, 5, 4, 3, 2, 1]);
      await store().transaction((tx) => tx.dropResolvedAlerts("shop", 1));
      expect(await found({})).toEqual([6, 4, 3, 2]);
    });
  });

  describe("notices", () => {
    const notice = (sequence: number, topic: NoticeRecord["topic"]): NoticeRecord => {
      const body = { type: "alert.opened", timestamp: "2026-01-01T00:00:00.000Z", data: { id: "ü" } } as unknown;
      return { project: "shop", sequence, at: sequence, topic, body: body as NoticeRecord["body"] };
    };
    const [first, second, third] = [notice(1, "alerts"), notice(2, "rollouts"), notice(3, "alerts")];
    const fill = (keep: number) =>
      withProject(store(), async (tx) => {
        for (const record of [first, second, third]) await tx.putNotice(record, keep);
      });

    it("are followed in order, by topic", async () => {
      await fill(9);
      expect(await store().getNoticeAfter("shop", 0, ["rollouts"])).toEqual(second);
      expect(await store().getNoticeAfter("shop", 1, ["alerts", "rollouts"])).toEqual(second);
      expect(await store().getNoticeAfter("shop", 2, ["rollouts"])).toBeNull();
      expect(await store().listNotices("shop", 1, 1)).toEqual([second]);
      expect([await store().getNotice("shop", 3), await store().getNotice("shop", 4)]).toEqual([third, null]);
      expect([await store().lastNoticeSequence("shop"), await store().lastNoticeSequence("other")]).toEqual([3, 0]);
    });

    it("are kept up to a number", async () => {
      await fill(2);
      expect(await store().listNotices("shop", 0, 9)).toEqual([second, third]);
    });
  });

  it("keeps when models retire, and the last word of each", async () => {
    const of = (model: string, retiresOn: string) => ({ project: "shop", provider: "openai", model, retiresOn });
    await withProject(store(), async (tx) => {
      for (const record of [of("b", "2026-12-01"), of("a", "2027-01-01"), of("b", "2026-12-02")])
        await tx.putModelRetirement(record);
    });
    expect(await store().listModelRetirements("shop")).toEqual([of("a", "2027-01-01"), of("b", "2026-12-02")]);
    await store().transaction((tx) => tx.removeModelRetirement("shop", "openai", "b"));
    expect(await store().listModelRetirements("shop")).toEqual([of("a", "2027-01-01")]);
  });
}
