/** Every operator and combination, in a tree that fails open and in one that fails closed. */

import { RE2JS } from "re2js";
import { describe, expect, it, vi } from "vitest";
import { compileSnapshot, type CompiledSnapshot } from "../compile-snapshot.ts";
import type { EvaluationContext } from "../context.ts";
import { newRun } from "../evaluate.ts";
import { LIMITS } from "../limits.ts";
import { startRun } from "../run.ts";
import type { SnapshotSegment } from "../snapshot.ts";
import { compileCondition, type Mode } from "./condition.ts";
import { testCondition } from "./test-condition.ts";
import { explainCondition } from "./explain-condition.ts";
import { TRUTH_WORDS } from "./truth.ts";

const SEGMENTS: Record<string, SnapshotSegment> = {
  beta: { include: ["in"], exclude: ["out"], when: { plan: "pro" } },
  listed: { include: ["in"] },
  paying: { when: { plan: "pro" } },
  nobody: {},
  circle: { when: { segment: "circle" } },
  broken: { include: "x" } as never,
  huge: { include: Array.from({ length: LIMITS.segmentKeys + 1 }, String) },
};

function snapshot(): CompiledSnapshot {
  return compileSnapshot({
    format: 1,
    project: "p",
    environment: "e",
    epoch: "x",
    version: 1,
    flags: {},
    segments: SEGMENTS,
    values: {},
  });
}

function truth(tree: unknown, context: object, mode: Mode): string {
  const run = newRun(snapshot());
  startRun(run, run.snapshot, context as EvaluationContext, undefined, undefined);
  const result = testCondition(compileCondition(tree, mode), run);
  expect(run.steps).toBeLessThan(LIMITS.evaluationSteps + LIMITS.listEntries + 1);
  explainCondition(run, tree, mode);
  return TRUTH_WORDS[result];
}

/** One tree, one context, and what both modes say. */
function check(tree: unknown, context: object, open: string, closed = open): void {
  expect([truth(tree, context, "open"), truth(tree, context, "closed")]).toEqual([open, closed]);
}

