/** Every path of an evaluation, each with the details it must give. */

import { describe, expect, it } from "vitest";
import { compileSnapshot, type CompiledSnapshot, updateSnapshot } from "./compile-snapshot.ts";
import { snapshotOf } from "./build-snapshot.ts";
import type { EvaluateOptions } from "./context.ts";
import type { Evaluation } from "./details.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import type { FlagDefinition, FlagDocument, FlagEnvironment, SegmentEnvironment } from "./flag.ts";
import type { SnapshotFlag } from "./snapshot.ts";
import { whoMoves } from "./who-moves.ts";

const VARIANTS = { opus: { value: "opus" }, sonnet: { value: "sonnet" }, plain: { value: "plain" } };

function flagOf(config: Partial<FlagEnvironment>, definition: Partial<FlagDefinition> = {}): FlagDefinition {
  const environment: FlagEnvironment = { enabled: true, fallback: "plain", default: { variant: "sonnet" }, ...config };
  return {
    type: "string",
    purpose: "release",
    owner: "team",
    permanent: true,
    variants: VARIANTS,
    ...definition,
    environments: { production: environment },
  };
}

function documentOf(flags: Record<string, FlagDefinition>, segments: Record<string, SegmentEnvironment> = {}): FlagDocument {
  return {
    version: 1,
    flags,
    segments: Object.fromEntries(
      Object.entries(segments).map(([name, config]) => [name, { environments: { production: config } }]),
    ),
  };
}

const compiled = (flags: Record<string, FlagDefinition>, segments?: Record<string, SegmentEnvironment>): CompiledSnapshot =>
  compileSnapshot(snapshotOf(documentOf(flags, segments), "production"));
const one = (config: Partial<FlagEnvironment>, definition?: Partial<FlagDefinition>): CompiledSnapshot =>
  compiled({ flag: flagOf(config, definition) });

/** What an evaluation must say; `explain` must say the same. */
function check(
  snapshot: CompiledSnapshot,
  context: unknown,
  options: EvaluateOptions | undefined,
  expected: Partial<Evaluation>,
): void {
  expect(evaluate(snapshot, "flag", context, options)).toMatchObject(expected);
  expect(explain(snapshot, "flag", context, options).evaluation).toMatchObject(expected);
}

