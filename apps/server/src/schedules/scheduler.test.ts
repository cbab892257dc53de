/** Schedules on the real store, with a clock and timers that the test moves. */

import { type Operation, ProblemError, type ScheduleRequest } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { author } from "../access/sample-ports.contract.ts";
import { listAudit } from "../audit/list-audit.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import { erasePerson } from "../audit/erase-person.ts";
import { type Author, type ChangePorts } from "../flags/apply-change.ts";
import {
  ANYONE,
  create,
  inEnvironment,
  openTestProject,
  P,
  PROJECT,
  SUMMARIZER,
  type TestProject,
} from "../flags/sample-project.contract.ts";
import { undoChange } from "../flags/undo.ts";
import type { KeyRecord } from "../storage/store.ts";
import { cancelSchedule } from "./cancel-schedule.ts";
import { createSchedule } from "./create-schedule.ts";
import { runSchedule } from "./run-schedule.ts";
import { SCHEDULE_LIMITS } from "./schedule.ts";
import { openScheduler, type Scheduler } from "./scheduler.ts";

const START = Date.parse("2026-11-27T12:00:00Z");
const MINUTE = 60_000;
const KEY: KeyRecord = {
  id: "key_1",
  kind: "admin",
  name: "deploy key",
  prefix: "dm_admin_abcd",
  hash: "h",
  role: "owner",
  project: null,
  environment: null,
  createdAt: 0,
  expiresAt: null,
  revokedAt: null,
};

/** The token as it asks; what it may do is read when it is done. */
const TOKEN: Author = { ...ANYONE, actor: { kind: "key", id: KEY.id, name: KEY.name } };

let project: TestProject;
let ports: ChangePorts;
let now: number;
let timer: { readonly at: number; readonly ms: number; readonly fire: () => void } | undefined;
let failures: unknown[];
let scheduler: Scheduler;

beforeEach(async () => {
  project = await openTestProject();
  now = START;
  failures = [];
  ports = { ...project.ports, clock: () => now };
  await ports.store.transaction((tx) => tx.putKey(KEY));
  await project.apply([create("summarizer", SUMMARIZER)]);
  scheduler = open();
});
afterEach(async () => {
  await scheduler.close();
  await ports.store.close();
});

function open(from: ChangePorts = ports): Scheduler {
  timer = undefined;
  return openScheduler({
    ...from,
    onFailure: (error) => failures.push(error),
    setTimer(ms, fire) {
      const set = { at: now + ms, ms, fire };
      timer = set;
      return () => {
        if (timer === set) timer = undefined;
      };
    },
  });
}

/** Lets the scheduler look until it sets its timer, as it does at the end of every pass. */
async function look(): Promise<void> {
  scheduler.wake();
  await expect.poll(() => timer?.ms, { interval: 1 }).toBeDefined();
}

const ramp = (percent: number): Operation => ({ kind: "ramp", ...P, rule: "default", variant: "opus", percent });
const inMinutes = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();
const schedule = async (request: Partial<ScheduleRequest> & { at: string }, author: Author = TOKEN) =>
  await createSchedule(ports, author, PROJECT, request.undoes === undefined ? { operations: [ramp(25)], ...request } : request);
const read = async (id: string) => await ports.store.getSchedule(PROJECT, id);
const share = async () => {
  const serve = (await project.config("summarizer")).default;
  return "split" in serve ? serve.split["opus"] : undefined;
};
const actions = async () =>
  (await listAudit(ports.store, `project/${PROJECT}`, { limit: 50, before: null })).map(({ action }) => action).reverse();

