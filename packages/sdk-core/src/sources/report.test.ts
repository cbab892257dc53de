/** What an engine says of itself, and when. */

import { expect, test } from "vitest";
import { jsonResponse, type FakeRequest } from "../../test/fake-host.ts";
import { patchFrom, snapshotWith } from "../../test/snapshots.ts";
import { openWorld, type Script, type World } from "../../test/world.ts";
import { ENGINE_LIMITS } from "../limits.ts";
import { SNAPSHOT_PATH } from "./poll.ts";
import { APPLIED_PATH } from "./report.ts";

const LISTED = { agent: "dimmer-test/1.2.3", instance: "instance-1" };
const ALL_MS = ENGINE_LIMITS.reportAfterMs + ENGINE_LIMITS.reportSpreadMs;

async function openStreaming(script?: Script): Promise<World> {
  const world = openWorld(script, { remote: LISTED });
  await world.host.settle();
  return world;
}

const reportsOf = ({ host }: World): readonly FakeRequest[] => host.requests.filter(({ path }) => path === APPLIED_PATH);
const versionsOf = (world: World): unknown[] => reportsOf(world).map(({ body }) => body);
const patch = ({ streams }: World, from: number): void => streams.at(-1)?.send("patch", patchFrom(from));

test("changes that come together are one report, of the last, and not at once", async () => {
  const world = await openStreaming();
  for (const from of [1, 2, 3]) patch(world, from);
  await world.host.advance(ENGINE_LIMITS.reportAfterMs - 1);
  expect(versionsOf(world)).toEqual([]);
  await world.host.advance(ALL_MS);
  expect(versionsOf(world)).toEqual([{ epoch: "e1", version: 4 }]);
  expect(reportsOf(world)[0]).toMatchObject({ method: "POST", redirect: "manual" });
  expect(reportsOf(world)[0]?.headers.get("dimmer-sdk")).toBe("dimmer-test/1.2.3 instance-1");
});

test("what was asked for is known already", async () => {
  const world = await openStreaming();
  await world.host.advance(ALL_MS);
  patch(world, 0);
  await world.host.advance(ALL_MS);
  expect(versionsOf(world)).toEqual([]);
});

test("a change while a report is on its way is reported after it", async () => {
  let answer = (_response: Response): void => {};
  const world = await openStreaming(({ path }) =>
    path === APPLIED_PATH ? new Promise<Response>((resolve) => (answer = resolve)) : undefined,
  );
  patch(world, 1);
  await world.host.advance(ALL_MS);
  patch(world, 2);
  await world.host.advance(ALL_MS);
  expect(versionsOf(world)).toHaveLength(1);
  answer(new Response(null, { status: 204 }));
  await world.host.advance(ALL_MS);
  expect(versionsOf(world)).toEqual([
    { epoch: "e1", version: 2 },
    { epoch: "e1", version: 3 },
  ]);
});

test("a snapshot that the stream asked for is reported as well", async () => {
  const world = await openStreaming(({ path }, count) =>
    path === SNAPSHOT_PATH && count > 2 ? jsonResponse(snapshotWith({ version: 9 })) : undefined,
  );
  world.streams[0]?.send("refetch", { epoch: "e1", version: 9 });
  await world.host.advance(ALL_MS);
  expect(versionsOf(world)).toEqual([{ epoch: "e1", version: 9 }]);
});

test.each<[string, () => Response | Error, number]>([
  ["a server that does not know reports is not asked again", () => new Response(null, { status: 404 }), 1],
  ["one that is busy is told of the next change", () => new Response(null, { status: 503 }), 2],
  ["one that is gone as well", () => new TypeError("fetch failed"), 2],
])("%s, and the flags do not suffer", async (_name, answer, reports) => {
  const world = await openStreaming(({ path }) => (path === APPLIED_PATH ? answer() : undefined));
  for (const from of [1, 2]) {
    patch(world, from);
    await world.host.advance(ALL_MS);
  }
  expect(reportsOf(world)).toHaveLength(reports);
  expect(world.engine.snapshot?.version).toBe(3);
  expect(world.engine.status).toBe("READY");
  expect(world.events).not.toContain("error");
});

test("a report that is not answered is given up, and the next change is reported", async () => {
  const world = await openStreaming(({ path }) => (path === APPLIED_PATH ? new Promise<Response>(() => {}) : undefined));
  patch(world, 1);
  await world.host.advance(ALL_MS + ENGINE_LIMITS.reportTimeoutMs);
  patch(world, 2);
  await world.host.advance(ALL_MS);
  expect(versionsOf(world)).toHaveLength(2);
});

test("with the stream, or the engine, ends what was still to be reported", async () => {
  const lost = await openStreaming();
  patch(lost, 1);
  await lost.host.settle();
  lost.streams[0]?.end();
  await lost.host.advance(ALL_MS);
  expect(versionsOf(lost)).toEqual([]);
  // The request for the next stream says it instead.
  expect(lost.host.requests.at(-1)?.url).toContain("version=2");

  const closed = await openStreaming();
  patch(closed, 1);
  await closed.host.settle();
  closed.engine.close();
  await closed.host.advance(ALL_MS);
  expect(versionsOf(closed)).toEqual([]);
  expect(closed.host.pendingTimers).toBe(0);
});

test("every request says who asks, with an instance of its own; whoever fetches once does not", async () => {
  const sdkHeaders = async (remote: object): Promise<(string | null)[]> => {
    const world = openWorld(undefined, { remote });
    await world.host.settle();
    world.engine.close();
    return world.host.requests.map(({ headers }) => headers.get("dimmer-sdk"));
  };
  const listed = await sdkHeaders({ agent: "dimmer-test/1" });
  expect(listed).toHaveLength(2);
  expect(new Set(listed).size).toBe(1);
  expect(listed[0]).toMatch(/^dimmer-test\/1 [0-9a-v]{16}$/u);
  expect(await sdkHeaders({ agent: "dimmer-test/1", stream: false })).toEqual([null]);
  expect(await sdkHeaders({ agent: "dimmer-test/1", stream: false, pollIntervalMs: 5_000 })).toEqual(listed.slice(1));
  expect(await sdkHeaders({})).toEqual([null, null]);
});