describe("evaluate", () => {
  const paid = { opus: { value: "opus", only: { plan: ["pro"] } }, sonnet: { value: "sonnet" }, plain: { value: "plain" } };
  const key = { targetingKey: "user-1" };

  it("answers a static flag with one frozen object for everyone", () => {
    const snapshot = one({});
    const answer = evaluate(snapshot, "flag", undefined);
    expect(answer).toMatchObject({
      flagKey: "flag",
      value: "sonnet",
      variant: "sonnet",
      reason: "STATIC",
      flagMetadata: { path: "default", valueVersion: 1, version: "1", flagSetId: "file/production" },
    });
    expect(evaluate(snapshot, "flag", { targetingKey: "x" })).toBe(answer);
    expect(Object.isFrozen(answer) && Object.isFrozen(answer.flagMetadata)).toBe(true);
    expect(answer.fallback).toEqual([{ variant: "plain", value: "plain", valueVersion: 1 }]);
  });

  it("serves the fallback of a killed flag, by its conditions, and the caller's default when none is left", () => {
    check(one({ enabled: false }), {}, undefined, { variant: "plain", reason: "DISABLED", flagMetadata: { path: "fallback" } });
    const conditional = { enabled: false, fallback: [{ when: { region: "us" }, variant: "sonnet" }, { variant: "plain" }] };
    check(one(conditional), { region: "us" }, undefined, {
      variant: "sonnet",
      fallback: [{ variant: "sonnet" }, { variant: "plain" }] as never,
    });
    check(one(conditional), {}, undefined, { variant: "plain" });
    check(one({ ...conditional, stopped: ["plain"] }), {}, undefined, { value: undefined, reason: "DISABLED" });
    const nothing = evaluate(one({ enabled: false, stopped: ["plain"] }), "flag", {});
    expect(nothing).toMatchObject({ value: undefined, reason: "DISABLED" });
    expect(nothing.errorCode).toBeUndefined();
  });

  it("lets named targets go first, then rules, then the default", () => {
    const snapshot = one({
      targets: { opus: ["user-7"] },
      rules: [
        { id: "eu", when: { region: "eu" }, serve: { variant: "plain" } },
        { id: "all", serve: { split: { opus: 0, sonnet: 100 } } },
      ],
    });
    check(snapshot, { targetingKey: "user-7" }, undefined, {
      variant: "opus",
      reason: "TARGETING_MATCH",
      flagMetadata: { path: "target" },
    });
    check(snapshot, { targetingKey: "user-8", region: "eu" }, undefined, {
      variant: "plain",
      reason: "TARGETING_MATCH",
      flagMetadata: { path: "rule", ruleId: "eu" },
    });
    check(snapshot, { region: "us" }, undefined, {
      variant: "sonnet",
      reason: "SPLIT",
      flagMetadata: { path: "rule", ruleId: "all" },
    });
    check(one({ rules: [{ id: "eu", when: { region: "eu" }, serve: { variant: "plain" } }] }), {}, undefined, {
      variant: "sonnet",
      reason: "DEFAULT",
    });
    check(one({ targets: { opus: [] } }), key, undefined, { reason: "STATIC" });
  });

  it("splits by the targeting key or any attribute, and refuses a missing one", () => {
    const half = one({ default: { split: { opus: 50, sonnet: 50 } } });
    const seen = new Set(Array.from({ length: 50 }, (_, at) => evaluate(half, "flag", { targetingKey: `user-${at}` }).variant));
    expect([...seen].sort()).toEqual(["opus", "sonnet"]);
    for (const context of [{}, { targetingKey: "" }, { targetingKey: null }, { targetingKey: 1.5 }]) {
      check(half, context, undefined, { value: undefined, reason: "ERROR", errorCode: "TARGETING_KEY_MISSING" });
    }
    const byOrganization = one({ default: { split: { opus: 50, sonnet: 50 }, by: "organization.id" } });
    expect(evaluate(byOrganization, "flag", { organization: { id: 42 } }).variant).toBe(
      evaluate(byOrganization, "flag", { organization: { id: "42" } }).variant,
    );
    check(byOrganization, key, undefined, { errorCode: "TARGETING_KEY_MISSING" });
    check(one({ default: { split: { opus: 100, sonnet: 0 } } }), {}, undefined, { variant: "opus", reason: "SPLIT" });
  });

  it("walks many ranges, an offset, and a rest that goes on to the next rule", () => {
    const stored = {
      algorithm: "sha1-slot-v1",
      slots: 100_000,
      salt: "flag",
      by: "targetingKey",
      offset: 0,
      ranges: [
        [10_000, 20_000, "opus"],
        [30_000, 40_000, "sonnet"],
        [50_000, 60_000, "opus"],
      ],
    } as const;
    const snapshot = one({
      rules: [{ id: "some", serve: { split: { opus: 20, sonnet: 10 }, rest: "next-rule", stored } }],
      default: { variant: "plain" },
    });
    const served = Array.from({ length: 2_000 }, (_, at) => evaluate(snapshot, "flag", { targetingKey: `user-${at}` }));
    const share = (variant: string): number => served.filter((answer) => answer.variant === variant).length / served.length;
    expect(share("opus")).toBeCloseTo(0.2, 1);
    expect(share("sonnet")).toBeCloseTo(0.1, 1);
    expect(share("plain")).toBeCloseTo(0.7, 1);
    const ranges = Array.from({ length: 40 }, (_, at) =>
      explain(snapshot, "flag", { targetingKey: `user-${at}` }).trace.find((step) => step.step === "split"),
    );
    expect(ranges).toContainEqual(expect.objectContaining({ range: [0, 10_000], variant: null }));
    expect(ranges).toContainEqual(expect.objectContaining({ range: [10_000, 20_000], variant: "opus" }));
    const withRest = one({
      default: { split: { opus: 20 }, rest: { variant: "sonnet" }, stored: { ...stored, offset: 99_999 } },
    });
    const through = explain(withRest, "flag", key);
    expect(through.trace.at(-1)).toMatchObject({ step: "split", unit: "user-1", offset: 99_999 });
  });

  it("blocks what a context may not have, and leaves the ineligible out of the whole split", () => {
    const rule = one({ rules: [{ id: "r", serve: { variant: "opus" } }] }, { variants: paid });
    check(rule, { plan: "pro" }, undefined, { variant: "opus" });
    check(rule, { plan: "free" }, undefined, {
      variant: "plain",
      reason: "DISABLED",
      flagMetadata: { blocked: true, ruleId: "r", path: "fallback" },
    });
    check(rule, {}, undefined, { variant: "plain", flagMetadata: { blocked: true } });
    const split = { opus: 10, sonnet: 90 };
    check(one({ default: { split } }, { variants: paid }), key, undefined, {
      variant: "plain",
      reason: "DISABLED",
      flagMetadata: { ineligible: true },
    });
    check(one({ default: { split, else: "sonnet" } }, { variants: paid }), {}, undefined, {
      variant: "sonnet",
      reason: "DISABLED",
      flagMetadata: { ineligible: true },
    });
    check(one({ default: { split, else: "sonnet" }, stopped: ["sonnet"] }, { variants: paid }), {}, undefined, {
      variant: "plain",
      flagMetadata: { ineligible: true },
    });
    check(one({ default: { split, else: "opus" } }, { variants: paid }), {}, undefined, { variant: "plain" });
    check(one({ default: { split } }, { variants: paid }), { ...key, plan: "pro" }, undefined, { reason: "SPLIT" });
    const restrictedFallback = one({ enabled: false, fallback: [{ variant: "opus" }, { variant: "plain" }] }, { variants: paid });
    check(restrictedFallback, {}, undefined, { variant: "plain" });
  });

  it("sends the slots of a stopped variant to the fallback", () => {
    check(one({ default: { split: { opus: 100, sonnet: 0 } }, stopped: ["opus"] }), key, undefined, {
      variant: "plain",
      reason: "DISABLED",
      flagMetadata: { path: "fallback" },
    });
    check(one({ stopped: ["sonnet"] }), {}, undefined, { variant: "plain" });
  });

  it("holds what it requires", () => {
    const required = (config: Partial<FlagEnvironment>, variant: string | string[] = "sonnet"): CompiledSnapshot =>
      compiled({ flag: flagOf({ requires: [{ flag: "other", variant }] }), other: flagOf(config) });
    check(required({}), {}, undefined, { variant: "sonnet", reason: "DEFAULT" });
    check(required({}, ["opus", "sonnet"]), {}, undefined, { variant: "sonnet" });
    check(required({}, "opus"), {}, undefined, { variant: "plain", reason: "DISABLED" });
    check(required({ enabled: false }, "plain"), {}, undefined, { variant: "plain", reason: "DISABLED" });
    check(required({ stopped: ["sonnet"] }, "plain"), {}, undefined, { variant: "sonnet" });
    check(required({ default: { split: { opus: 50, sonnet: 50 } } }), {}, undefined, { variant: "plain" });
    check(compiled({ flag: flagOf({ requires: [{ flag: "none", variant: "x" }] }) }), {}, undefined, { variant: "plain" });
    const overrides = { overrides: { other: "opus" } };
    check(required({}, "opus"), {}, overrides, { variant: "plain" });
  });

  it("gives up on a circle and a chain that is too long, and counts that", () => {
    const circle = compiled({
      flag: flagOf({ requires: [{ flag: "other", variant: "sonnet" }] }),
      other: flagOf({ requires: [{ flag: "flag", variant: "sonnet" }] }),
    });
    expect(evaluate(circle, "flag", {})).toMatchObject({ reason: "DISABLED", flagMetadata: { unknowns: 1 } });
    const long = compiled(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, at) => [
          at === 0 ? "flag" : `flag-${at}`,
          flagOf(at === 39 ? {} : { requires: [{ flag: `flag-${at + 1}`, variant: "sonnet" }] }),
        ]),
      ),
    );
    expect(explain(long, "flag", {}).unknowns).toBe(1);
    const wide = compiled(
      Object.fromEntries(
        Array.from({ length: 31 }, (_, at) => [
          at === 0 ? "flag" : `flag-${at}`,
          flagOf(
            at === 30
              ? {}
              : { requires: Array.from({ length: 4 }, () => ({ flag: `flag-${at + 1}`, variant: ["sonnet", "plain"] })) },
          ),
        ]),
      ),
    );
    const explained = explain(wide, "flag", {});
    expect(explained.steps).toBeLessThan(200_500);
    expect(explained.unknowns).toBeGreaterThan(0);
  });

  it("lets an override win over all but kill, stop and only", () => {
    const overrides = { overrides: { flag: "opus" } };
    check(one({}), {}, overrides, { variant: "opus", reason: "STATIC", flagMetadata: { overridden: true, path: "override" } });
    check(one({}), {}, { overrides: { flag: "none" } }, { variant: "sonnet" });
    check(one({}), {}, { overrides: {} }, { variant: "sonnet" });
    check(one({ enabled: false }), {}, overrides, { variant: "plain" });
    check(one({ stopped: ["opus"] }), {}, overrides, { variant: "plain", flagMetadata: { overridden: true } });
    check(one({}, { variants: paid }), {}, overrides, { variant: "plain", flagMetadata: { blocked: true, overridden: true } });
  });

  it("keeps a pin for its life, and no longer", () => {
    const pin = { variant: "opus", valueVersion: 1, pinEpoch: 0, reason: "SPLIT", expiresAt: 1_000 } as const;
    const pinned = (more: object = {}, now = 500): EvaluateOptions => ({ now, pins: { flag: { ...pin, ...more } } });
    const policy = { pin: { by: "sessionId", for: "24h" } };
    check(one(policy), {}, pinned(), { variant: "opus", reason: "SPLIT", flagMetadata: { pinned: true, path: "pin" } });
    check(one(policy), {}, pinned({}, 1_000), { variant: "sonnet" });
    check(one(policy), {}, { pins: { flag: { ...pin, expiresAt: 0 } } }, { variant: "opus" });
    check(one(policy), {}, pinned({ pinEpoch: 1 }), { variant: "sonnet" });
    check(one(policy), {}, pinned({ variant: "gone" }), { variant: "sonnet" });
    check(one({}), {}, pinned(), { variant: "sonnet" });
    check(one(policy), {}, { pins: {} }, { variant: "sonnet" });
    check(one({ ...policy, stopped: ["opus"] }), {}, pinned(), { variant: "plain", flagMetadata: { pinned: true } });
    check(one(policy, { variants: paid }), {}, pinned(), { variant: "plain", flagMetadata: { blocked: true } });
    check(one(policy), {}, pinned({ valueVersion: 7 }), { value: "opus", flagMetadata: { valueVersion: 1 } });
  });

  it("serves the pinned value version while the snapshot still carries it", () => {
    const source = snapshotOf(documentOf({ flag: flagOf({ pin: { by: "s", for: "1h" } }) }), "production");
    const flag = source.flags.flag as SnapshotFlag;
    const carried = {
      ...flag,
      variants: { ...flag.variants, opus: { version: 2, digest: "flag/opus", pinEpoch: 0, earlier: { "1": "old" } } },
    };
    const snapshot = compileSnapshot({ ...source, flags: { flag: carried }, values: { ...source.values, old: '"old opus"' } });
    const pins = (valueVersion: number) =>
      ({ pins: { flag: { variant: "opus", valueVersion, pinEpoch: 0, reason: "SPLIT" } } }) as const;
    check(snapshot, {}, pins(1), { value: "old opus", flagMetadata: { valueVersion: 1 } });
    check(snapshot, {}, pins(2), { value: "opus", flagMetadata: { valueVersion: 2 } });
    check(snapshot, {}, pins(3), { value: "opus", flagMetadata: { valueVersion: 2 } });
  });

  it("says what it does not know", () => {
    const snapshot = one({ rules: [{ id: "r", when: { segment: "missing" }, serve: { variant: "opus" } }] });
    check(snapshot, {}, undefined, { variant: "sonnet", reason: "DEFAULT", flagMetadata: { unknowns: 1 } });
    const blocked = one(
      { rules: [{ id: "r", serve: { variant: "opus" } }] },
      { variants: { ...VARIANTS, opus: { value: "o", only: { segment: "missing" } } } },
    );
    check(blocked, {}, undefined, { variant: "plain", flagMetadata: { unknowns: 1, blocked: true } });
  });

  it("never throws, whatever it is asked", () => {
    const snapshot = one({ rules: [{ id: "r", when: { plan: "pro" }, serve: { variant: "opus" } }] });
    for (const context of [5, "x", true, null, [], Symbol("s")])
      check(snapshot, context, undefined, { reason: "ERROR", errorCode: "INVALID_CONTEXT", value: undefined });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    check(snapshot, revoked.proxy, undefined, { errorCode: "INVALID_CONTEXT" });
    check(one({}), revoked.proxy, undefined, { errorCode: "INVALID_CONTEXT" });
    const thrower = {
      get plan(): string {
        throw new Error("no");
      },
    };
    check(snapshot, thrower, undefined, { errorCode: "GENERAL" });
    const hostile = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error("no");
        },
      },
    );
    check(snapshot, hostile, undefined, { errorCode: "GENERAL" });
    const cyclic: Record<string, unknown> = { plan: "pro" };
    cyclic.self = cyclic;
    check(snapshot, cyclic, undefined, { variant: "opus" });
    for (const flagKey of ["__proto__", "constructor", "toString", "hasOwnProperty", "then", "", 5, null, undefined, {}]) {
      expect(evaluate(snapshot, flagKey as string, {})).toMatchObject({ reason: "ERROR", errorCode: "FLAG_NOT_FOUND" });
      expect(explain(snapshot, flagKey as string, {}).evaluation.errorCode).toBe("FLAG_NOT_FOUND");
    }
  });

  it("evaluates again from inside a getter of its context", () => {
    const snapshot = one({ rules: [{ id: "r", when: { plan: "pro" }, serve: { variant: "opus" } }] });
    const nested: { plan: string | undefined } = {
      get plan() {
        return evaluate(snapshot, "flag", { plan: "pro" }).variant === "opus" ? "pro" : undefined;
      },
    };
    expect(evaluate(snapshot, "flag", nested).variant).toBe("opus");
  });

  it("keeps the answers of what a patch does not change, and forgets what it removes", () => {
    const before = compiled({ flag: flagOf({}), other: flagOf({}), gone: flagOf({}) }, { beta: { include: ["a"] } });
    const kept = evaluate(before, "other", {});
    const next = snapshotOf(documentOf({ flag: flagOf({ default: { variant: "opus" } }) }, { gamma: {} }), "production");
    const update = {
      epoch: "file",
      version: 2,
      flags: next.flags,
      segments: next.segments,
      values: {},
      removed: { flags: ["gone"], segments: ["beta"], values: ["gone/opus", "gone/sonnet", "gone/plain"] },
    };
    const after = updateSnapshot(before, update);
    expect(evaluate(after, "other", {})).toBe(kept);
    expect(evaluate(after, "flag", {}).variant).toBe("opus");
    expect(evaluate(after, "gone", {}).errorCode).toBe("FLAG_NOT_FOUND");
    expect([...after.segments.keys()]).toEqual(["gamma"]);
    expect(Object.keys(after.source.values)).not.toContain("gone/opus");
    expect(evaluate(before, "flag", {}).variant).toBe("sonnet");
    expect(whoMoves(before, after, [{}, { targetingKey: "a" }])).toEqual([
      { flag: "flag", from: "sonnet", to: "opus", count: 2 },
      { flag: "gone", from: "sonnet", to: null, count: 2 },
    ]);
    expect(whoMoves(before, after, [{}], ["other"])).toEqual([]);
  });

  it("freezes object values through and through, and tells a broken source apart from a broken flag", () => {
    const value = { messages: [{ role: "user", parts: ["a"] }], limit: null };
    const snapshot = one(
      {},
      { type: "object", variants: { opus: { value }, sonnet: { value }, plain: { value: { reply: "x" } } } },
    );
    const served = evaluate(snapshot, "flag", {}).value as typeof value;
    expect(served).toEqual(value);
    expect(Object.isFrozen(served.messages[0]?.parts)).toBe(true);
    const source = snapshotOf(documentOf({ flag: flagOf({}) }), "production");
    const trap = {
      ...(source.flags.flag as SnapshotFlag),
      get rules(): never {
        throw new Error("our own bug");
      },
    };
    expect(evaluate(compileSnapshot({ ...source, flags: { flag: trap } }), "flag", {}).errorCode).toBe("GENERAL");
  });

  it("leaves out what the environment does not configure, and says where a file's snapshot comes from", () => {
    const document: FlagDocument = {
      version: 1,
      flags: {
        flag: flagOf({ published: { opus: 3 }, targets: {}, rules: [], requires: [], stopped: [] }, { salt: "old-name" }),
        absent: { ...flagOf({}), environments: {} },
        bare: { type: "boolean", purpose: "config", owner: "o", permanent: true },
      },
      segments: { none: {}, other: { environments: { staging: {} } } },
    };
    const snapshot = snapshotOf(document, "production", { project: "p", epoch: "e", version: 9 });
    expect(snapshot).toMatchObject({ project: "p", epoch: "e", version: 9, segments: {} });
    expect(Object.keys(snapshot.flags)).toEqual(["flag"]);
    expect(snapshot.flags.flag).toMatchObject({ revision: 9, variants: { opus: { version: 3 } } });
    const { segments: _none, ...withoutSegments } = document;
    expect(snapshotOf(withoutSegments, "production").segments).toEqual({});
    const moved = compileSnapshot(snapshot);
    const gone = compileSnapshot({ ...snapshot, flags: {} });
    expect(whoMoves(gone, moved, [{}])).toEqual([{ flag: "flag", from: null, to: "sonnet", count: 1 }]);
    const unchanged = {
      epoch: "e",
      version: 10,
      flags: {},
      segments: {},
      values: {},
      removed: { flags: [], segments: [], values: [] },
    };
    expect(updateSnapshot(moved, unchanged).version).toBe(10);
  });

  it("keeps the first variant for a key that is in two lists of targets", () => {
    check(one({ targets: { opus: ["a"], sonnet: ["a"] } }), { targetingKey: "a" }, undefined, { variant: "opus" });
  });

  it("serves on and off for a boolean flag that lists no variants", () => {
    const snapshot = compiled({
      flag: {
        ...flagOf({ default: { variant: "on" }, fallback: "off" }, { type: "boolean", audience: "browser" }),
        variants: undefined as never,
      },
    });
    check(snapshot, {}, undefined, { value: true, variant: "on" });
    const config = { default: { variant: "x" } };
    check(compiled({ flag: { ...flagOf(config), variants: undefined as never } }), {}, undefined, { errorCode: "PARSE_ERROR" });
  });
});