describe("operators", () => {
  const context = {
    plan: "pro",
    age: 30,
    ok: true,
    version: "2.4.0",
    ip: "10.1.2.3",
    at: "2026-03-01T00:00:00Z",
    since: 1_000,
    tags: ["a", "b"],
    none: null,
    empty: [],
    blank: "",
    nested: { deep: { plan: "x" } },
    "a.b": 1,
    when: new Date(0),
    bad: new Date(Number.NaN),
    big: 10n,
    inf: Infinity,
    fn: () => 1,
    sym: Symbol("s"),
    mixed: [{}, "a", null],
    long: "x".repeat(2_000),
  };
  it.each<[unknown, string, string?]>([
    [{ plan: "pro" }, "true"],
    [{ plan: "free" }, "false"],
    [{ plan: 3 }, "false", "unknown"],
    [{ missing: "x" }, "false", "unknown"],
    [{ none: "x" }, "false", "unknown"],
    [{ plan: ["free", "pro"] }, "true"],
    [{ plan: ["free"] }, "false"],
    [{ age: ["30", "31"] }, "false", "unknown"],
    [{ ok: true }, "true"],
    [{ age: { gt: 29 } }, "true"],
    [{ age: { gt: 30 } }, "false"],
    [{ age: { gte: 30, lt: 31 } }, "true"],
    [{ age: { lte: 29 } }, "false"],
    [{ age: { lte: 30 } }, "true"],
    [{ age: { lt: 30 } }, "false"],
    [{ age: { gte: 31 } }, "false"],
    [{ plan: { gt: 1 } }, "false", "unknown"],
    [{ plan: { gte: 1 } }, "false", "unknown"],
    [{ plan: { lt: 1 } }, "false", "unknown"],
    [{ plan: { lte: 1 } }, "false", "unknown"],
    [{ plan: { contains: "r" } }, "true"],
    [{ plan: { contains: ["x", "r"] } }, "true"],
    [{ plan: { startsWith: "pr" } }, "true"],
    [{ plan: { endsWith: ["x", "y"] } }, "false"],
    [{ age: { contains: "3" } }, "false", "unknown"],
    [{ plan: { matches: "^p.o$" } }, "true"],
    [{ plan: { matches: ["x", "r"] } }, "true"],
    [{ plan: { matches: "z" } }, "false"],
    [{ age: { matches: "3" } }, "false", "unknown"],
    [{ long: { matches: "x" } }, "unknown"],
    [{ plan: { matches: "(" } }, "unknown"],
    [{ version: { semver: { gte: "2.3.0", lt: "3.0.0" } } }, "true"],
    [{ version: { semver: { eq: "2.4.0" } } }, "true"],
    [{ version: { semver: { gt: "2.4.0" } } }, "false"],
    [{ version: { semver: { lte: "2.4.0" } } }, "true"],
    [{ plan: { semver: { eq: "1.0.0" } } }, "false", "unknown"],
    [{ age: { semver: { eq: "1.0.0" } } }, "false", "unknown"],
    [{ plan: { semver: { near: "1.0.0" } } }, "unknown"],
    [{ plan: { semver: { eq: 1 } } }, "unknown"],
    [{ plan: { semver: {} } }, "unknown"],
    [{ plan: { semver: "1.0.0" } }, "unknown"],
    [{ ip: { cidr: "10.0.0.0/8" } }, "true"],
    [{ ip: { cidr: ["192.168.0.0/16"] } }, "false"],
    [{ plan: { cidr: "10.0.0.0/8" } }, "false", "unknown"],
    [{ age: { cidr: "10.0.0.0/8" } }, "false", "unknown"],
    [{ ip: { cidr: "nonsense" } }, "unknown"],
    [{ at: { before: "2026-03-02T00:00:00Z" } }, "true"],
    [{ at: { after: "2026-03-02T00:00:00Z" } }, "false"],
    [{ since: { after: 999 } }, "true"],
    [{ when: { before: 1 } }, "true"],
    [{ plan: { before: 1 } }, "false", "unknown"],
    [{ at: { before: "soon" } }, "unknown"],
    [{ plan: { matches: ["x", "r"], contains: "o" } }, "true"],
    [{ long: { contains: "x", matches: "x" } }, "unknown"],
    [{ plan: { contains: "x", matches: "r" } }, "false"],
    [{ plan: { exists: true } }, "true"],
    [{ missing: { exists: false } }, "true"],
    [{ missing: { exists: false, eq: "x" } }, "false", "unknown"],
    [{ plan: { exists: true, eq: "pro" } }, "true"],
    [{ none: { exists: true } }, "false"],
    [{ empty: { exists: true } }, "true"],
    [{ blank: { exists: true } }, "true"],
    [{ bad: { exists: true } }, "false"],
    [{ when: { exists: true } }, "true"],
    [{ inf: { exists: true } }, "false"],
    [{ fn: { exists: true } }, "false"],
    [{ sym: { exists: true } }, "false"],
    [{ plan: { exists: "yes" } }, "unknown"],
    [{ inf: { gt: 1 } }, "false", "unknown"],
    [{ big: { gt: 1 } }, "false", "unknown"],
    [{ bad: { before: 1 } }, "false", "unknown"],
    [{ nested: "x" }, "false", "unknown"],
    [{ tags: "b" }, "true"],
    [{ tags: { startsWith: "a", endsWith: "b" } }, "false"],
    [{ tags: { gt: 1 } }, "false", "unknown"],
    [{ mixed: "a" }, "true"],
    [{ empty: "a" }, "false"],
    [{ "nested.deep.plan": "x" }, "true"],
    [{ "nested.none.plan": "x" }, "false", "unknown"],
    [{ "a.b": 1 }, "true"],
    [{ constructor: { exists: true } }, "false"],
    [{ "constructor.prototype": { exists: true } }, "false"],
    [{ plan: { like: "x" } }, "unknown"],
    [{ plan: { constructor: "x" } }, "unknown"],
    [{ plan: {} }, "unknown"],
    [{ plan: null }, "unknown"],
    [{ plan: [] }, "unknown"],
    [{ plan: [{}] }, "unknown"],
    [{ age: { gt: "1" } }, "unknown"],
  ])("%j is %s, closed %s", (tree, open, closed) => check(tree, context, open, closed));

  it("reads only own attributes, also of a context with a prototype", () => {
    class Person {
      get plan(): string {
        return "pro";
      }
    }
    check({ plan: "pro" }, new Person(), "false", "unknown");
    check({ plan: "pro" }, Object.assign(new Person(), { region: "eu" }), "false", "unknown");
    check({ plan: "pro" }, Object.assign(Object.create(null) as object, { plan: "pro" }), "true");
    check({ constructor: "x" }, { ["constructor"]: "x" }, "true");
  });
});

