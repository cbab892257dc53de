/** The program of a flag's rules decides as the rules one by one do: `explain` walks them, `evaluate` runs the program. */

import { describe, expect, it } from "vitest";
import { snapshotOf } from "../build-snapshot.ts";
import { compileSnapshot } from "../compile-snapshot.ts";
import { slotOf } from "../bucketing/slot.ts";
import { evaluate } from "../evaluate.ts";
import { explain } from "../explain.ts";
import type { FlagDefinition } from "../flag.ts";

const CONDITIONS: readonly object[] = [
  { a: "x" },
  { a: 5 },
  { a: true },
  { a: ["x", 5, true] },
  { a: { gt: 5 } },
  { a: { gte: 5 } },
  { a: { lt: 5 } },
  { a: { lte: 5 } },
  { a: { semver: { gte: "1.2.0", lt: "2.0.0" } } },
  { a: { semver: { eq: "1.2.3" } } },
  { a: { semver: { gt: "1.2.2" } } },
  { a: { semver: { lte: "1.2.3" } } },
  { a: { semver: { lt: "1.2.3-rc.1" } } },
  { a: { semver: { gte: "100000.0.0" } } },
  { a: ["a", "b", "c", "d", "e", "f", "x", 5, true] },
  { a: { contains: "x" } },
  { a: { startsWith: "x" } },
  { a: { endsWith: "x" } },
  { a: { endsWith: ["x", "y"] } },
  { a: { gt: 1, lt: 9 } },
  { a: { exists: true } },
  { a: { exists: true, gt: 5 } },
  { a: { matches: "^x" } },
  { a: { before: "2026-01-01T00:00:00Z" } },
  { a: "x", b: 5 },
  { a: { gt: 4 }, b: "x" },
  { "a.b": "x" },
  { not: { a: "x" } },
  { segment: "none" },
];
const VALUES: readonly unknown[] = [
  "x", "xy", "yx", "", "1.2.3", "1.2", "1.2.3-rc.1", "1.2.3+build", "01.2.3", "100000.0.0", "1.2.x", "1..3", "1.2.", "2020-01-01T00:00:00Z", 5, 4.5, 6, Number.NaN, Number.POSITIVE_INFINITY, true, false,
  null, undefined, 5n, Symbol("x"), ["x"], [5, "z"], [], { b: "x" }, new Date("2020-01-01T00:00:00Z"), () => "x",
]; // prettier-ignore

function flagWith(conditions: readonly object[], isOpen: boolean): FlagDefinition {
  const serve = isOpen ? { split: { on: 50, off: 50 } } : { variant: "on" };
  return {
    type: "boolean",
    purpose: "release",
    owner: "team",
    permanent: true,
    environments: {
      production: {
        enabled: true,
        fallback: "off",
        rules: conditions.map((when, at) => ({ id: `rule-${at}`, when, serve })),
        default: { variant: "off" },
      },
    },
  } as FlagDefinition;
}

function check(conditions: readonly object[], context: object): void {
  const snapshot = compileSnapshot(
    snapshotOf({ version: 1, flags: { one: flagWith(conditions, false), two: flagWith(conditions, true) } }, "production"),
  );
  for (const key of ["one", "two"])
    for (let turn = 0; turn < 2; turn++)
      expect(evaluate(snapshot, key, context)).toEqual(explain(snapshot, key, context).evaluation);
}

describe("the program of the rules", () => {
  it("finds a person by any salt and key, as the plan does", () => {
    for (const salt of ["s", "a-salt-of-some-length", "ä", "s".repeat(53), "s".repeat(60)]) {
      const flag = { ...flagWith([], true), salt } as FlagDefinition;
      const production = { ...flag.environments?.production, default: { split: { on: 50, off: 50 } } };
      const split = { ...flag, environments: { production } } as FlagDefinition;
      const snapshot = compileSnapshot(snapshotOf({ version: 1, flags: { split } }, "production"));
      for (const targetingKey of [
        "",
        "k",
        "user-1",
        "ü",
        "k".repeat(40),
        "k".repeat(200),
        7,
        7.5,
        -0,
        null,
        undefined,
        {},
        true,
      ]) {
        const context = { targetingKey };
        expect(evaluate(snapshot, "split", context)).toEqual(explain(snapshot, "split", context).evaluation);
      }
    }
  });

  it("looks a slot up with its offset, round the end as well", () => {
    const stored = { algorithm: "sha1-slot-v1", slots: 100_000, salt: "s", by: "targetingKey", offset: 70_000, previous: null };
    const ranges = [[0, 50_000, "on"], [50_000, 100_000, "off"]]; // prettier-ignore
    const base = flagWith([], false);
    const serve = { split: { on: 50, off: 50 }, stored: { ...stored, ranges } };
    const production = { ...base.environments?.production, default: serve };
    const flag = { ...base, environments: { production } } as unknown as FlagDefinition;
    const snapshot = compileSnapshot(snapshotOf({ version: 1, flags: { flag } }, "production"));
    expect(evaluate(snapshot, "flag", undefined).errorCode).toBe("TARGETING_KEY_MISSING");
    for (let person = 0; person < 200; person++) {
      const context = { targetingKey: `user-${person}` };
      const isOn = (slotOf("s", context.targetingKey) + 70_000) % 100_000 < 50_000;
      expect(evaluate(snapshot, "flag", context).variant).toBe(isOn ? "on" : "off");
    }
  });

  it("ends where a rule is for everybody, and leaves a very long list of rules to the plan", () => {
    const rule = (id: string, when: object | undefined) => ({ id, ...(when && { when }), serve: { variant: "on" } });
    const long = Array.from({ length: 400 }, (_, at) =>
      rule(`r${at}`, Object.fromEntries(Array.from({ length: 10 }, (_, part) => [`a${part}`, `${at}`]))),
    );
    const all = { a0: "399", ...Object.fromEntries(Array.from({ length: 10 }, (_, part) => [`a${part}`, "399"])) };
    for (const rules of [[rule("first", { a: 1 }), rule("all", undefined), rule("never", { a: 2 })], long]) {
      const base = flagWith([], false);
      const production = { ...base.environments?.production, rules };
      const flag = { ...base, environments: { production } } as FlagDefinition;
      const snapshot = compileSnapshot(snapshotOf({ version: 1, flags: { flag } }, "production"));
      for (const context of [{ a: 1 }, { a: 2 }, all, { targetingKey: "k" }])
        expect(evaluate(snapshot, "flag", context)).toEqual(explain(snapshot, "flag", context).evaluation);
    }
  });

  it.each(CONDITIONS.map((condition) => [JSON.stringify(condition), condition] as const))("agrees on %s", (_text, condition) => {
    for (const a of VALUES)
      for (const b of [5, "x", ["x"]]) {
        check([condition], { targetingKey: "k", a, b });
        check([{ a: "nobody" }, condition, { b: "x" }], { targetingKey: "k", a, b });
      }
  });
});
