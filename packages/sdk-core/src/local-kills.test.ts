/** What an app switches off by itself: over whatever is held, and never in place of it. */

import type { SnapshotFlag } from "@dimmer/evaluation";
import { expect, test } from "vitest";
import { LOCAL_KILLS_HEADER as PROTOCOL_HEADER } from "@dimmer/protocol";
import { booleanFlag, patchFrom, snapshotWith } from "../test/snapshots.ts";
import { openFakeHost, jsonResponse } from "../test/fake-host.ts";
import { openWorld } from "../test/world.ts";
import type { ConfigurationChange } from "./engine-events.ts";
import { openEngine, type Engine, type EngineOptions } from "./engine.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import { reportOfKills, type LocalKill } from "./local-kills.ts";
import { openScopes } from "./scopes.ts";
import type { CacheEntry } from "./snapshot-cache.ts";
import type { SourceSink } from "./sources/source.ts";
import { LOCAL_KILLS_HEADER } from "./sources/http.ts";
import { APPLIED_PATH } from "./sources/report.ts";

const A: readonly LocalKill[] = [{ flagKey: "a" }];
const A_ON: readonly LocalKill[] = [{ flagKey: "a", variant: "on" }];
const needsA = booleanFlag("on", { requires: [{ flag: "a", variant: "on" }] });

/** An engine whose source is the test itself. */
function open(options: EngineOptions = {}): { readonly engine: Engine; readonly sink: SourceSink } {
  let sink!: SourceSink;
  const source: EngineOptions["source"] = (given) => {
    sink = given;
    return { close() {} };
  };
  const engine = openEngine({ source, ...options }, openFakeHost(() => jsonResponse({})).ports);
  return { engine, sink };
}

const answers = (engine: Engine, ...keys: readonly string[]) =>
  keys.map((key) => {
    const { value, reason } = engine.evaluate(key, {});
    return `${JSON.stringify(value)} ${reason}`;
  });

test("a flag that is killed here serves its fallback, a variant that is stopped its own, and lifting gives back what the server says", () => {
  const { engine, sink } = open();
  sink.offerSnapshot(snapshotWith({ flags: { a: booleanFlag("on"), b: booleanFlag("on"), needs: needsA } }));
  expect(answers(engine, "a", "b", "needs")).toEqual(["true STATIC", "true STATIC", "true DEFAULT"]);
  engine.setLocalKills(A);
  expect(answers(engine, "a", "b", "needs")).toEqual(["false DISABLED", "true STATIC", "false DISABLED"]);
  engine.setLocalKills(A_ON);
  expect(answers(engine, "a", "b", "needs")).toEqual(["false DISABLED", "true STATIC", "false DISABLED"]);
  engine.setLocalKills([]);
  expect(answers(engine, "a", "b", "needs")).toEqual(["true STATIC", "true STATIC", "true DEFAULT"]);
});

test("it counts from the first answer on: with a bootstrap, and with a snapshot that comes later", () => {
  const { engine: early } = open({ bootstrap: snapshotWith(), localKills: A });
  expect(answers(early, "a")).toEqual(["false DISABLED"]);
  const { engine: late, sink } = open({ localKills: A });
  expect(late.evaluate("a", {}).errorCode).toBe("PROVIDER_NOT_READY");
  sink.offerSnapshot(snapshotWith());
  expect(answers(late, "a", "b")).toEqual(["false DISABLED", "true STATIC"]);
});

test("patches go on from what the server sent, and stay below what is off here", () => {
  const { engine, sink } = open({ localKills: A });
  sink.offerSnapshot(snapshotWith());
  expect(sink.offerPatch(patchFrom(1, { flags: { a: booleanFlag("on", { revision: 2 }), b: booleanFlag("off") } })).outcome).toBe(
    "taken",
  );
  expect(answers(engine, "a", "b")).toEqual(["false DISABLED", "false STATIC"]);
  expect(sink.held()?.version).toBe(2);
  engine.setLocalKills([]);
  expect(answers(engine, "a")).toEqual(["true STATIC"]);
  expect(engine.snapshot?.flags.get("a")?.source.revision).toBe(2);
});

test("it beats overrides, of the client and of a scope", () => {
  const { engine, sink } = open({ overrides: { a: "on" }, localKills: A });
  sink.offerSnapshot(snapshotWith());
  const scope = openScopes(engine, openFakeHost(() => jsonResponse({})).ports).open({}, { overrides: { a: "on" } });
  expect([engine.evaluate("a", {}).value, scope.evaluate("a").value]).toEqual([false, false]);
});

