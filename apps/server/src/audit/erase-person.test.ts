/** Erasing a person: gone from history and audit, the chain still whole, and never by accident. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import type { Actor, RolloutMessage } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { raiseAlert } from "../alerts/raise-alert.ts";
import { resolveAlert } from "../alerts/tell-alert.ts";
import { openSqliteStore } from "../storage/dialects/sqlite.ts";
import {
  changeRecord,
  environmentRecord,
  flagRecord,
  keyRecord,
  segmentRecord,
  valueVersion,
} from "../storage/sample-records.contract.ts";
import type { Store } from "../storage/store.ts";
import { appendNotice } from "../webhooks/append-notice.ts";
import { appendAudit, INSTALLATION_CHAIN, projectChain } from "./append-audit.ts";
import { type ErasureOrder, erasePerson, findPerson } from "./erase-person.ts";
import { listAudit } from "./list-audit.ts";
import { personPattern, replaceMentions } from "./person.ts";
import { verifyAudit } from "./verify-audit.ts";

const PERSON = "user-7";
const CHAIN = projectChain("shop");
const CONFIG: FlagEnvironment = { enabled: true, fallback: "sonnet", default: { variant: "sonnet" } };
const TARGETED: FlagEnvironment = { ...CONFIG, targets: { opus: [PERSON, "user-77"] } };
const actor = { kind: "key", id: "key_1", name: "deploy" } as const;
const ports = { random: (bytes: number) => new Uint8Array(bytes).fill(0xab), auditKey: new Uint8Array(32).fill(1) };
const order: ErasureOrder = { project: "shop", person: PERSON, actor, at: 50 };

let store: Store;
const erase = (asked: ErasureOrder) => store.transaction((tx) => erasePerson(tx, asked, ports));
beforeEach(async () => {
  store = await openSqliteStore({ path: ":memory:" });
  await store.transaction(async (tx) => {
    await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
    await tx.putEnvironment(environmentRecord({ key: "production" }));
    await tx.putFlag(flagRecord({ environments: { production: { revision: 3, config: CONFIG } } }));
    await tx.putChange(targeting(1));
    await tx.putChange(changeRecord({ sequence: 2, reason: "nothing to do with user-77 or user-7-beta", versions: {} }));
    const of = { project: "shop", environment: "production", kind: "flag", key: "summarizer", change: "change-1" } as const;
    await tx.putRevision({ ...of, revision: 2, version: 1, config: TARGETED });
    await tx.putRevision({ ...of, revision: 3, version: 2, config: CONFIG });
    await tx.putKey(keyRecord({ project: "shop", name: `${PERSON}'s laptop` }));
    const rows = [{ to: PERSON }, { to: "user-77" }, { [PERSON]: ["a key"] }, { why: `asked by ${PERSON}.` }];
    for (const details of rows) await appendAudit(tx, { chain: CHAIN, at: 1, action: "change.apply", actor, details }, ports);
    const person = { kind: "person", id: "p", name: PERSON } as const;
    await appendAudit(tx, { chain: INSTALLATION_CHAIN, at: 1, action: "person.join", actor: person, details: {} }, ports);
  });
});
afterEach(async () => {
  await store.close();
});

function targeting(sequence: number) {
  return changeRecord({
    sequence,
    actor: { kind: "person", id: PERSON, name: "Somebody" },
    reason: `${PERSON} asked for it`,
    operations: [{ kind: "set-targets", flag: "summarizer", environment: "production", targets: { opus: [PERSON, "user-77"] } }],
    inverse: [{ kind: "set-targets", flag: "summarizer", environment: "production", targets: {} }],
    effects: [{ resource: "flags/summarizer/environments/production", path: "/targets/opus/0", after: PERSON }],
    summary: [`gave opus to ${PERSON}, user-77`],
  });
}

async function everything(): Promise<string> {
  const links = [...(await store.listAuditLinks(CHAIN, 0, 100)), ...(await store.listAuditLinks(INSTALLATION_CHAIN, 0, 100))];
  const payloads = [
    ...(await store.listAuditPayloads(CHAIN, 0, 100)),
    ...(await store.listAuditPayloads(INSTALLATION_CHAIN, 0, 100)),
  ];
  const history = [
    await store.listChanges("shop", { limit: 100 }),
    await store.listRevisions("shop", "production", "flag", "summarizer"),
  ];
  return JSON.stringify([links, payloads, history, await store.listKeys("shop")]);
}

describe("erasePerson", () => {
  it("leaves no word of the person in history, keys or audit, and others alone", async () => {
    expect(await everything()).toMatch(/user-7(?![7-])/);
    const erasure = await erase(order);
    expect(erasure).toEqual({
      alias: "erased:abababab",
      changes: 1,
      requests: 0,
      revisions: 1,
      keys: 1,
      schedules: 0,
      links: 0,
      alerts: 0,
      auditParts: 4,
      remaining: [],
    });
    const after = await everything();
    expect(after).not.toMatch(/user-7(?![7-])/);
    for (const other of ["user-77", "user-7-beta", "erased:abababab's laptop"]) expect(after).toContain(other);
    expect((await store.getChange("shop", "change-1"))?.summary).toEqual(["gave opus to erased:abababab, user-77"]);
    expect((await store.getRevision("shop", "production", "flag", "summarizer", 2))?.config).toEqual({
      ...CONFIG,
      targets: { opus: ["erased:abababab", "user-77"] },
    });
  });

  it("puts an alias in alerts and in what was told of them", async () => {
    const person: Actor = { kind: "person", id: PERSON, name: PERSON };
    const raised = { project: "shop", key: "k", kind: "drift", severity: "note", title: "t", cause: `for ${PERSON}` } as const;
    const alertPorts = { ...ports, clock: () => 5 };
    await store.transaction(async (tx) => {
      const alert = await raiseAlert(tx, alertPorts, { ...raised, evidence: { who: [PERSON] } });
      if (alert !== null) await resolveAlert(tx, alert, { by: person, note: `told ${PERSON}` }, 6);
      const because = [{ reason: "person", say: `${PERSON} paused it`, about: null }] as const;
      const data = { because, evidence: [PERSON], flag: PERSON } as unknown as RolloutMessage["data"];
      const body = { type: "rollout.verdict", timestamp: "2026-01-01T00:00:00.000Z", data } as const;
      await appendNotice(tx, { project: "shop", type: "rollout.verdict", body });
    });
    expect(await erase(order)).toMatchObject({ alerts: 4, remaining: [] });
    const [alert] = await store.listAlerts("shop", { limit: 9 });
    expect(alert).toMatchObject({ cause: "for erased:abababab", resolvedBy: { kind: "person", name: "erased:abababab" } });
    const notices = await store.listNotices("shop", 0, 9);
    // The name of a flag is nobody's.
    expect(JSON.stringify([alert, notices]).match(/user-7(?![7-])/gu)).toHaveLength(1);
    expect(notices[1]?.body).toMatchObject({ type: "alert.resolved", data: { note: "told erased:abababab", state: "resolved" } });
    expect(await erase(order)).toMatchObject({ alerts: 0 });
  });

  it("leaves both chains verifiable, and its own row in each that it touched", async () => {
    await erase(order);
    for (const chain of [CHAIN, INSTALLATION_CHAIN]) {
      expect(await verifyAudit(store, chain, ports.auditKey)).toMatchObject({ ok: true, firstBad: null });
      const [newest] = await listAudit(store, chain, { limit: 1 });
      expect(newest).toMatchObject({ action: "person.erase", actor, details: { alias: "erased:abababab", auditParts: 4 } });
    }
    const details = (await listAudit(store, CHAIN, { limit: 10, before: 5 })).map((row) => row.details);
    expect(details).toEqual([null, null, { to: "user-77" }, null]);
  });

  it("erases again without harm, and erases who erases", async () => {
    await erase(order);
    const again = await erase({ ...order, actor: { kind: "person", id: PERSON, name: PERSON } });
    expect(again).toMatchObject({ changes: 0, revisions: 0, keys: 0, auditParts: 0 });
    expect(await everything()).not.toMatch(/user-7(?![7-])/);
    expect(await verifyAudit(store, CHAIN, ports.auditKey)).toMatchObject({ ok: true, rows: 6 });
  });

  it("says what still names the person, because a change must take it away first", async () => {
    await store.transaction(async (tx) => {
      await tx.putFlag(flagRecord({ environments: { production: { revision: 4, config: TARGETED } } }));
      await tx.putSegment(segmentRecord({ environments: { production: { revision: 1, config: { exclude: [PERSON] } } } }));
      await tx.putValueVersion(valueVersion({ value: { greeting: `Hello ${PERSON}!` } }));
    });
    const { remaining } = await erase(order);
    expect(remaining.map(({ kind, key }) => `${kind} ${key}`)).toEqual(["flag summarizer", "segment beta", "value summarizer"]);
    expect((await findPerson(store, "shop", PERSON)).map(({ kind }) => kind)).toEqual(["flag", "segment", "value"]);
    expect((await store.getFlag("shop", "summarizer"))?.environments["production"]?.config).toEqual(TARGETED);
  });

  it.each([
    [{ person: "opus" }, "conflict"],
    [{ person: "summarizer" }, "conflict"],
    [{ person: "production" }, "conflict"],
    [{ person: "" }, "invalid-request"],
    [{ person: "x".repeat(1_001) }, "invalid-request"],
    [{ person: "half \uD800" }, "invalid-request"],
    [{ project: "elsewhere" }, "not-found"],
  ])("refuses %j as %s, and changes nothing", async (more, code) => {
    const before = await everything();
    await expect(erase({ ...order, ...more })).rejects.toMatchObject({ code });
    expect(await everything()).toBe(before);
  });
});

describe("a person's pattern", () => {
  it.each([
    ["user-7", "user-7", "X"],
    ["user-7", "user-7.", "X."],
    ["user-7", "user-7, user-70 and xuser-7", "X, user-70 and xuser-7"],
    ["user-7", "user-7-beta a-user-7 user-7.5", "user-7-beta a-user-7 user-7.5"],
    ["user-7", "/targets/opus/user-7", "/targets/opus/X"],
    ["ada@example.org", "mail to ada@example.org!", "mail to X!"],
    ["ada@example.org", "not-ada@example.org", "not-ada@example.org"],
    ["a.b", "a.b axb", "X axb"],
    ["Zoë 🎉", "for Zoë 🎉 only", "for X only"],
    ["$&", "costs $& now", "costs X now"],
  ])("%s in %j becomes %j", (person, text, expected) => {
    const pattern = personPattern(person);
    expect(pattern.replaceIn(text, "X")).toBe(expected);
    expect(pattern.isIn(text)).toBe(expected !== text);
  });

  it("replaces keys and strings anywhere, keeps order, and puts the alias in literally", () => {
    const value = { b: [{ "user-7": ["user-7", 7, null, true] }], a: "user-7" };
    expect(JSON.stringify(replaceMentions(value, personPattern("user-7"), "$1"))).toBe(
      '{"b":[{"$1":["$1",7,null,true]}],"a":"$1"}',
    );
  });
});
