/** The engine in time: start, watchdog, backoff, grace, close; the network is scripted, the clock moves when told. */

import { expect, test } from "vitest";
import {
  jsonResponse,
  openFakeHost,
  openFakeStream,
  type Answer,
  type FakeHost,
  type FakeRequest,
  type FakeStream,
} from "../test/fake-host.ts";
import { booleanFlag, patchFrom, snapshotWith } from "../test/snapshots.ts";
import { openEngine, type Engine, type EngineEvents, type EngineOptions } from "./engine.ts";
import { SNAPSHOT_PATH } from "./sources/poll.ts";
import { remoteSource, type RemoteOptions } from "./sources/remote.ts";

const ADDRESS = { url: "https://flags.example", key: "secret" };

interface World {
  readonly engine: Engine;
  readonly host: FakeHost;
  /** Streams in the order they were opened. */
  readonly streams: readonly FakeStream[];
  readonly events: readonly string[];
}

type Script = (request: FakeRequest, count: number) => Answer | undefined;

interface WorldOptions {
  readonly remote?: Partial<RemoteOptions>;
  readonly engine?: EngineOptions;
  /** What streams say first: the version that they were asked from, unless a test says it itself. */
  readonly isMute?: boolean;
}

/** An engine whose server answers snapshot v1 and opens a stream, unless the script says otherwise. */
function openWorld(
  script: Script = () => undefined,
  { remote = {}, engine: options = {}, isMute = false }: WorldOptions = {},
): World {
  const streams: FakeStream[] = [];
  const events: string[] = [];
  const host = openFakeHost((request, signal) => {
    const scripted = script(request, host.requests.length);
    if (scripted !== undefined) return scripted;
    if (request.path === SNAPSHOT_PATH) return jsonResponse(snapshotWith());
    const stream = openFakeStream(signal);
    streams.push(stream);
    const version = Number(new URL(request.url).searchParams.get("version"));
    if (!isMute) stream.send("hello", { ...HELLO, version });
    return stream.response;
  });
  const engine = openEngine({ source: remoteSource({ ...ADDRESS, ...remote }), ...options }, host.ports);
  for (const event of ["ready", "stale", "error", "configuration-changed"] as const satisfies (keyof EngineEvents)[])
    engine.on(event, () => events.push(event));
  return { engine, host, streams, events };
}

const HELLO = { epoch: "e1", version: 1, heartbeatMs: 15_000 };

async function openLive(script?: Script): Promise<World> {
  const world = openWorld(script);
  await world.host.settle();
  return world;
}

/** Lets time pass on a stream that beats. */
async function advanceBeating({ host, streams }: World, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 15_000) {
    const stream = streams.at(-1);
    if (stream?.isOpen === true) stream.write(": heartbeat\n\n");
    await host.advance(Math.min(15_000, ms - passed));
  }
}

const waitsBetween = ({ requests }: FakeHost): number[] =>
  requests.slice(1).map(({ atMs }, index) => atMs - (requests[index]?.atMs ?? 0));
const answerOf = ({ engine }: World): unknown => engine.evaluate("a", {}).value;

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

test("two heartbeats of silence end a stream; heartbeats keep it", async () => {
  const world = await openLive();
  for (let beat = 0; beat < 10; beat += 1) {
    await world.host.advance(29_999);
    world.streams[0]?.write(": heartbeat\n\n");
  }
  await world.host.settle();
  expect(world.streams[0]?.isOpen).toBe(true);
  await world.host.advance(30_000);
  expect(world.streams[0]?.isOpen).toBe(false);
  expect(world.engine.failure).toMatchObject({ code: "timeout", message: "The stream fell silent: nothing came for 30000 ms." });
  expect(world.engine.staleForMs).toBe(30_000);
  // It was healthy for minutes, so the first wait is the shortest.
  await world.host.advance(1_000);
  expect(world.streams).toHaveLength(2);
});

test("a stream that never says hello is given up, whatever else it says", async () => {
  const world = openWorld(undefined, { isMute: true });
  await world.host.settle();
  for (let beat = 0; beat < 9; beat += 1) {
    world.streams[0]?.write(": heartbeat\n\n");
    await world.host.advance(1_000);
  }
  expect(world.streams[0]?.isOpen).toBe(true);
  await world.host.advance(1_000);
  expect(world.streams[0]?.isOpen).toBe(false);
});

test("a snapshot that does not come is given up after its time", async () => {
  const world = openWorld((_request, count) => (count === 1 ? new Promise<Response>(() => {}) : undefined));
  await world.host.advance(30_000);
  expect(world.engine.failure?.code).toBe("timeout");
  await world.host.advance(1_000);
  expect(world.engine.status).toBe("READY");
});

test("the grace: a short loss is no news, a longer one is stale, and back is ready", async () => {
  let isGone = false;
  const world = await openLive(() => (isGone ? new TypeError("fetch failed") : undefined));
  world.streams[0]?.end();
  await world.host.advance(10_000);
  expect(world.events).toEqual(["ready"]);

  isGone = true;
  world.streams[1]?.end();
  await world.host.advance(4_999);
  expect(world.engine).toMatchObject({ status: "READY", isStale: false });
  await world.host.advance(1);
  expect(world.engine).toMatchObject({ status: "STALE", isStale: true, failure: { code: "network" } });
  expect(world.engine.staleForMs).toBeGreaterThanOrEqual(5_000);
  expect(answerOf(world)).toBe(true);

  isGone = false;
  await world.host.advance(10_000);
  expect(world.events.filter((event) => event !== "error")).toEqual(["ready", "stale", "ready"]);
  expect(world.engine.staleForMs).toBe(0);
});

