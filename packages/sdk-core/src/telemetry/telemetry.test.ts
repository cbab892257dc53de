/** What an SDK counts, when it sends it, and what becomes of each evaluation. */

import { describe, expect, test } from "vitest";
import {
  EVALUATIONS_PATH as PROTOCOL_PATH,
  TELEMETRY_BATCH_LIMITS,
  TelemetryBatchBody,
  type TelemetryBatch,
} from "@dimmer/protocol";
import { jsonResponse } from "../../test/fake-host.ts";
import { snapshotWith } from "../../test/snapshots.ts";
import { ADDRESS, openWorld, type Script, type World } from "../../test/world.ts";
import { SNAPSHOT_PATH } from "../sources/poll.ts";
import { openScopes } from "../scopes.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { EVALUATIONS_PATH, remoteTelemetry, type TelemetryCounts } from "./telemetry.ts";

const BUCKET_MS = TELEMETRY_LIMITS.bucketMs + TELEMETRY_LIMITS.bucketSpreadMs;
const takeAll: Script = ({ path }) => (path === EVALUATIONS_PATH ? jsonResponse({ accepted: 0, dropped: 0 }) : undefined);
const answering =
  (answer: () => Response | Error | Promise<Response>): Script =>
  ({ path }) =>
    path === EVALUATIONS_PATH ? answer() : undefined;

/** The snapshot says this of contexts. */
const declaring =
  (context: unknown): Script =>
  (request, count) =>
    request.path === SNAPSHOT_PATH ? jsonResponse({ ...snapshotWith(), context }) : takeAll(request, count);

async function openCounted(script: Script = takeAll, engine = {}): Promise<World> {
  const world = openWorld(script, { engine: { telemetry: remoteTelemetry(ADDRESS), ...engine } });
  await world.host.settle();
  return world;
}

const batchesOf = ({ host }: World): TelemetryBatch[] =>
  host.requests.filter(({ path }) => path === EVALUATIONS_PATH).map(({ body }) => TelemetryBatchBody.parse(body));
const countsOf = ({ engine }: World): TelemetryCounts => {
  const counts = engine.telemetry?.counts();
  if (counts === undefined) throw new Error("nothing is counted");
  expect(counts.evaluations).toBe(counts.stored + counts.dropped + counts.inFlight);
  return counts;
};
const sumOf = ({ evaluations }: TelemetryBatch): number => evaluations.reduce((sum, { count }) => sum + count, 0);
/** 1 + 2 + … + last. */
const sumTo = (last: number): number => (last * (last + 1)) / 2;
const ask = ({ engine }: World, flag = "a", context: object = { targetingKey: "user-1" }, times = 1): void => {
  for (let time = 0; time < times; time++) engine.evaluate(flag, context);
};

test("the path and the bounds are the protocol's", () => {
  expect(EVALUATIONS_PATH).toBe(PROTOCOL_PATH);
  expect(TELEMETRY_LIMITS.entries).toBeLessThanOrEqual(TELEMETRY_BATCH_LIMITS.evaluations);
  expect(TELEMETRY_LIMITS.addresses + 1).toBeLessThanOrEqual(TELEMETRY_BATCH_LIMITS.people);
  expect(TELEMETRY_LIMITS.attributes).toBeLessThanOrEqual(TELEMETRY_BATCH_LIMITS.attributes);
  expect(TELEMETRY_LIMITS.nameChars).toBeLessThanOrEqual(TELEMETRY_BATCH_LIMITS.nameChars);
  expect(TELEMETRY_LIMITS.attributeChars).toBeLessThanOrEqual(TELEMETRY_BATCH_LIMITS.nameChars);
});

