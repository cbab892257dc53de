/** The engine in time: start, patches, bootstrap, close; the network is scripted, the clock moves when told. */

import { expect, test } from "vitest";
import { jsonResponse, openFakeHost } from "../test/fake-host.ts";
import { booleanFlag, patchFrom, snapshotWith } from "../test/snapshots.ts";
import { ADDRESS, answerOf, openLive, openWorld, type Script, type World } from "../test/world.ts";
import { openEngine } from "./engine.ts";
import { SNAPSHOT_PATH } from "./sources/poll.ts";
import { remoteSource } from "./sources/remote.ts";

test("start: the snapshot, then the stream from its version; the key travels only in its header", async () => {
  const { engine, host, events } = await openLive();
  expect(host.requests.map(({ url }) => url)).toEqual([
    "https://flags.example/sdk/v1/snapshot",
    "https://flags.example/sdk/v1/stream?epoch=e1&version=1",
  ]);
  for (const request of host.requests) {
    expect(request.headers.get("authorization")).toBe("Bearer secret");
    expect(request.redirect).toBe("manual");
  }
  expect(events).toEqual(["ready"]);
  expect(engine.status).toBe("READY");
  expect(engine.staleForMs).toBe(0);
});

test("before the first snapshot: PROVIDER_NOT_READY, and why", async () => {
  const { engine, host } = openWorld(() => jsonResponse({}, { status: 401 }));
  expect(engine.evaluate("a", {})).toMatchObject({ value: undefined, reason: "ERROR", errorCode: "PROVIDER_NOT_READY" });
  expect(engine.explain("a", {})).toMatchObject({ evaluation: { errorCode: "PROVIDER_NOT_READY" }, trace: [] });
  expect(engine.status).toBe("NOT_READY");
  await host.settle();
  expect(engine.status).toBe("ERROR");
  expect(engine.evaluate("a", {}).errorMessage).toContain("401: the key is not accepted");
});

test("a patch is applied, and tells which flags changed", async () => {
  const world = await openLive();
  const changes: unknown[] = [];
  world.engine.on("configuration-changed", (change) => changes.push(change));
  world.engine.onFlagChange("a", ({ before, after }) => changes.push([before?.default, after?.default]));
  world.engine.onFlagChange("b", () => changes.push("never"));
  world.streams[0]?.send("patch", patchFrom(1, { flags: { a: booleanFlag("off") } }));
  await world.host.settle();
  expect(answerOf(world)).toBe(false);
  expect(changes).toEqual([{ epoch: "e1", version: 2, flagsChanged: ["a"] }, [{ variant: "on" }, { variant: "off" }]]);
});

test.each<[string, unknown]>([
  ["a gap", patchFrom(5)],
  ["another epoch", patchFrom(1, { epoch: "e2" })],
  ["a garbled patch", { format: 1 }],
  ["no JSON", undefined],
])("%s in the stream is mended by the snapshot, on the same stream", async (_name, data) => {
  const world = await openLive((request, count) =>
    count === 3 && request.path === SNAPSHOT_PATH ? jsonResponse(snapshotWith({ version: 9 })) : undefined,
  );
  world.streams[0]?.send("patch", data);
  await world.host.settle();
  expect(world.host.requests[2]?.headers.get("if-none-match")).toBe('"e1:1"');
  expect(world.engine.snapshot?.version).toBe(9);
  world.streams[0]?.send("patch", patchFrom(9, { flags: { a: booleanFlag("off") } }));
  await world.host.settle();
  expect(answerOf(world)).toBe(false);
  expect(world.streams).toHaveLength(1);
});

test("a snapshot of another version than its ETag is not taken, nor a patch of another than its id", async () => {
  const etag = { headers: { etag: '"e1:9"' } };
  const world = await openLive((request, count) =>
    count > 1 && request.path === SNAPSHOT_PATH
      ? jsonResponse(snapshotWith({ version: count === 3 ? 8 : 9, flags: { a: booleanFlag("off") } }), etag)
      : undefined,
  );
  world.streams[0]?.write(`id: e1:2\nevent: patch\ndata: ${JSON.stringify(patchFrom(1, { version: 90 }))}\n\n`);
  await world.host.settle();
  expect(world.engine.snapshot?.version).toBe(1);
  expect(world.engine.failure?.message).toContain("of another version than its ETag");
  await world.host.advance(1_000);
  expect(world.engine.snapshot?.version).toBe(9);
});

test("without the stream and an interval: one snapshot, no timer, never stale", async () => {
  const world = openWorld(undefined, { remote: { stream: false } });
  await world.host.advance(3_600_000);
  expect(world.host.requests).toHaveLength(1);
  expect(world.host.pendingTimers).toBe(0);
  expect(world.engine.status).toBe("READY");
});

test("without the stream, at an interval: 304 keeps it fresh", async () => {
  const script: Script = ({ headers }) => (headers.has("if-none-match") ? new Response(null, { status: 304 }) : undefined);
  const world = openWorld(script, { remote: { stream: false, pollIntervalMs: 10_000 } });
  await world.host.advance(60_000);
  expect(world.host.requests.length).toBeGreaterThanOrEqual(6);
  expect(world.engine.status).toBe("READY");
  expect(world.events).toEqual(["ready"]);
});

