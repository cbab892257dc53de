/** What is left of a snapshot for browsers. */

import { describe, expect, test } from "vitest";
import {
  compileSnapshot,
  evaluate,
  snapshotOf,
  type Condition,
  type FlagDefinition,
  type FlagEnvironment,
} from "@dimmer/evaluation";
import { narrowToBrowser } from "./browser-snapshot.ts";

const flag = (block: Partial<FlagEnvironment>, parts: Partial<FlagDefinition> = {}): FlagDefinition => ({
  type: "string",
  purpose: "release",
  owner: "tests",
  permanent: true,
  variants: { a: { value: "A" }, b: { value: "B" } },
  environments: { production: { enabled: true, fallback: "a", default: { variant: "b" }, ...block } },
  ...parts,
});
const browser = { audience: "browser" } as const;
const inSegment = (segment: string) => [{ id: "r", when: { segment }, serve: { variant: "a" } }];
const segments = { asked: { when: { segment: "nested" } }, nested: { include: ["u"] }, needed: { include: ["u"] }, foreign: {} };

const snapshot = snapshotOf(
  {
    version: 1,
    flags: {
      open: flag({ rules: inSegment("asked"), requires: [{ flag: "gate", variant: "b" }] }, browser),
      gate: flag({ rules: inSegment("needed"), requires: [{ flag: "deeper", variant: "b" }] }),
      deeper: flag({}),
      private: flag({ rules: inSegment("foreign") }),
      circle: flag({ requires: [{ flag: "circle", variant: "b" }] }, browser),
    },
    segments: Object.fromEntries(
      Object.entries(segments).map(([name, block]) => [name, { environments: { production: block } }]),
    ),
  },
  "production",
  { project: "demo" },
);

describe("a snapshot for browsers", () => {
  const narrow = narrowToBrowser();
  const narrowed = narrow(snapshot);

  test("holds the flags for browsers and what these need, and lets only the former be asked for", () => {
    expect([...narrowed.flags].sort()).toEqual(["circle", "open"]);
    expect(Object.keys(narrowed.snapshot.flags).sort()).toEqual(["circle", "deeper", "gate", "open"]);
    expect(Object.keys(narrowed.snapshot.segments).sort()).toEqual(["asked", "needed", "nested"]);
  });

  test("keeps a flag that did not change as the same object, so that its compiled form stays", () => {
    const later = narrow({ ...snapshot, version: 2 });
    expect(later.snapshot.flags["open"]).toBe(narrowed.snapshot.flags["open"]);
  });
});

describe("no claim of a browser gets it a variant that has an `only`", () => {
  const only = { b: { plan: "pro" } };
  const restricted = (condition: Condition, block: Partial<FlagEnvironment> = {}) => {
    const variants = { a: { value: "A" }, b: { value: "B", only: condition } };
    const document = { version: 1 as const, flags: { model: flag(block, { ...browser, variants }), gated: gatedBy("model") } };
    return compileSnapshot(narrowToBrowser()(snapshotOf(document, "production", { project: "demo" })).snapshot);
  };
  const gatedBy = (key: string) => flag({ requires: [{ flag: key, variant: "b" }] }, browser);

  test.each<[string, Condition, object]>([
    ["the claim it asks for", only.b, { plan: "pro" }],
    ["a claim left out", { banned: { exists: false } }, {}],
    ["the negation of what is not claimed", { not: { plan: { exists: true } } }, {}],
    ["the person's own key", { targetingKey: "user-1" }, { targetingKey: "user-1" }],
  ])("by %s", (_what, condition, context) => {
    expect(evaluate(restricted(condition), "model", context)).toMatchObject({ variant: "a", reason: "DISABLED" });
    // Nor does the flag count as serving it where another requires it.
    expect(evaluate(restricted(condition), "gated", context)).toMatchObject({ variant: "a", reason: "DISABLED" });
  });

  test.each<[string, Partial<FlagEnvironment>]>([
    ["a target", { targets: { b: ["user-1"] }, default: { variant: "a" } }],
    ["a rule", { rules: [{ id: "r", serve: { variant: "b" } }], default: { variant: "a" } }],
    ["a split", { default: { split: { a: 0, b: 100 } } }],
    ["a split of both", { default: { split: { a: 50, b: 50 } } }],
  ])("through %s", (_what, block) => {
    for (const targetingKey of ["user-1", "user-2", "user-3"])
      expect(evaluate(restricted(only.b, block), "model", { targetingKey, plan: "pro" }).variant).toBe("a");
  });

  test("who has no `only` to pass gets what everyone gets", () => {
    const open = compileSnapshot(narrowToBrowser()(snapshot).snapshot);
    expect(evaluate(open, "open", { targetingKey: "somebody" })).toMatchObject({ variant: "b", reason: "DEFAULT" });
    expect(evaluate(open, "open", { targetingKey: "u" })).toMatchObject({ variant: "a" });
  });
});
