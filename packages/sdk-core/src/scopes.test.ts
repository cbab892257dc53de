/** A scope answers from its own snapshot, and lets nothing but kills and stops through. */

import { expect, test } from "vitest";
import { booleanFlag, patchFrom, snapshotWith } from "../test/snapshots.ts";
import { openEngine, type Engine } from "./engine.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import { openFakeHost, jsonResponse } from "../test/fake-host.ts";
import { FlagStoppedError, openScopes, type Scopes } from "./scopes.ts";
import type { SourceSink } from "./sources/source.ts";

interface World {
  readonly engine: Engine;
  readonly scopes: Scopes;
  readonly sink: SourceSink;
  readonly logged: readonly string[];
}

/** An engine whose source is the test itself. */
function openWorld(hasFlags = true): World {
  const logged: string[] = [];
  const ports = { ...openFakeHost(() => jsonResponse({})).ports, log: (_level: string, text: string) => void logged.push(text) };
  let sink: SourceSink | undefined;
  const engine = openEngine(
    {
      source: (given) => {
        sink = given;
        return { close() {} };
      },
    },
    ports,
  );
  if (hasFlags) sink?.offerSnapshot(snapshotWith());
  return { engine, scopes: openScopes(engine, ports), sink: sink as SourceSink, logged };
}

const change = (world: World, flags: Record<string, unknown>): void => {
  const from = world.engine.snapshot?.version ?? 0;
  expect(world.sink.offerPatch(patchFrom(from, { flags: flags as never }))).toEqual({ outcome: "taken" });
};
const killed = { ...booleanFlag("on"), enabled: false, fallback: [{ variant: "off" }] };
const stopped = { ...booleanFlag("on"), stopped: ["on"], fallback: [{ variant: "off" }] };
const requiringB = { ...booleanFlag("on"), requires: [{ flag: "b", variant: "on" }], fallback: [{ variant: "off" }] };

test("[scope-keeps] an edit does not change what a scope answers, and does not abort it", () => {
  const world = openWorld();
  const scope = world.scopes.open({});
  const { signal } = scope;
  expect(scope.evaluate("a").variant).toBe("on");
  change(world, { a: booleanFlag("off"), new: booleanFlag("on") });
  expect(world.engine.evaluate("a", {}).variant).toBe("off");
  expect(scope.evaluate("a").variant).toBe("on");
  expect(scope.evaluate("new").errorCode).toBe("FLAG_NOT_FOUND");
  expect(scope.snapshot?.version).toBe(1);
  expect(signal.aborted).toBe(false);
  expect(world.scopes.open({}).evaluate("a").variant).toBe("off");
});

test.each([
  ["a kill", { a: killed }],
  ["a stop", { a: stopped }],
])("[scope-stops] %s passes at once and aborts the signal", (_what, flags) => {
  const world = openWorld();
  const scope = world.scopes.open({});
  const { signal } = scope;
  scope.evaluate("a");
  change(world, flags);
  expect(signal.reason).toBeInstanceOf(FlagStoppedError);
  expect(signal.reason).toMatchObject({ flagKey: "a", variant: "on" });
  expect(scope.evaluate("a")).toMatchObject({ variant: "off", reason: "DISABLED" });
});

test("[scope-stops] a kill of a flag that is required passes too", () => {
  const world = openWorld();
  change(world, { a: requiringB });
  const scope = world.scopes.open({});
  const { signal } = scope;
  expect(scope.evaluate("a").variant).toBe("on");
  change(world, { b: killed });
  expect(signal.reason).toMatchObject({ flagKey: "a", variant: "on" });
  expect(scope.evaluate("a").variant).toBe("off");
});

test("[scope-stops] a stopped variant is not served although the newest rules give another one", () => {
  const world = openWorld();
  const scope = world.scopes.open({});
  expect(scope.evaluate("a").variant).toBe("on");
  change(world, { a: { ...booleanFlag("off"), stopped: ["on"] } });
  expect(scope.evaluate("a").variant).toBe("off");
});

test("only what a scope has asked for aborts it, and nothing does after close", () => {
  const world = openWorld();
  const asked = world.scopes.open({});
  const closed = world.scopes.open({});
  asked.evaluate("b");
  closed.evaluate("a");
  const signals = [asked.signal, closed.signal];
  closed.close();
  closed.close();
  change(world, { a: killed });
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  expect(world.scopes.open({}).signal.aborted).toBe(false);
  world.scopes.close();
  change(world, { b: killed });
  expect(asked.signal.aborted).toBe(false);
});

test("a scope opened before the first snapshot binds to the first it can ask", () => {
  const world = openWorld(false);
  const scope = world.scopes.open({});
  expect(scope.evaluate("a").errorCode).toBe("PROVIDER_NOT_READY");
  expect(scope.snapshot).toBeUndefined();
  world.sink.offerSnapshot(snapshotWith());
  expect(scope.evaluate("a").variant).toBe("on");
  change(world, { a: booleanFlag("off") });
  expect(scope.evaluate("a").variant).toBe("on");
});

test("scopes that nobody closes are bounded: the oldest is let go, with one warning", () => {
  const world = openWorld();
  const open = () => {
    const scope = world.scopes.open({});
    scope.evaluate("a");
    return scope.signal;
  };
  const signals = Array.from({ length: ENGINE_LIMITS.watchedScopes + 2 }, open);
  expect(world.logged.filter((text) => text.includes("close()"))).toHaveLength(1);
  change(world, { a: killed });
  expect(signals.map(({ aborted }) => aborted).indexOf(true)).toBe(2);
});

test("a scope's own overrides count in it alone, over the engine's, and below kill, stop and what they require", () => {
  const world = openWorld();
  const scope = world.scopes.open({}, { overrides: { a: "off", b: "off" } });
  expect([scope.evaluate("a").value, world.engine.evaluate("a", {}).value]).toEqual([false, true]);
  expect(scope.evaluate("a").flagMetadata.overridden).toBe(true);
  // The engine's own arrive later, and lie below.
  world.engine.setOverrides({ a: "on", c: "off" });
  change(world, { c: booleanFlag("on"), d: booleanFlag("on") });
  expect([scope.evaluate("a").value, scope.evaluate("b").value]).toEqual([false, false]);
  const newer = world.scopes.open({}, { overrides: { a: "on", d: "off" } });
  expect(["a", "b", "c", "d"].map((key) => newer.evaluate(key).value)).toEqual([true, true, false, false]);
  const next = world.scopes.open({}, { overrides: { a: "on", b: "on", none: "on" } });
  change(world, { a: killed, b: { ...stopped, revision: 2 } });
  expect([next.evaluate("a").reason, next.evaluate("b").value]).toEqual(["DISABLED", false]);
  expect(next.evaluate("none").errorCode).toBe("FLAG_NOT_FOUND");
});

test("a scope without overrides of its own asks as the engine does", () => {
  const world = openWorld();
  const scope = world.scopes.open({}, {});
  expect(scope.evaluate("a")).toBe(world.engine.evaluate("a", {}));
  world.engine.setOverrides({ a: "off" });
  expect(scope.evaluate("a").value).toBe(false);
});
