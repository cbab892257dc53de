/** A start without a server: what an earlier process held, what the app brought along, and which of them gives way. */

import { expect, test } from "vitest";
import { jsonResponse } from "../test/fake-host.ts";
import { booleanFlag, patchFrom, snapshotWith } from "../test/snapshots.ts";
import { answerOf, openWorld, type Script, type World } from "../test/world.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import type { CacheEntry, CacheLoad, SnapshotCache } from "./snapshot-cache.ts";

/** When a fake host begins; its wall clock counts from a date, its monotonic clock from a million. */
const STARTED_AT = Date.UTC(2026, 0, 1) + 1_000_000;
const HOUR_MS = 3_600_000;

interface Saved extends CacheEntry {
  readonly isLast: boolean;
}

/** A cache whose content a test chooses and whose writes it sees. */
function openMemory(load: CacheLoad): { readonly cache: SnapshotCache; readonly saves: readonly Saved[] } {
  const saves: Saved[] = [];
  return { cache: { load: () => load, save: (entry, isLast) => void saves.push({ ...entry, isLast }) }, saves };
}

const found = (more: Parameters<typeof snapshotWith>[0] = {}, ageMs = HOUR_MS): CacheLoad => ({
  outcome: "found",
  entry: { snapshot: snapshotWith(more), confirmedAt: STARTED_AT - ageMs },
});
const OFF = { a: booleanFlag("off") };
const gone: Script = () => new TypeError("fetch failed");
const heldBy = ({ engine }: World): unknown => [engine.snapshot?.epoch, engine.snapshot?.version, engine.source.kind];

test("a cold start without a server answers from the cache, at once, and says since when", async () => {
  const { cache, saves } = openMemory(found({ version: 7, flags: OFF }));
  const world = openWorld(gone, { engine: { cache } });
  expect(answerOf(world)).toBe(false);
  expect(world.engine.status).toBe("READY");
  expect(world.engine.source).toEqual({ kind: "cache", confirmedAt: STARTED_AT - HOUR_MS });
  expect(world.engine.staleForMs).toBe(HOUR_MS);
  await world.host.advance(ENGINE_LIMITS.staleAfterMs);
  expect(world.engine.status).toBe("STALE");
  expect(world.engine.source.confirmedAt).toBe(STARTED_AT - HOUR_MS);
  world.engine.close();
  expect(saves).toEqual([]);
});

test("what the server says replaces it; the first question names what is held, so that 304 is enough", async () => {
  const { cache } = openMemory(found({ version: 7 }));
  const world = openWorld(({ headers }) => (headers.has("if-none-match") ? new Response(null, { status: 304 }) : undefined), {
    engine: { cache },
  });
  await world.host.settle();
  expect(world.host.requests[0]?.headers.get("if-none-match")).toBe('"e1:7"');
  expect(heldBy(world)).toEqual(["e1", 7, "server"]);
  expect(world.engine.staleForMs).toBe(0);
});

test.each<[string, CacheLoad, object | undefined, unknown]>([
  ["the cache alone", found({ version: 7 }), undefined, ["e1", 7, "cache"]],
  ["a bootstrap alone", { outcome: "empty" }, { version: 3 }, ["e1", 3, "bootstrap"]],
  ["neither", { outcome: "empty" }, undefined, [undefined, undefined, "none"]],
  ["the bootstrap of an older release", found({ version: 7 }), { version: 3 }, ["e1", 7, "cache"]],
  ["a later bootstrap of the same epoch", found({ version: 7 }), { version: 9 }, ["e1", 9, "bootstrap"]],
  ["a bootstrap of another epoch", found({ version: 7 }), { epoch: "e0", version: 99 }, ["e1", 7, "cache"]],
  ["a bootstrap of another environment", found({ version: 7 }), { environment: "baked-in", version: 99 }, ["e1", 7, "cache"]],
  ["a cache that is refused, and a bootstrap", { outcome: "refused", why: "It is cut." }, { version: 3 }, ["e1", 3, "bootstrap"]],
])("at the start: %s", (_name, load, bootstrap, expected) => {
  const logged: string[] = [];
  const { cache } = openMemory(load);
  const engine = { cache, ...(bootstrap === undefined ? {} : { bootstrap: snapshotWith(bootstrap) }) };
  const world = openWorld(gone, { engine, log: (message) => logged.push(message) });
  expect(heldBy(world)).toEqual(expected);
  expect(world.engine.source.cacheRefused).toBe(load.outcome === "refused" ? load.why : undefined);
  expect(logged).toEqual(load.outcome === "refused" ? [`The cached flags were not used. ${load.why}`] : []);
  expect(world.engine.failure).toBeUndefined();
});