describe("a schedule", () => {
  test("[schedule-once] runs at its time, once, in the name of who made it, with its rows in the audit", async () => {
    const { record } = await schedule({ at: inMinutes(10), reason: "launch" });
    await look();
    expect([await share(), (await read(record.id))?.state]).toEqual([0, "pending"]);
    now = START + 10 * MINUTE;
    await look();
    const done = await read(record.id);
    expect(done).toMatchObject({ state: "done", settledAt: now, problem: null });
    expect(await share()).toBe(25);
    const change = await ports.store.getChange(PROJECT, done?.change ?? "");
    expect(change).toMatchObject({ actor: TOKEN.actor, reason: "launch", source: "schedule" });
    expect(project.committed.at(-1)).toEqual(change?.versions);
    await look();
    await runSchedule({ ...ports, onFailure: () => {} }, record);
    expect((await actions()).slice(1)).toEqual(["schedule.create", "change.apply", "schedule.run"]);
    expect(await verifyAudit(ports.store, `project/${PROJECT}`, ports.auditKey)).toMatchObject({ ok: true });
  });

  test("sleeps to what is due next, and never longer than a clock that is set may need", async () => {
    await look();
    expect(timer?.ms).toBe(30_000);
    await schedule({ at: inMinutes(60 * 24 * 300) });
    await schedule({ at: new Date(START + 1_500).toISOString() });
    await look();
    expect(timer?.ms).toBe(1_500);
    // The clock jumps ahead by a year: the next look runs both.
    now += 366 * 86_400_000;
    timer?.fire();
    await expect.poll(async () => await ports.store.countPendingSchedules(PROJECT)).toBe(0);
    // And back: nothing runs again.
    now = START;
    await look();
    expect((await actions()).filter((action) => action === "schedule.run")).toHaveLength(2);
  });

  test("after downtime all run in the order of their times, the late ones marked so", async () => {
    const ids = [];
    for (const [minutes, percent] of [
      [30, 70],
      [10, 30],
      [20, 50],
    ] as const)
      ids.push((await schedule({ at: inMinutes(minutes), operations: [ramp(percent)] })).record.id);
    now = START + 30 * MINUTE + 500;
    await look();
    expect(await share()).toBe(70);
    const rows = await listAudit(ports.store, `project/${PROJECT}`, { limit: 6, before: null });
    const runs = rows.filter(({ action }) => action === "schedule.run").map(({ details }) => details);
    expect(runs).toMatchObject([
      { schedule: ids[0], isLate: false },
      { schedule: ids[2], isLate: true },
      { schedule: ids[1], isLate: true },
    ]);
  });

  test("is applied to whatever is there by then; with `expected` only to what was seen", async () => {
    const resource = "flags/summarizer/environments/production";
    const seen = { [resource]: 1 };
    const { record: rebased } = await schedule({ at: inMinutes(1) });
    const { record: strict } = await schedule({ at: inMinutes(2), operations: [ramp(90)], expected: seen });
    await project.apply([{ kind: "set-targets", ...P, targets: { opus: ["user-8"] } }]);
    now = START + 2 * MINUTE;
    await look();
    expect(await project.config("summarizer")).toMatchObject({
      targets: { opus: ["user-8"] },
      default: { split: { opus: 25, sonnet: 75 } },
    });
    expect(await read(rebased.id)).toMatchObject({ state: "done" });
    expect(await read(strict.id)).toMatchObject({ state: "failed", problem: { code: "revision-mismatch" }, change: null });
    expect((await actions()).at(-1)).toBe("schedule.fail");
    await expect(schedule({ at: inMinutes(9), expected: seen })).rejects.toMatchObject({ code: "revision-mismatch" });
  });

  test("a kill and a stop are not refused for revisions", async () => {
    const expected = { "flags/summarizer/environments/production": 99 };
    await schedule({ at: inMinutes(1), operations: [{ kind: "kill", ...P }], expected });
    await schedule({ at: inMinutes(2), operations: [{ kind: "stop", ...P, variant: "opus" }], expected });
    now = START + 2 * MINUTE;
    await look();
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, stopped: ["opus"] });
  });

  test("a restore may be made before its kill, with a warning", async () => {
    const restore: Operation = { kind: "restore", ...P };
    const { issues } = await schedule({ at: inMinutes(2), operations: [restore] });
    expect(issues).toMatchObject([{ code: "refused-now", severity: "warning" }]);
    await schedule({ at: inMinutes(1), operations: [{ kind: "kill", ...P }] });
    now = START + MINUTE;
    await look();
    expect((await project.config("summarizer")).enabled).toBe(false);
    now = START + 2 * MINUTE;
    await look();
    expect((await project.config("summarizer")).enabled).toBe(true);
  });

  test("undoes a change at a time, unless it was undone or edited by then", async () => {
    const { change } = await project.apply([ramp(60)]);
    const undoes = change?.id ?? "";
    const { record } = await schedule({ at: inMinutes(1), undoes });
    const { record: second } = await schedule({ at: inMinutes(2), undoes });
    now = START + 2 * MINUTE;
    await look();
    expect(await share()).toBe(0);
    expect(await ports.store.getChange(PROJECT, (await read(record.id))?.change ?? "")).toMatchObject({ undoes });
    expect(await read(second.id)).toMatchObject({ state: "failed", problem: { code: "conflict" } });
    await expect(undoChange(ports, ANYONE, { project: PROJECT, change: undoes })).rejects.toMatchObject({ code: "conflict" });
  });

  test.each<[string, Partial<KeyRecord>, string]>([
    ["revoked", { revokedAt: START }, "was revoked"],
    ["expired", { expiresAt: START + 1 }, "has expired"],
    ["bound elsewhere", { environment: "staging" }, "production"],
  ])("fails where anybody sees it when its token was %s", async (_what, more, words) => {
    const { record } = await schedule({ at: inMinutes(1) });
    await ports.store.transaction((tx) => tx.putKey({ ...KEY, ...more }));
    now = START + MINUTE;
    await look();
    const failed = await read(record.id);
    expect(failed).toMatchObject({ state: "failed", problem: { code: "forbidden" } });
    expect(failed?.problem?.detail).toContain(words);
    expect([await share(), (await actions()).at(-1)]).toEqual([0, "schedule.fail"]);
  });

  test("what names an erased person names an alias, and brings nobody back", async () => {
    const targets: Operation = { kind: "set-targets", ...P, targets: { opus: ["ada-lovelace"] } };
    const { record } = await schedule({ at: inMinutes(1), operations: [targets], reason: "for ada-lovelace" });
    const order = { project: PROJECT, person: "ada-lovelace", actor: TOKEN.actor, at: now };
    const erasure = await ports.store.transaction((tx) => erasePerson(tx, order, ports));
    expect(erasure).toMatchObject({ schedules: 1, remaining: [] });
    now = START + MINUTE;
    await look();
    expect(JSON.stringify([await read(record.id), await project.config("summarizer")])).not.toContain("ada-lovelace");
  });
});