test("an interval of a month is kept, with nothing in between", async () => {
  const month = 30 * 86_400_000;
  const world = openWorld(undefined, { remote: { stream: false, pollIntervalMs: month } });
  await world.host.advance(0.9 * month - 1);
  expect(world.host.requests).toHaveLength(1);
  await world.host.advance(1);
  expect(world.host.requests).toHaveLength(2);
});

test("a grace without end: answers are never stale", async () => {
  let isGone = false;
  const world = openWorld(() => (isGone ? new TypeError("fetch failed") : undefined), {
    engine: { staleAfterMs: Number.POSITIVE_INFINITY },
  });
  await world.host.settle();
  isGone = true;
  world.streams[0]?.fail();
  await world.host.advance(3_600_000);
  expect(world.engine).toMatchObject({ status: "READY", isStale: false, failure: { code: "network" } });
});

test("a bootstrap answers at once, becomes stale without a source, and gives way to it", async () => {
  let isBroken = true;
  const engine = { bootstrap: snapshotWith({ environment: "baked-in", flags: { a: booleanFlag("off") } }) };
  const world = openWorld(() => (isBroken ? new TypeError("fetch failed") : undefined), { engine });
  expect(answerOf(world)).toBe(false);
  expect(world.engine.status).toBe("READY");
  await world.host.advance(5_000);
  expect(world.engine.status).toBe("STALE");
  isBroken = false;
  await world.host.advance(30_000);
  expect(answerOf(world)).toBe(true);
  expect(world.engine.status).toBe("READY");
});

test("a bootstrap that is no snapshot is an error, not the end", async () => {
  const world = openWorld(undefined, { engine: { bootstrap: { flags: "none" } } });
  expect(world.engine.failure).toMatchObject({ code: "payload" });
  await world.host.settle();
  expect(world.engine.status).toBe("READY");
});

test("overrides that change are a change like others, of the flags they touch; the same again is none", async () => {
  const world = await openLive();
  const changes: unknown[] = [];
  world.engine.on("configuration-changed", ({ flagsChanged }) => changes.push(flagsChanged));
  world.engine.onFlagChange("a", () => changes.push("a"));
  world.engine.setOverrides({ a: "off", unheard: "of" });
  expect(answerOf(world)).toBe(false);
  world.engine.setOverrides({ a: "off" });
  world.engine.setOverrides({});
  expect(answerOf(world)).toBe(true);
  expect(changes).toEqual([["a"], "a", ["a"], "a"]);
  world.engine.close();
  world.engine.setOverrides({ a: "off" });
  expect(changes).toHaveLength(4);
});

test("a snapshot alone is never stale", async () => {
  const host = openFakeHost(() => new Error("no network"));
  const engine = openEngine({ bootstrap: snapshotWith(), overrides: { a: "off" } }, host.ports);
  await host.advance(3_600_000);
  expect(engine.evaluate("a", {})).toMatchObject({ value: false, flagMetadata: { overridden: true } });
  expect(engine.explain("a", {}).evaluation.value).toBe(false);
  expect(engine).toMatchObject({ status: "READY", staleForMs: 0 });
  expect(host.requests).toEqual([]);
});

test.each<[string, (world: World) => Promise<void>]>([
  ["while the first snapshot is fetched", async () => {}],
  ["while the stream is open", async ({ host }) => host.settle()],
  [
    "while it waits to try again",
    async ({ host, streams }) => {
      await host.settle();
      streams[0]?.fail();
      await host.settle();
    },
  ],
])("close %s: nothing is pending and nothing happens any more", async (_name, until) => {
  const world = openWorld();
  await until(world);
  const before = answerOf(world);
  const events = [...world.events];
  world.engine.close();
  world.engine.close();
  const requests = world.host.requests.length;
  await world.host.advance(600_000);
  expect(world.host.pendingTimers).toBe(0);
  expect(world.host.requests).toHaveLength(requests);
  expect(world.streams.some(({ isOpen }) => isOpen)).toBe(false);
  expect(world.events).toEqual(events);
  expect(world.engine).toMatchObject({ status: "CLOSED", isStale: true });
  expect(answerOf(world)).toBe(before);
  await world.engine.settled;
});

test("a listener that throws, or rejects, is logged and harms nobody", async () => {
  const logged: string[] = [];
  const host = openFakeHost(() => jsonResponse(snapshotWith()));
  const ports = { ...host.ports, log: (_level: string, message: string) => logged.push(message) };
  const engine = openEngine({ source: remoteSource({ ...ADDRESS, stream: false }) }, ports);
  let heard = 0;
  engine.on("ready", () => {
    throw new Error("my own mistake");
  });
  engine.on("ready", (): unknown => Promise.reject(new Error("my later mistake")));
  const undo = engine.on("ready", () => (heard += 100));
  engine.on("ready", () => (heard += 1));
  undo();
  undo();
  await host.settle();
  expect(heard).toBe(1);
  expect(logged).toEqual(["A listener of ready failed: my own mistake", "A listener of ready failed: my later mistake"]);
});