test.each<[string, unknown]>([
  ["no snapshot", {}],
  ["another format", { ...snapshotWith(), format: 2 }],
])("%s in the cache is refused by name and never held", (_name, snapshot) => {
  const { cache } = openMemory({ outcome: "found", entry: { snapshot, confirmedAt: STARTED_AT } });
  const world = openWorld(gone, { engine: { cache } });
  expect(heldBy(world)).toEqual([undefined, undefined, "none"]);
  expect(world.engine.source.cacheRefused).toBe("It is not a snapshot.");
});

test.each<[string, Parameters<typeof snapshotWith>[0], unknown]>([
  ["a later version", { version: 8 }, ["e1", 8, "server"]],
  ["another epoch, whatever its version", { epoch: "e2", version: 1 }, ["e2", 1, "server"]],
  ["another environment, behind the same key", { environment: "moved", epoch: "e9" }, ["e9", 1, "server"]],
  ["but not an older version of its own epoch", { version: 6 }, ["e1", 7, "cache"]],
])("the cache gives way to the server's: %s", async (_name, answered, expected) => {
  const { cache } = openMemory(found({ version: 7 }));
  const world = openWorld(({ path }) => (path.endsWith("/snapshot") ? jsonResponse(snapshotWith(answered)) : undefined), {
    engine: { cache },
  });
  await world.host.settle();
  expect(heldBy(world)).toEqual(expected);
});

test("a clock that was set back makes nothing younger than now", () => {
  const { cache } = openMemory(found({}, -HOUR_MS));
  expect(openWorld(gone, { engine: { cache } }).engine.staleForMs).toBe(0);
});

test("what the server sends is saved soon, many changes are one save, and the last one goes at close", async () => {
  const { cache, saves } = openMemory({ outcome: "empty" });
  const world = openWorld(undefined, { engine: { cache } });
  await world.host.advance(ENGINE_LIMITS.cacheAfterMs);
  expect(saves.map(({ snapshot, isLast }) => [(snapshot as { version: number }).version, isLast])).toEqual([[1, false]]);
  for (let from = 1; from < 9; from += 1) {
    world.streams[0]?.send("patch", patchFrom(from));
    await world.host.advance(1_000);
  }
  expect(saves).toHaveLength(1);
  await world.host.advance(ENGINE_LIMITS.cacheEveryMs);
  expect(saves.map(({ snapshot }) => (snapshot as { version: number }).version)).toEqual([1, 9]);
  world.streams[0]?.send("patch", patchFrom(9, { flags: OFF }));
  await world.host.settle();
  world.engine.close();
  world.engine.close();
  expect(saves.slice(2)).toMatchObject([{ isLast: true, snapshot: { version: 10, flags: OFF } }]);
  expect(world.host.mostTimers).toBe(1);
  expect(world.host.pendingTimers).toBe(0);
});

test("what a bootstrap brought along is saved once the server confirms it", async () => {
  const { cache, saves } = openMemory({ outcome: "empty" });
  const world = openWorld(undefined, { engine: { cache, bootstrap: snapshotWith() } });
  await world.host.advance(ENGINE_LIMITS.cacheAfterMs);
  expect(heldBy(world)).toEqual(["e1", 1, "server"]);
  expect(saves).toHaveLength(1);
});

test("while the server is away, what is saved says when it was last confirmed", async () => {
  const { cache, saves } = openMemory({ outcome: "empty" });
  let isGone = false;
  const world = openWorld((request, count) => (isGone ? gone(request, count) : undefined), { engine: { cache } });
  await world.host.advance(2_000);
  isGone = true;
  world.streams[0]?.fail();
  await world.host.advance(HOUR_MS);
  world.engine.saveCache();
  expect(saves.at(-1)?.isLast).toBe(true);
  expect(saves.at(-1)?.confirmedAt).toBe(STARTED_AT);
});
