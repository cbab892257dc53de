/** Budgets and shadows: how often, for whom, and never past a kill, a stop or an `only`. */

import { compileSnapshot, evaluate, type EvaluateOptions, type EvaluationContext, type SnapshotFlag } from "@dimmer/evaluation";
import { describe, expect, test } from "vitest";
import { ENGINE_LIMITS } from "./limits.ts";
import { openSpending } from "./spending.ts";

const variant = (digest: string, more: object = {}) => ({ version: 3, digest, pinEpoch: 0, ...more });
const flag = (more: Partial<SnapshotFlag> = {}): SnapshotFlag => ({
  revision: 1,
  type: "string",
  enabled: true,
  variants: { a: variant("a"), b: variant("b"), rest: variant("rest") },
  fallback: [{ variant: "rest" }],
  default: { variant: "a" },
  ...more,
});
const shadow = { variant: "b", percent: 100, callsPerMinute: 1_000 };
const USER = { targetingKey: "user-1" };

function open(first: SnapshotFlag) {
  let nowMs = 5_000;
  const compile = (chat: SnapshotFlag) =>
    compileSnapshot({
      format: 1,
      project: "demo",
      environment: "production",
      epoch: "e",
      version: 1,
      flags: { chat },
      segments: {},
      values: { a: '"A"', b: '"B"', rest: '"R"' },
    });
  const engine = {
    events: undefined,
    snapshot: compile(first) as ReturnType<typeof compile> | undefined,
    peek: (key: string, context: unknown, options?: EvaluateOptions) =>
      evaluate(engine.snapshot ?? compile(flag()), key, context, options),
  };
  const spending = openSpending(engine, { clock: { now: () => 0, monotonicMs: () => nowMs } });
  return {
    shadow: (key: string, context: EvaluationContext) => spending.shadow(key, context),
    takeBudget: (key: string, name: string) => spending.takeBudget(key, name),
    /** How many of so many calls are allowed. */
    taken: (times: number, name = "a") =>
      Array.from({ length: times }, () => spending.takeBudget("chat", name)).filter(Boolean).length,
    wait: (ms: number) => void (nowMs += ms),
    edit: (next: SnapshotFlag | undefined) => void (engine.snapshot = next && compile(next)),
  };
}

describe("[local-budget] a variant's budget", () => {
  test("is a minute's worth at once, fills evenly, and never holds more", () => {
    const { taken, wait } = open(flag({ budgets: { a: { callsPerMinute: 6 } } }));
    expect(taken(10)).toBe(6);
    wait(9_999);
    expect(taken(1)).toBe(0);
    wait(10_001);
    expect(taken(10)).toBe(2);
    wait(3_600_000);
    expect(taken(10)).toBe(6);
  });

  test("is its own, is edited while the app runs, and is nobody else's", () => {
    const { taken, edit } = open(flag({ budgets: { a: { callsPerMinute: 2 } } }));
    expect([taken(5), taken(5, "b"), taken(5, "toString")]).toEqual([2, 5, 5]);
    edit(flag({ budgets: { a: { callsPerMinute: 100 } } }));
    expect(taken(5)).toBe(0);
    edit(flag());
    expect(taken(5)).toBe(5);
    edit(undefined);
    expect(taken(5)).toBe(5);
  });

  test("is remembered for a bounded number of variants", () => {
    const names = Array.from({ length: ENGINE_LIMITS.budgets + 1 }, (_, at) => `v${at}`);
    const variants = Object.fromEntries(names.map((name) => [name, variant("a")]));
    const budgets = Object.fromEntries(names.map((name) => [name, { callsPerMinute: 1 }]));
    const { takeBudget } = open(flag({ variants: { ...flag().variants, ...variants }, budgets }));
    expect(names.every((name) => takeBudget("chat", name))).toBe(true);
    expect([takeBudget("chat", "v1"), takeBudget("chat", "v0")]).toEqual([false, true]);
  });
});

describe("[shadow-sampled] what is tried unseen", () => {
  test("is the shadow's variant with its value, as often as it may be", () => {
    const { shadow: ask, wait } = open(flag({ shadow: { ...shadow, callsPerMinute: 2 } }));
    expect(ask("chat", USER)).toEqual({ variant: "b", value: "B", valueVersion: 3 });
    expect([ask("chat", USER)?.variant, ask("chat", USER)]).toEqual(["b", undefined]);
    wait(30_000);
    expect(ask("chat", USER)?.variant).toBe("b");
  });

  test("picks about its share of people, and the same ones again", () => {
    const { shadow: ask } = open(flag({ shadow: { ...shadow, percent: 10, callsPerMinute: 1_000_000 } }));
    const picked = () => Array.from({ length: 2_000 }, (_, at) => ask("chat", { targetingKey: `u${at}` }) !== undefined);
    const first = picked();
    expect(first.filter(Boolean).length).toBeGreaterThan(150);
    expect(first.filter(Boolean).length).toBeLessThan(250);
    expect(picked()).toEqual(first);
  });

  test.each<[string, SnapshotFlag, EvaluationContext]>([
    ["the flag has none", flag(), USER],
    ["nobody is named", flag({ shadow }), {}],
    ["the key is empty", flag({ shadow }), { targetingKey: "" }],
    ["the flag is killed", flag({ shadow, enabled: false }), USER],
    ["the variant is stopped", flag({ shadow, stopped: ["b"] }), USER],
    [
      "the context may not have it",
      flag({ shadow, variants: { ...flag().variants, b: variant("b", { only: { plan: "pro" } }) } }),
      USER,
    ],
    ["the person gets it anyway", flag({ shadow, default: { variant: "b" } }), USER],
    ["there is no such variant", flag({ shadow: { ...shadow, variant: "none" } }), USER],
    ["it is for nobody", flag({ shadow: { ...shadow, percent: 0 } }), USER],
  ])("is nothing where %s", (_why, is, context) => expect(open(is).shadow("chat", context)).toBeUndefined());

  test("is nothing of another flag, or before there are flags", () => {
    const { shadow: ask, edit } = open(flag({ shadow }));
    expect(ask("none", USER)).toBeUndefined();
    edit(undefined);
    expect(ask("chat", USER)).toBeUndefined();
  });
});