describe("refused when it is made", () => {
  test.each<[string, Partial<ScheduleRequest> & { at: string }, string]>([
    ["a time that has passed", { at: inMinutes(0) }, "invalid-request"],
    ["the year 9999", { at: "9999-12-31T23:59:59Z" }, "invalid-request"],
    ["no operations", { at: inMinutes(1), operations: undefined }, "invalid-request"],
    [
      "an unknown flag",
      { at: inMinutes(1), operations: [{ kind: "kill", flag: "absent", environment: "production" }] },
      "not-found",
    ],
    [
      "a share that adds up to more",
      { at: inMinutes(1), operations: [{ kind: "set-split", ...P, rule: "default", split: { opus: 90, sonnet: 90 } }] },
      "invalid-document",
    ],
    [
      "a draft that nobody has seen",
      { at: inMinutes(1), operations: [{ kind: "publish", flag: "summarizer", variant: "opus", environments: ["production"] }] },
      "revision-required",
    ],
    ["the undo of no change", { at: inMinutes(1), undoes: "change_none" }, "not-found"],
  ])("%s", async (_what, request, code) => {
    await expect(schedule(request)).rejects.toMatchObject({ code });
    expect(await ports.store.countPendingSchedules(PROJECT)).toBe(0);
  });

  test("operations and an undo at once, and what the token may not do", async () => {
    const both = { at: inMinutes(1), operations: [ramp(5)], undoes: "change_x" };
    await expect(createSchedule(ports, TOKEN, PROJECT, both)).rejects.toMatchObject({ code: "invalid-request" });
    await expect(schedule({ at: inMinutes(1) }, inEnvironment("staging"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(schedule({ at: inMinutes(1) }, author("other", null))).rejects.toMatchObject({ code: "forbidden" });
  });

  test("more than a project may have waiting", async () => {
    const { record } = await schedule({ at: inMinutes(1) });
    await ports.store.transaction(async (tx) => {
      for (let n = 2; n <= SCHEDULE_LIMITS.pending; n++) await tx.putSchedule({ ...record, id: `s${n}`, sequence: n });
    });
    await expect(schedule({ at: inMinutes(1) })).rejects.toMatchObject({ code: "conflict" });
    // One page after the other.
    now = START + MINUTE;
    await look();
    expect(await ports.store.countPendingSchedules(PROJECT)).toBe(0);
  });

  test("a dry run keeps nothing", async () => {
    await schedule({ at: inMinutes(1), dryRun: true });
    expect([await ports.store.countPendingSchedules(PROJECT), (await actions()).at(-1)]).toEqual([0, "change.apply"]);
  });
});

describe("cancelling", () => {
  const cancel = async (id: string, author: Author = TOKEN) => await cancelSchedule(ports, author, { project: PROJECT, id });

  test("one that is to run, once", async () => {
    const { record } = await schedule({ at: inMinutes(1) });
    await cancel(record.id);
    expect(await cancel(record.id)).toMatchObject({ state: "cancelled", settledAt: now });
    now = START + MINUTE;
    await look();
    expect([await share(), (await actions()).slice(-2)]).toEqual([0, ["schedule.create", "schedule.cancel"]]);
  });

  test("not one that ran, that is not there, or that is not the token's to make", async () => {
    const { record } = await schedule({ at: inMinutes(1) });
    await expect(cancel("absent")).rejects.toMatchObject({ code: "not-found" });
    await expect(cancel(record.id, inEnvironment("staging"))).rejects.toMatchObject({
      code: "not-found",
    });
    const fields: Operation = { kind: "update-flag", flag: "summarizer", fields: { owner: "others" } };
    const { record: shared } = await schedule({ at: inMinutes(2), operations: [fields] });
    await expect(cancel(shared.id, inEnvironment("staging"))).rejects.toMatchObject({
      code: "forbidden",
    });
    now = START + MINUTE;
    await look();
    await expect(cancel(record.id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Undo change_") });
  });
});

test("a store that cannot be written loses nothing: it is tried again, in order", async () => {
  let isDown = true;
  const store = {
    ...ports.store,
    transaction: (async (work) => {
      if (isDown) throw new ProblemError("store-unavailable", "The disk is full.");
      return await ports.store.transaction(work);
    }) as ChangePorts["store"]["transaction"],
  };
  const { record } = await schedule({ at: inMinutes(1) });
  await scheduler.close();
  scheduler = open({ ...ports, store });
  now = START + MINUTE;
  await look();
  expect([(await read(record.id))?.state, timer?.ms, failures.length]).toEqual(["pending", 5_000, 1]);
  isDown = false;
  await look();
  expect(await read(record.id)).toMatchObject({ state: "done" });
});

test("a mistake of ours fails that schedule, is told, and holds up no other", async () => {
  const { record: broken } = await schedule({ at: inMinutes(1) });
  const { record: next } = await schedule({ at: inMinutes(1) });
  await ports.store.transaction((tx) =>
    tx.putSchedule({ ...broken, operations: [{ kind: "no-such-kind" } as unknown as Operation] }),
  );
  now = START + MINUTE;
  await look();
  expect([(await read(broken.id))?.problem?.code, (await read(next.id))?.state]).toEqual(["internal", "done"]);
  expect(failures).toHaveLength(1);
});
