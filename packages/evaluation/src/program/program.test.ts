/** The program of a flag's rules decides as the rules one by one do: `explain` walks them, `evaluate` runs the program. */

import { describe, expect, it } from "vitest";
import { snapshotOf } from "../build-snapshot.ts";
import { compileSnapshot } from "../compile-snapshot.ts";
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
  "x", "xy", "yx", "", "1.2.3", "1.2", "2020-01-01T00:00:00Z", 5, 4.5, 6, Number.NaN, Number.POSITIVE_INFINITY, true, false,
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
  it.each(CONDITIONS.map((condition) => [JSON.stringify(condition), condition] as const))("agrees on %s", (_text, condition) => {
    for (const a of VALUES)
      for (const b of [5, "x", ["x"]]) {
        check([condition], { targetingKey: "k", a, b });
        check([{ a: "nobody" }, condition, { b: "x" }], { targetingKey: "k", a, b });
      }
  });
});