test("listeners hear of it as of any change, with the flags that require it, and open scopes are aborted", () => {
  const { engine, sink } = open();
  sink.offerSnapshot(snapshotWith({ flags: { a: booleanFlag("on"), b: booleanFlag("on"), needs: needsA } }));
  const heard: ConfigurationChange[] = [];
  const enabled: unknown[] = [];
  engine.on("configuration-changed", (change) => heard.push(change));
  engine.onFlagChange("a", ({ before, after }) => enabled.push(before?.enabled, after?.enabled));
  const scope = openScopes(engine, openFakeHost(() => jsonResponse({})).ports).open({});
  const { signal } = scope;
  scope.evaluate("a");
  engine.setLocalKills(A);
  expect(heard).toEqual([{ epoch: "e1", version: 1, flagsChanged: ["a", "needs"] }]);
  expect(enabled).toEqual([true, false]);
  expect(signal.aborted).toBe(true);
  expect(scope.evaluate("a").reason).toBe("DISABLED");
  engine.setLocalKills([{ flagKey: "a" }]);
  expect(heard).toHaveLength(1);
});

test("what is saved to the cache is what the server said", () => {
  const saved: CacheEntry[] = [];
  const cache = {
    load: () => ({ outcome: "empty" }) as const,
    save: async (entry: CacheEntry) => void saved.push(entry),
    saveNow: (entry: CacheEntry) => void saved.push(entry),
  };
  const { engine, sink } = open({ cache, localKills: A });
  sink.offerSnapshot(snapshotWith());
  sink.live();
  engine.close();
  expect(saved.at(-1)?.snapshot).toEqual(snapshotWith());
});

test("names that are not there, and flags of a form that nobody knows, keep nothing else from being off", () => {
  const odd = { revision: 1, type: "boolean", enabled: true, variants: 5, stopped: 7, default: {} } as unknown as SnapshotFlag;
  const localKills = [{ flagKey: "gone" }, { flagKey: "odd", variant: "on" }, { flagKey: "b", variant: "none" }, ...A];
  const { engine, sink } = open({ localKills });
  expect(sink.offerSnapshot(snapshotWith({ flags: { odd, a: booleanFlag("on"), b: booleanFlag("on") } })).outcome).toBe("taken");
  expect(answers(engine, "a", "b")).toEqual(["false DISABLED", "true STATIC"]);
  expect(engine.evaluate("odd", {}).errorCode).toBe("PARSE_ERROR");
});

test("a closed engine stays as it is", () => {
  const { engine, sink } = open();
  sink.offerSnapshot(snapshotWith());
  engine.close();
  engine.setLocalKills(A);
  expect(answers(engine, "a")).toEqual(["true STATIC"]);
});

test("without local kills what is held is what is answered from", () => {
  const { engine, sink } = open({ localKills: [{ flagKey: "gone" }] });
  sink.offerSnapshot(snapshotWith());
  const before = engine.snapshot;
  engine.setLocalKills([]);
  expect(engine.snapshot).toBe(before);
});

test("the header's text is in order, escaped, and bounded in number and length", () => {
  expect(LOCAL_KILLS_HEADER).toBe(PROTOCOL_HEADER);
  expect(reportOfKills([{ flagKey: "b", variant: "on" }, { flagKey: "a" }, { flagKey: "a" }])).toBe("a,b%3Aon");
  expect(reportOfKills([])).toBe("");
  const many = (length: number, name: (at: number) => string) => Array.from({ length }, (_, at) => ({ flagKey: name(at) }));
  expect(reportOfKills(many(1_000, (at) => `f${at}`)).split(",")).toHaveLength(100);
  expect(reportOfKills(many(100, (at) => `${at}`.padEnd(128, "x"))).length).toBeLessThanOrEqual(4_096);
});

test("every request says what is off, and a change of it is reported within a heartbeat, again where the report was lost", async () => {
  let off = "";
  let isLosing = true;
  const world = openWorld(({ path }) => (path === APPLIED_PATH && isLosing ? new TypeError("reset") : undefined), {
    remote: { agent: "dimmer-test/1.2.3", instance: "instance-1", localKills: () => off },
  });
  await world.host.settle();
  const said = () => world.host.requests.map(({ path, headers }) => [path, headers.get(LOCAL_KILLS_HEADER)]);
  expect(said()).toEqual([
    ["/sdk/v1/snapshot", null],
    ["/sdk/v1/stream", null],
  ]);
  const beat = async () => {
    world.streams[0]?.write(": heartbeat\n\n");
    await world.host.advance(ENGINE_LIMITS.reportAfterMs + ENGINE_LIMITS.reportSpreadMs);
  };
  await beat();
  expect(said()).toHaveLength(2);
  off = "a";
  await beat();
  isLosing = false;
  await beat();
  expect(said().slice(2)).toEqual([
    [APPLIED_PATH, "a"],
    [APPLIED_PATH, "a"],
  ]);
  await beat();
  expect(said()).toHaveLength(4);
  off = "";
  await beat();
  expect(said().slice(4)).toEqual([[APPLIED_PATH, null]]);
});