describe("trees", () => {
  const yes = { plan: "pro" };
  const no = { plan: "free" };
  const unsure = { segment: "missing" };
  it.each<[unknown, string, string?]>([
    [{ all: [yes, no] }, "false"],
    [{ all: [yes, unsure] }, "unknown"],
    [{ all: [unsure, no] }, "false"],
    [{ any: [no, yes] }, "true"],
    [{ any: [no, unsure] }, "unknown"],
    [{ any: [unsure, yes] }, "true"],
    [{ not: no }, "true"],
    [{ not: yes }, "false"],
    [{ not: unsure }, "unknown"],
    [{ not: { missing: "x" } }, "true", "unknown"],
    [{ plan: "pro", region: "eu" }, "false", "unknown"],
    [{ attribute: { plan: "pro" } }, "true"],
    [{ attribute: {} }, "unknown"],
    [{ attribute: 3 }, "unknown"],
    [{}, "unknown"],
    [{ all: [] }, "unknown"],
    [{ all: 3 }, "unknown"],
    [{ any: [3] }, "unknown"],
    [null, "unknown"],
    [[], "unknown"],
    [{ segment: 3 }, "unknown"],
    [{ segment: [] }, "unknown"],
    [{ segment: Array.from({ length: 1_001 }, () => "beta") }, "unknown"],
  ])("%j is %s, closed %s", (tree, open, closed) => check(tree, { plan: "pro" }, open, closed));

  it("is unknown as a whole past its limits of depth and nodes", () => {
    let deep: object = yes;
    for (let level = 0; level < 5_000; level++) deep = { not: deep };
    check({ any: [yes, deep] }, { plan: "pro" }, "unknown");
    check({ any: [yes, ...Array.from({ length: LIMITS.treeNodes }, () => no)] }, { plan: "pro" }, "unknown");
  });

  it("is unknown past its limit of patterns, and compiles none beyond", () => {
    const compile = vi.spyOn(RE2JS, "compile");
    try {
      const texts = (count: number) => Array.from({ length: count }, (_, at) => `^${at}`);
      check({ a: { matches: texts(LIMITS.patternWeight) } }, { a: "7" }, "true");
      check({ a: { matches: texts(LIMITS.patternWeight + 1) } }, { a: "7" }, "unknown");
      check({ a: { matches: Array.from({ length: 9 }, () => "(?i)\\pL") } }, { a: "7" }, "unknown");
      compile.mockClear();
      const many = Array.from({ length: 1_000 }, () => ({ a: { matches: texts(30) } }));
      expect(compileCondition({ any: [{ a: "7" }, ...many] }, "open")).toEqual({ kind: "unknown" });
      expect(compile).toHaveBeenCalledTimes(90);
    } finally {
      compile.mockRestore();
    }
  });

  it("stops after the steps it may take", () => {
    const list = { tags: { contains: Array.from({ length: 1_000 }, (_, at) => `x${at}`) } };
    check(list, { tags: Array.from({ length: 1_000 }, () => "none") }, "unknown");
    check({ tags: "x" }, { tags: Array.from({ length: 1_001 }, () => "y") }, "unknown");
    const patterns = { text: { matches: Array.from({ length: 50 }, () => "a.*b.*c.*d") } };
    check(patterns, { text: "e".repeat(1_000) }, "unknown");
    const blocks = { ips: { cidr: Array.from({ length: 1_000 }, () => "10.0.0.0/8") } };
    check(blocks, { ips: Array.from({ length: 1_000 }, () => "11.0.0.1") }, "unknown");
    const elements = {
      all: Array.from({ length: 300 }, () => ({ tags: { startsWith: "a" } })).map((tree) => ({ any: [tree, { plan: "pro" }] })),
    };
    check(elements, { plan: "pro", tags: Array.from({ length: 1_000 }, () => 3) }, "unknown");
    check({ all: [elements, yes] }, { plan: "pro", tags: Array.from({ length: 1_000 }, () => 3) }, "unknown");
  });
});

describe("segments", () => {
  const inside = { targetingKey: "in" };
  it.each<[string | string[], object, string, string?]>([
    ["beta", inside, "true"],
    ["beta", { targetingKey: "out", plan: "pro" }, "false"],
    ["beta", { targetingKey: "other", plan: "pro" }, "true"],
    ["beta", { plan: "pro" }, "true", "unknown"],
    ["listed", inside, "true"],
    ["listed", { targetingKey: "other" }, "false"],
    ["listed", {}, "false", "unknown"],
    ["paying", { plan: "pro" }, "true"],
    ["nobody", inside, "false"],
    ["missing", inside, "unknown"],
    ["broken", inside, "unknown"],
    ["huge", inside, "unknown"],
    ["circle", inside, "unknown"],
    [["nobody", "listed"], inside, "true"],
  ])("%s for %j is %s, closed %s", (segment, context, open, closed) => check({ segment }, context, open, closed));
});

describe("explainCondition", () => {
  it("takes a tree apart and says what each attribute held", () => {
    const run = newRun(snapshot());
    startRun(run, run.snapshot, { plan: "pro", big: 1n }, undefined, undefined);
    const tree = {
      any: [{ plan: "free" }, { attribute: { "a/b": 1 } }],
      not: { segment: "listed" },
      big: { gt: 1 },
      all: 3,
      attribute: 4,
    };
    expect(explainCondition(run, tree, "open")).toEqual([
      { path: "/any/0/plan", result: "false", attribute: "plan", actual: "pro", expected: "free" },
      { path: "/any/1/attribute/a~1b", result: "false", attribute: "a/b", expected: 1 },
      { path: "/not/segment", result: "false", expected: "listed" },
      { path: "/big", result: "false", attribute: "big", actual: "(cannot be shown as JSON)", expected: { gt: 1 } },
    ]);
    expect(run.steps).toBe(0);
    expect(explainCondition(run, { any: Array.from({ length: 300 }, () => ({ plan: "x" })) }, "open").length).toBeLessThanOrEqual(
      200,
    );
  });
});
