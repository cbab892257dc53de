/** The engine while things go wrong: silence, refusals, Retry-After, garbage; time moves when told. */

import { expect, test } from "vitest";
import { jsonResponse, type Answer } from "../test/fake-host.ts";
import { patchFrom, snapshotWith } from "../test/snapshots.ts";
import { advanceBeating, answerOf, HELLO, openLive, openWorld, waitsBetween } from "../test/world.ts";
import { SNAPSHOT_PATH } from "./sources/poll.ts";

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
