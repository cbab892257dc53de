/** From what SDKs send to an alert: at once for the first, and once for all of them. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Snapshot } from "@dimmer/evaluation";
import type { AlertView, EvaluationCount } from "@dimmer/protocol";
import { seededBytes } from "../../access/sample-ports.contract.ts";
import { openSqliteStore } from "../../storage/dialects/sqlite.ts";
import { withProject } from "../../storage/sample-records.contract.ts";
import type { Store } from "../../storage/store.ts";
import type { KeptEvent } from "../../telemetry/event-store.ts";
import { openTestServer, TOKENS, type TestServer } from "../../testing/open-test-server.contract.ts";
import { openSightings, SIGHTING_LIMITS, type Sightings } from "./sightings.ts";

const PLACE = { project: "shop", environment: "production" };
const ONLY = { plan: "pro" };
const FLAG = {
  variants: { opus: { only: ONLY, version: 2, digest: "b", earlier: { 1: "a" } }, haiku: { version: 1, digest: "c" } },
  rules: [{ id: "all", when: { country: "de" }, serve: { variant: "opus" } }],
  default: { variant: "haiku" },
  fallback: [{ variant: "haiku" }],
};
const VALUES = { a: '{"model":"claude-opus-4-5"}', b: '{"model":"claude-opus-4-6"}', c: '{"reply":"later"}' };
const SNAPSHOT = { flags: { model: FLAG }, values: VALUES } as unknown as Snapshot;
const blocked = (more: Partial<EvaluationCount> = {}): EvaluationCount => ({
  flag: "model",
  variant: "haiku",
  path: "fallback",
  rule: "all",
  reason: "DISABLED",
  blocked: true,
  count: 3,
  ...more,
});

let store: Store;
let now: number;
let timers: { readonly ms: number; readonly fire: () => void }[];
let failures: unknown[];
let told: string[];
let sightings: Sightings;
let isAway = false;
beforeEach(async () => {
  now = 1_800_000_000_000;
  [timers, failures, told] = [[], [], []];
  store = await openSqliteStore({ path: ":memory:" });
  await withProject(store);
  sightings = openSightings({
    store: { transaction: (work) => (isAway ? Promise.reject(new Error("full")) : store.transaction(work)) },
    clock: () => now,
    random: seededBytes(2),
    snapshotOf: ({ project }) => (project === "shop" ? SNAPSHOT : undefined),
    setTimer: (ms, fire) => {
      timers.push({ ms, fire });
      return () => {};
    },
    onFailure: (error) => failures.push(error),
    told: (project) => told.push(project),
  });
});
afterEach(async () => {
  await sightings.close();
  await store.close();
});
const alerts = async () => await store.listAlerts("shop", { limit: 99 });

describe("a tier leak", () => {
  test("[leaks-alert] of one evaluation is an alert at once, and one however many follow", async () => {
    sightings.evaluations(PLACE, [blocked({ count: 1 }), { ...blocked(), blocked: undefined }]);
    await expect.poll(alerts).toMatchObject([
      {
        kind: "tier-leak",
        severity: "warn",
        state: "open",
        environment: "production",
        flag: "model",
        variant: "opus",
        evidence: { evaluations: 1, events: 0, rule: "all", variants: ["opus"] },
        cause: expect.stringContaining("rule all of model led to opus"),
        action: { kind: "page", path: "/projects/shop/flags/model?env=production" },
        times: 1,
      },
    ]);
    expect(told).toEqual(["shop"]);
    for (let n = 0; n < 5; n++) sightings.evaluations(PLACE, [blocked()]);
    now += SIGHTING_LIMITS.gatherMs;
    timers.at(-1)?.fire();
    await expect.poll(async () => (await alerts())[0]?.times).toBe(2);
    expect(await alerts()).toMatchObject([{ evidence: { evaluations: 16 } }]);
    expect(await store.listNotices("shop", 0, 9)).toHaveLength(1);
  });

  test("is told by single events, too, by rule and pin; what an override forced is a test", async () => {
    const served = { flag: "model", variant: "haiku", path: "fallback", rule: "all", blocked: true } as const;
    const event = (more: object) =>
      ({ kind: "exposure", id: "e", at: now, served: { ...served, ...more } }) as unknown as KeptEvent;
    sightings.events(PLACE, [event({}), event({ pinned: true }), event({ overridden: true }), event({ flag: "unknown" })]);
    sightings.evaluations(PLACE, [blocked({ path: "override" })]);
    await expect.poll(async () => (await alerts()).length).toBe(2);
    expect((await alerts()).map(({ key }) => key).sort()).toEqual([
      "tier-leak/production/model/all",
      "tier-leak/production/model/pin",
    ]);
  });

  test("whose rule nobody knows is of the flag, so that no sender makes alerts without end", async () => {
    for (let n = 0; n < 9; n++) sightings.evaluations(PLACE, [blocked({ rule: `made-up-${n}` })]);
    await sightings.close();
    expect(await alerts()).toMatchObject([{ key: "tier-leak/production/model/", evidence: { evaluations: 27 } }]);
  });

  test("waits for a store that is away", async () => {
    isAway = true;
    sightings.evaluations(PLACE, [blocked({ count: 1 })]);
    await expect.poll(() => failures).toHaveLength(1);
    sightings.evaluations(PLACE, [blocked({ count: 1 })]);
    isAway = false;
    timers.at(-1)?.fire();
    await expect.poll(alerts).toMatchObject([{ evidence: { evaluations: 2 } }]);
  });
});

test("[other-model] a call that another model answered than the evaluated value names is an alert of its variant", async () => {
  const call = (responseModel: string | undefined, more: object = {}, served: object = {}) =>
    ({
      kind: "generation",
      id: "g",
      at: now,
      attempt: 1,
      responseModel,
      served: { flag: "model", variant: "opus", valueVersion: 2, ...served },
      ...more,
    }) as unknown as KeptEvent;
  sightings.events(PLACE, [
    call("claude-opus-4-6-20260101"),
    call(undefined),
    call("gpt-9", { attempt: 2 }),
    call("gpt-9", { shadow: true }),
    call("gpt-9", {}, { overridden: true }),
    call("gpt-9", {}, { valueVersion: 7 }),
    call("claude-opus-4-5", {}, { valueVersion: 1 }),
    call("gpt-9", {}, { variant: "haiku" }),
    call("gpt-9", {}, { flag: "unknown" }),
  ]);
  sightings.events(PLACE, [call("gpt-8"), call("gpt-9"), call("gpt-9", {}, { valueVersion: undefined })]);
  // Of all of them three: the first ones are what was evaluated, or say nothing of it.
  await expect.poll(alerts).toMatchObject([
    {
      kind: "other-model",
      severity: "warn",
      flag: "model",
      variant: "opus",
      evidence: { calls: 3, asked: "claude-opus-4-6", answered: "gpt-9" },
      title: "model: opus is claude-opus-4-6, and gpt-9 answers",
    },
  ]);
});

test("a model without a price is an alert of the project", async () => {
  const model = { ...PLACE, provider: "openai", model: "gpt-9", flag: "model", variant: "opus" };
  sightings.unpriced(model);
  sightings.unpriced({ ...model, environment: "staging" });
  await expect
    .poll(alerts)
    .toMatchObject([{ kind: "unpriced-model", severity: "warn", title: "openai gpt-9 answers and has no price" }]);
});

describe("over the API", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await openTestServer();
  });
  afterEach(() => server.close());

  test("[leaks-alert] what an SDK counts as blocked is in the inbox a moment later, and is taken and resolved there", async () => {
    const environment = { enabled: true, fallback: "haiku", rules: FLAG.rules, default: { variant: "haiku" } };
    const variants = { opus: { value: "o", only: ONLY }, haiku: { value: "h" } };
    const about = { type: "string", purpose: "release", owner: "tests", removeBy: "2099-12-31" };
    const definition = { ...about, variants, environments: { production: environment } };
    const made = await server.operate("createFlag", {}, { body: { key: "model", definition } });
    expect(made).toMatchObject({ status: 201 });
    const batch = { format: 1, batch: "0123456789abcdef", minute: Date.now(), dropped: 0, people: [], attributes: [] };
    const body = { ...batch, evaluations: [blocked({ count: 1 })] };
    await server.operate("sendTelemetry", {}, { token: TOKENS.server, body });
    const list = async () => ((await server.operate("listAlerts")).json as { items: AlertView[] }).items;
    await expect.poll(list).toMatchObject([{ kind: "tier-leak", flag: "model", state: "open" }]);
    const alert = (await list())[0]?.id ?? "";
    expect((await server.operate("countAlerts")).json).toEqual({ page: 0, warn: 1, note: 0 });
    expect((await server.operate("getAlert", { alert })).json).toMatchObject({ evidence: { evaluations: 1, rule: "all" } });
    const acknowledged = await server.operate("acknowledgeAlert", { alert }, { body: { note: "mine" } });
    expect(acknowledged.json).toMatchObject({ state: "acknowledged", note: "mine", acknowledgedBy: { kind: "key" } });
    expect((await server.operate("resolveAlert", { alert }, { body: {} })).json).toMatchObject({ state: "resolved" });
    expect((await server.operate("listAlerts", {}, { query: "?state=standing" })).json).toMatchObject({ items: [] });
  });
});