test("hello of a server that is ahead does not make the snapshot current; what follows does", async () => {
  const world = openWorld(undefined, { isMute: true });
  await world.host.settle();
  world.streams[0]?.fail();
  await world.host.advance(1_000);
  world.streams[1]?.send("hello", { ...HELLO, version: 2 });
  await world.host.advance(4_000);
  expect(world.engine.status).toBe("STALE");
  world.streams[1]?.send("patch", patchFrom(1));
  await world.host.settle();
  expect(world.engine.status).toBe("READY");
});

test("no status ends it for good: waits grow to their cap, and a key that is mended works", async () => {
  let isMended = false;
  const world = openWorld(() => (isMended ? undefined : jsonResponse({}, { status: 401 })));
  await world.host.advance(3_600_000);
  expect(waitsBetween(world.host).slice(0, 12)).toEqual(
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1_000),
  );
  isMended = true;
  await world.host.advance(300_000);
  expect(world.engine.status).toBe("READY");
});

test.each<[string, () => Answer]>([
  ["400", () => jsonResponse({}, { status: 400 })],
  ["404", () => jsonResponse({}, { status: 404 })],
  ["500", () => jsonResponse({}, { status: 500 })],
  ["a redirect", () => new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } })],
  ["no network", () => new TypeError("fetch failed")],
  ["an empty 200", () => jsonResponse("")],
  ["{} as 200", () => jsonResponse({})],
  ["a page as 200", () => jsonResponse("<html>", { headers: { "content-type": "text/html" } })],
])("%s: tried again within half a minute, nothing held is lost", async (_name, answer) => {
  let isBroken = false;
  const world = await openLive(() => (isBroken ? answer() : undefined));
  isBroken = true;
  world.streams[0]?.fail();
  await world.host.advance(600_000);
  expect(answerOf(world)).toBe(true);
  expect(world.engine.status).toBe("STALE");
  expect(Math.max(...waitsBetween(world.host))).toBeLessThanOrEqual(30_000);
  expect(new Set(world.host.requests.map(({ url }) => new URL(url).host))).toEqual(new Set(["flags.example"]));
  isBroken = false;
  await world.host.advance(32_000);
  expect(world.engine.status).toBe("READY");
});

test("never a request inside Retry-After", async () => {
  const world = openWorld((_request, count) =>
    count === 1 ? jsonResponse({}, { status: 429, headers: { "retry-after": "300" } }) : undefined,
  );
  await world.host.advance(300_000);
  expect(world.host.requests).toHaveLength(1);
  await world.host.advance(1_000);
  expect(world.engine.status).toBe("READY");
});

test("a server that ends streams on purpose says when to come back", async () => {
  const world = await openLive();
  world.streams[0]?.write("retry: 8000\n\n");
  world.streams[0]?.end();
  await world.host.advance(8_999);
  expect(world.streams).toHaveLength(1);
  await world.host.advance(1);
  expect(world.streams).toHaveLength(2);
});

test("a refused stream: polling, then the stream again, never both", async () => {
  let isRefusing = true;
  let version = 1;
  const world = openWorld((request) => {
    if (request.path === SNAPSHOT_PATH) return jsonResponse(snapshotWith({ version: version++ }));
    return isRefusing ? jsonResponse({}, { status: 404 }) : undefined;
  });
  await world.host.advance(60_000);
  const polls = world.engine.snapshot?.version ?? 0;
  expect(polls).toBeGreaterThanOrEqual(3);
  expect(world.engine.status).toBe("READY");
  isRefusing = false;
  await advanceBeating(world, 200_000);
  expect(world.streams).toHaveLength(1);
  const before = world.host.requests.length;
  await advanceBeating(world, 300_000);
  expect(world.host.requests).toHaveLength(before);
  expect(world.engine.status).toBe("READY");
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

test("at most one timer and one stream, through an hour of faults", async () => {
  let seed = 7;
  const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const world = openWorld(() => (chance() < 0.3 ? new TypeError("fetch failed") : undefined));
  for (let minute = 0; minute < 60; minute += 1) {
    await world.host.advance(30_000 * chance());
    const stream = world.streams.at(-1);
    if (stream?.isOpen === true && chance() < 0.5) stream.fail();
    await world.host.advance(30_000 * chance());
    expect(world.streams.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(1);
  }
  expect(world.host.mostTimers).toBe(1);
  expect(world.streams.length).toBeGreaterThan(5);
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
  engine.on("ready", (async () => {
    throw new Error("my later mistake");
  }) as () => void);
  const undo = engine.on("ready", () => (heard += 100));
  engine.on("ready", () => (heard += 1));
  undo();
  undo();
  await host.settle();
  expect(heard).toBe(1);
  expect(logged).toEqual(["A listener of ready failed: my own mistake", "A listener of ready failed: my later mistake"]);
});