describe("counting", () => {
  test("answers of a few seconds are one batch, of the minute in which it was begun", async () => {
    const world = await openCounted();
    ask(world, "a", { targetingKey: "user-1", plan: "pro" }, 3);
    ask(world, "absent", { targetingKey: "user-2" });
    await world.host.advance(TELEMETRY_LIMITS.bucketMs - 1);
    expect(batchesOf(world)).toEqual([]);
    await world.host.advance(BUCKET_MS);
    const [batch, ...more] = batchesOf(world);
    expect(more).toEqual([]);
    expect(batch?.minute).toBe(Math.floor((Date.UTC(2026, 0, 1) + 1_000_000) / 60_000) * 60_000);
    expect(batch?.evaluations).toEqual([
      expect.objectContaining({ flag: "a", variant: expect.any(String), path: "default", count: 3 }),
      { flag: "absent", reason: "ERROR", errorCode: "FLAG_NOT_FOUND", count: 1 },
    ]);
    expect(batch?.people.map(({ flag, path }) => [flag, path])).toEqual([
      [undefined, undefined],
      ["a", "default"],
    ]);
    expect(countsOf(world)).toEqual({ evaluations: 4, stored: 4, dropped: 0, inFlight: 0 });
  });

  test("names and types of attributes are noted, values are not", async () => {
    const world = await openCounted();
    ask(world, "a", { targetingKey: "user-1", plan: "secret-plan", age: 7, org: { beta: true, tags: ["x"] }, none: null });
    await world.engine.telemetry?.flush();
    expect(batchesOf(world)[0]?.attributes).toEqual([
      { path: "targetingKey", types: ["string"] },
      { path: "plan", types: ["string"] },
      { path: "age", types: ["number"] },
      { path: "org.beta", types: ["boolean"] },
      { path: "org.tags", types: ["array"] },
      { path: "none", types: ["null"] },
    ]);
    expect(JSON.stringify(batchesOf(world))).not.toMatch(/secret-plan|user-1/u);
  });

  test("[private-attributes] how contexts fit what is declared is counted, with values only where they are listed and not private", async () => {
    const context = {
      plan: { type: "string", values: ["free", "pro"] },
      roles: { type: "string", list: true, values: ["admin", "dev"] },
      tier: { type: "string", values: ["canary-tier"], private: true },
      email: { type: "string", private: true },
      name: { type: "string" },
      later: 7,
      ["x".repeat(200)]: { type: "string" },
    } as const;
    const world = await openCounted(declaring(context));
    const people = [
      { plan: "pro", roles: ["admin", "admin", "dev"], tier: "canary-tier", email: "canary@example.org", name: "canary-name" },
      { plan: "canary-plan", roles: "canary-role", tier: "canary-tier", email: 7 },
      { plan: 3 },
      "canary-context",
    ];
    for (const person of people) ask(world, "a", person as object, TELEMETRY_LIMITS.attributesEvery);
    await world.engine.telemetry?.flush();
    const none = { missing: 0, mistyped: 0, notAllowed: 0, values: [] };
    expect(batchesOf(world)[0]?.contexts).toEqual([
      { ...none, path: "plan", seen: 3, mistyped: 1, notAllowed: 1, values: [{ value: "pro", count: 1 }] },
      {
        ...none,
        path: "roles",
        seen: 3,
        missing: 1,
        mistyped: 1,
        values: [
          { value: "admin", count: 1 },
          { value: "dev", count: 1 },
        ],
      },
      { ...none, path: "tier", seen: 3, missing: 1 },
      { ...none, path: "email", seen: 3, missing: 1, mistyped: 1 },
      { ...none, path: "name", seen: 3, missing: 2 },
    ]);
    expect(JSON.stringify(batchesOf(world))).not.toContain("canary");
  });

  test("[private-attributes] names within a private attribute, or within the targeting key, are a part of the value", async () => {
    const context = { email: { type: "string", private: true }, "org.head": { type: "string", private: true }, plan: 7 } as const;
    const world = await openCounted(declaring(context));
    const canary = { canary: { canary: 1 } };
    ask(world, "a", { targetingKey: canary, email: canary, org: { head: canary, size: 3 }, plan: { free: true } });
    await world.engine.telemetry?.flush();
    expect(batchesOf(world)[0]?.attributes).toEqual([
      { path: "targetingKey", types: ["object"] },
      { path: "email", types: ["object"] },
      { path: "org.head", types: ["object"] },
      { path: "org.size", types: ["number"] },
      { path: "plan.free", types: ["boolean"] },
    ]);
  });

  test("what a newer server declares in another way is not looked at, and values are bounded", async () => {
    const odd = await openCounted(declaring(["plan"]));
    const wide = Object.fromEntries(
      Array.from({ length: 250 }, (_, at) => [`a${at}`, { type: "number", list: true, values: [0, 1, 2, 3, 4, 5, 6, 7] }]),
    );
    const full = await openCounted(declaring(wide));
    const person = Object.fromEntries(Object.keys(wide).map((name) => [name, [0, 1, 2, 3, 4, 5, 6, 7]]));
    for (const world of [odd, full]) {
      ask(world, "a", person);
      await world.engine.telemetry?.flush();
    }
    expect(batchesOf(odd)[0]?.contexts).toBeUndefined();
    const contexts = batchesOf(full)[0]?.contexts ?? [];
    expect(contexts).toHaveLength(TELEMETRY_LIMITS.attributes);
    expect(contexts.flatMap(({ values }) => values)).toHaveLength(TELEMETRY_LIMITS.declaredValues);
  });

  test("explaining and peeking do not count, and a scope's answer counts once", async () => {
    const world = await openCounted();
    const scope = openScopes(world.engine, world.host.ports).open({ targetingKey: "user-1" });
    world.engine.explain("a", {});
    world.engine.peek("a", {});
    expect(countsOf(world).evaluations).toBe(0);
    scope.evaluate("a");
    expect(countsOf(world).evaluations).toBe(1);
  });

  test("what an override forced counts apart, and for nobody", async () => {
    const { variants } = snapshotWith().flags["a"] ?? { variants: {} };
    const world = await openCounted(takeAll, { overrides: { a: Object.keys(variants)[0] } });
    ask(world);
    await world.engine.telemetry?.flush();
    expect(batchesOf(world)[0]).toMatchObject({ evaluations: [{ flag: "a", path: "override", count: 1 }], people: [] });
  });

  test("what the overrides of one scope forced counts apart as well", async () => {
    const world = await openCounted();
    const scope = openScopes(world.engine, world.host.ports).open({ targetingKey: "user-1" }, { overrides: { a: "off" } });
    scope.evaluate("a");
    await world.engine.telemetry?.flush();
    expect(batchesOf(world)[0]).toMatchObject({
      evaluations: [{ flag: "a", variant: "off", path: "override", count: 1 }],
      people: [],
    });
  });

  test.each<[string, () => unknown]>([
    [
      "a getter that throws",
      () => ({
        get targetingKey() {
          throw new Error("no");
        },
      }),
    ],
    ["no object", () => 7],
    ["nothing", () => null],
    ["a key that is no text", () => ({ targetingKey: 7 })],
    [
      "a revoked proxy",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
  ])("%s as a context is counted without a person", async (_name, make) => {
    const world = await openCounted();
    world.engine.evaluate("a", make());
    await world.engine.telemetry?.flush();
    expect(countsOf(world)).toMatchObject({ evaluations: 1, stored: 1 });
    expect(batchesOf(world)[0]?.people).toEqual([]);
  });

  test("more names than there is room for are dropped, counted, and told with the next batch", async () => {
    const world = await openCounted();
    for (let at = 0; at < TELEMETRY_LIMITS.unknownFlags + 5; at++) ask(world, `absent-${at}`);
    ask(world, "x".repeat(TELEMETRY_LIMITS.nameChars + 1));
    ask(world);
    await world.engine.telemetry?.flush();
    expect(countsOf(world)).toMatchObject({ evaluations: TELEMETRY_LIMITS.unknownFlags + 7, dropped: 6 });
    expect(batchesOf(world).map(({ dropped }) => dropped)).toEqual([6]);
  });
});

describe("[telemetry-counted] what was counted is stored, dropped or in flight", () => {
  test("a server that is away is asked again with the same batch, and each time later", async () => {
    let isAway = true;
    const world = await openCounted(answering(() => (isAway ? new TypeError("refused") : jsonResponse({ dropped: 0 }))));
    ask(world, "a", {}, 5);
    await world.host.advance(BUCKET_MS);
    expect(countsOf(world)).toMatchObject({ stored: 0, inFlight: 5 });
    ask(world, "a", {}, 2);
    await world.host.advance(2 * BUCKET_MS);
    isAway = false;
    await world.host.advance(TELEMETRY_LIMITS.retryMaxMs);
    expect(countsOf(world)).toEqual({ evaluations: 7, stored: 7, dropped: 0, inFlight: 0 });
    expect(batchesOf(world).map(sumOf)).toEqual([5, 5, 5, 5, 5, 5, 2]);
    expect(world.engine.status).not.toBe("ERROR");
  });

  test("one that stays away costs a bounded number of attempts and of batches", async () => {
    const world = await openCounted(answering(() => new Response(null, { status: 503 })));
    for (let at = 0; at < TELEMETRY_LIMITS.batches + 10; at++) {
      // By its number each batch is known, as chance stands still here.
      ask(world, "a", {}, at + 1);
      await world.host.advance(BUCKET_MS);
    }
    const { dropped, inFlight } = countsOf(world);
    expect(dropped).toBeGreaterThanOrEqual(sumTo(10));
    expect(inFlight).toBeLessThanOrEqual(sumTo(TELEMETRY_LIMITS.batches + 10) - sumTo(10));
    const attempts = new Map<number, number>();
    for (const sum of batchesOf(world).map(sumOf)) attempts.set(sum, (attempts.get(sum) ?? 0) + 1);
    expect(Math.max(...attempts.values())).toBeLessThanOrEqual(TELEMETRY_LIMITS.attempts);
  });

  test.each([
    ["refuses it", 400, 1],
    ["refuses the key", 401, 1],
    ["does not know telemetry", 404, 0],
  ])("a server that %s is not asked again for that batch", async (_name, status, later) => {
    const world = await openCounted(answering(() => new Response(null, { status })));
    ask(world);
    await world.host.advance(BUCKET_MS);
    expect(countsOf(world)).toMatchObject({ dropped: 1, inFlight: 0 });
    ask(world);
    await world.host.advance(2 * BUCKET_MS);
    expect(batchesOf(world)).toHaveLength(1 + later);
  });

  test("what the server had no room for is dropped", async () => {
    const world = await openCounted(answering(() => jsonResponse({ accepted: 1, dropped: 3 })));
    ask(world, "a", {}, 4);
    await world.engine.telemetry?.flush();
    expect(countsOf(world)).toMatchObject({ stored: 1, dropped: 3 });
  });

  test("closing sends the last of it, and gives up a server that does not answer", async () => {
    const world = await openCounted();
    ask(world, "a", {}, 4);
    const closed = world.engine.telemetry?.close();
    world.engine.close();
    await closed;
    expect(countsOf(world)).toEqual({ evaluations: 4, stored: 4, dropped: 0, inFlight: 0 });

    const mute = await openCounted(answering(() => new Promise<Response>(() => {})));
    ask(mute, "a", {}, 4);
    const gone = mute.engine.telemetry?.close();
    mute.engine.close();
    await mute.host.advance(TELEMETRY_LIMITS.closeMs);
    await gone;
    expect(countsOf(mute)).toEqual({ evaluations: 4, stored: 0, dropped: 4, inFlight: 0 });
    expect(mute.host.pendingTimers).toBe(0);
    ask(mute);
    expect(countsOf(mute).evaluations).toBe(4);
  });

  test("there is one timer for the flags and this", async () => {
    const world = await openCounted();
    for (let at = 0; at < 5; at++) {
      ask(world);
      await world.host.advance(BUCKET_MS);
    }
    expect(world.host.mostTimers).toBe(1);
  });
});
