/** When an alert opens, counts on, opens again and is told, on the real store. */

import { ALERT_LIMITS, type Actor } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededBytes } from "../access/sample-ports.contract.ts";
import { openSqliteStore } from "../storage/dialects/sqlite.ts";
import { withProject } from "../storage/sample-records.contract.ts";
import type { Store } from "../storage/store.ts";
import { type RaisedAlert, raiseAlert, REOPEN_MS } from "./raise-alert.ts";
import { settleAlert } from "./settle-alert.ts";
import { resolveAlert } from "./tell-alert.ts";

const MINUTE = 60_000;
const ADA: Actor = { kind: "person", id: "person_1", name: "Ada" };
const LEAK: RaisedAlert = {
  project: "shop",
  key: "leak",
  kind: "tier-leak",
  severity: "warn",
  environment: "production",
  flag: "summarizer",
  title: "A leak",
  cause: "Somebody.",
  evidence: { count: 1 },
};

let store: Store;
let now: number;
const ports = { clock: () => now, random: seededBytes(3) };
beforeEach(async () => {
  now = 1_800_000_000_000;
  store = await openSqliteStore({ path: ":memory:" });
  await withProject(store);
});
afterEach(() => store.close());

const raise = (more: Partial<RaisedAlert> = {}) => store.transaction((tx) => raiseAlert(tx, ports, { ...LEAK, ...more }));
const settle = () => store.transaction((tx) => settleAlert(tx, ports, LEAK));
const standing = async () => await store.newestAlert("shop", LEAK.key);
const all = async () => await store.listAlerts("shop", { limit: 2_000 });
const told = async () => (await store.listNotices("shop", 0, 5_000)).map(({ body }) => body.type.split(".")[1]);
const put = async (more: object) => {
  const record = await standing();
  if (record !== null) await store.transaction((tx) => tx.putAlert({ ...record, ...more }));
};

describe("an alert", () => {
  test("[alerts-once] of one key is one, counts on with what is newest, and is told once", async () => {
    await raise();
    now += MINUTE;
    await raise({ cause: "Somebody else.", evidence: { count: 2 } });
    expect(await all()).toMatchObject([
      { state: "open", times: 2, cause: "Somebody else.", evidence: { count: 2 }, firstAt: now - MINUTE, lastAt: now },
    ]);
    expect(await told()).toEqual(["opened"]);
    await raise({ key: "another" });
    expect(await all()).toHaveLength(2);
    expect((await all()).map(({ sequence }) => sequence)).toEqual([2, 1]);
  });

  test("that somebody took stays so until it gets more severe, and never gets less severe by itself", async () => {
    await raise();
    await put({ state: "acknowledged", acknowledgedBy: ADA });
    expect(await raise({ severity: "note" })).toMatchObject({ state: "acknowledged", severity: "warn" });
    expect(await raise({ severity: "page" })).toMatchObject({ state: "open", severity: "page", acknowledgedBy: null });
    expect(await told()).toEqual(["opened", "opened"]);
  });

  test("[alerts-once] that comes and goes opens again, and is told of once an hour at most", async () => {
    const first = await raise();
    for (let minute = 0; minute < 59; minute++) {
      now += MINUTE;
      await (minute % 2 === 0 ? settle() : raise());
    }
    expect(await all()).toHaveLength(1);
    expect(await told()).toEqual(["opened", "resolved"]);
    // It stands again, was told as resolved, and an hour is over since it was told.
    await raise();
    now += MINUTE;
    await raise();
    expect(await standing()).toMatchObject({ id: first?.id, state: "open", isTold: true });
    expect(await told()).toEqual(["opened", "resolved", "opened"]);
    await settle();
    expect(await told()).toEqual(["opened", "resolved", "opened", "resolved"]);
    await settle();
    expect(await standing()).toMatchObject({ state: "resolved", resolvedBy: null, resolvedAt: now });
  });

  test("that somebody resolved is told at once when it comes again, and is another one after an hour", async () => {
    const first = await raise();
    if (first === null) throw new Error("no alert");
    await store.transaction((tx) => resolveAlert(tx, first, { by: ADA, note: "mended" }, now));
    expect(await standing()).toMatchObject({ resolvedBy: ADA, note: "mended" });
    expect(await raise()).toMatchObject({ id: first.id, state: "open", times: 2, resolvedBy: null, note: null });
    expect(await told()).toEqual(["opened", "resolved", "opened"]);
    await settle();
    now += REOPEN_MS;
    const second = await raise();
    expect(second?.id).not.toBe(first.id);
    expect(second).toMatchObject({ times: 1, firstAt: now });
    expect((await all()).map(({ state }) => state)).toEqual(["open", "resolved"]);
  });

  test("says in its message where it is and why, without the evidence", async () => {
    await raise();
    const [notice] = await store.listNotices("shop", 0, 9);
    expect(notice).toMatchObject({ topic: "alerts", at: now, sequence: 1 });
    if (notice?.body.type !== "alert.opened") throw new Error("no notice");
    const { data } = notice.body;
    expect(data).toMatchObject({ project: "shop", kind: "tier-leak", cause: "Somebody.", environment: "production" });
    expect(data.path).toBe(`/api/v1/projects/shop/alerts/${data.id}`);
    expect(Object.keys(data)).not.toEqual(expect.arrayContaining(["evidence"]));
    expect(JSON.stringify(data)).not.toMatch(/isTold|toldAt|sequence|"key"/u);
  });

  test("is cut to its bounds rather than refused", async () => {
    const long = "x".repeat(5_000);
    const kept = await raise({ title: long, cause: long, evidence: { text: "y".repeat(40_000) } });
    expect([kept?.title.length, kept?.cause.length]).toEqual([ALERT_LIMITS.titleChars, ALERT_LIMITS.causeChars]);
    expect(kept?.evidence).toEqual({ leftOut: "The evidence has 40011 bytes." });
  });

  test("takes the place of the least severe where too many stand, and of none that is more severe", async () => {
    const first = await raise({ key: "first", severity: "note" });
    await store.transaction(async (tx) => {
      const record = await tx.getAlert("shop", first?.id ?? "");
      if (record === null) throw new Error("no alert");
      for (let sequence = 2; sequence <= ALERT_LIMITS.open; sequence++)
        await tx.putAlert({ ...record, id: `alert_${sequence}`, key: `k${sequence}`, severity: "warn", sequence });
    });
    expect(await raise({ key: "page", severity: "page" })).toMatchObject({ state: "open" });
    expect(await store.getAlert("shop", first?.id ?? "")).toMatchObject({
      state: "resolved",
      note: expect.stringContaining("room"),
    });
    expect(await raise({ key: "note", severity: "note" })).toBeNull();
    const { page, warn, note } = await store.countAlerts("shop", { states: ["open"] });
    expect([page, warn, note]).toEqual([1, ALERT_LIMITS.open - 1, 0]);
  });
});
