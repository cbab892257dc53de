/** Leases of budgets in dollars: what a process may spend, with the server there, silent, and not heard of yet. */

import { describe, expect, it } from "vitest";
import { callKey, openLeases } from "./leases.ts";
import { ENGINE_LIMITS } from "./limits.ts";

const UNIT = { flag: "chat", budget: "total", value: null, amountMicroUsd: 1_000 };
const LEASE = {
  ...UNIT,
  microUsd: 100,
  cheaperMicroUsd: null,
  hourlyMicroUsd: 600,
  forMs: 15_000,
  periodMs: 3_600_000,
  callMicroUsd: { opus: 10, haiku: 1 },
};

function open() {
  let nowMs = 5_000;
  const leases = openLeases({ clock: { now: () => 0, monotonicMs: () => nowMs } });
  const call = (variant = "opus", unit: object = {}) => ({
    flag: "chat",
    variant,
    attributes: undefined,
    units: [{ ...UNIT, ...unit }],
  });
  /** How many of so many calls were allowed. */
  const taken = (times: number, variant?: string, unit?: object): number => {
    let count = 0;
    for (let at = 0; at < times; at++) {
      if (!leases.isLeft(call(variant, unit))) continue;
      leases.take(call(variant, unit));
      count++;
    }
    return count;
  };
  return {
    taken,
    hear: (more: object = {}, told = 0, variant = "opus") =>
      leases.hear(
        { leases: [{ ...LEASE, ...more }] },
        Array.from({ length: told }, () => callKey("chat", variant, undefined)),
      ),
    hearRaw: (answer: unknown) => leases.hear(answer, []),
    wait: (ms: number) => void (nowMs += ms),
  };
}

describe("[dollar-budget] a lease", () => {
  it("allows the calls that it pays, each variant at what its calls have cost", () => {
    const { hear, taken } = open();
    hear();
    expect([taken(20), taken(20, "haiku")]).toEqual([10, 0]);
    hear({ microUsd: 15 }, 10);
    expect([taken(20), taken(20, "haiku")]).toEqual([1, 5]);
  });

  it("before the first nothing is held back, and what was taken then is taken of it", () => {
    const { hear, taken } = open();
    expect(taken(7)).toBe(7);
    hear();
    expect(taken(20)).toBe(3);
  });

  it("what the server was told of is its own to add up; what it was not is taken of the next lease", () => {
    const { hear, taken } = open();
    hear();
    expect(taken(6)).toBe(6);
    hear({}, 4);
    expect(taken(20)).toBe(8);
    hear({}, 10);
    expect(taken(20)).toBe(10);
  });

  it("a call of which nothing is told for long never will be", () => {
    const { hear, taken, wait } = open();
    expect(taken(10)).toBe(10);
    wait(ENGINE_LIMITS.untoldMs);
    hear();
    expect(taken(20)).toBe(10);
  });

  it("the cheaper variant has more left", () => {
    const { hear, taken } = open();
    const unit = { cheaper: "haiku" };
    hear({ microUsd: 10, cheaperMicroUsd: 15 });
    expect([taken(5, "opus", unit), taken(5, "opus", unit), taken(20, "haiku", unit)]).toEqual([1, 0, 5]);
  });

  it("a variant that has cost nothing yet is taken for the dearest", () => {
    const { hear, taken } = open();
    hear();
    expect(taken(20, "fresh")).toBe(10);
    hear({ callMicroUsd: {}, microUsd: 0 }, 10, "fresh");
    expect(taken(1, "fresh"), "and with no price at all something must be left").toBe(0);
  });

  it("once it is over, the pace to the period's end holds, a minute's worth at once", () => {
    const { hear, taken, wait } = open();
    hear({ microUsd: 0 });
    wait(15_000);
    expect(taken(5)).toBe(0);
    wait(60_000);
    expect(taken(5)).toBe(1);
    wait(600_000);
    expect(taken(5)).toBe(1);
  });

  it("of a budget that is spent nothing is left, however long the server is silent, until its period is over", () => {
    const { hear, taken, wait } = open();
    hear({ microUsd: 0, hourlyMicroUsd: 0 });
    wait(3_599_999);
    expect(taken(5)).toBe(0);
    wait(1);
    expect(taken(5)).toBe(5);
  });

  it("on another amount it is none", () => {
    const { hear, taken } = open();
    hear({ microUsd: 0 });
    expect([taken(3), taken(3, "opus", { amountMicroUsd: 2_000 })]).toEqual([0, 3]);
  });

  it.each([
    ["nothing", undefined],
    ["no list", { leases: 5 }],
    ["null", { leases: [null] }],
    ["no flag", { leases: [{ ...LEASE, flag: 5 }] }],
    ["no prices", { leases: [{ ...LEASE, callMicroUsd: null }] }],
    ["a price that is none", { leases: [{ ...LEASE, callMicroUsd: { opus: "1" } }] }],
    ["an amount that is none", { leases: [{ ...LEASE, microUsd: null }] }],
  ])("an answer with %s leases nothing", (_name, answer) => {
    const { hearRaw, taken } = open();
    hearRaw(answer);
    expect(taken(50)).toBe(50);
  });

  it("of too many budgets and kinds of calls the oldest are forgotten", () => {
    const { hear, taken } = open();
    hear({ microUsd: 0 });
    for (let at = 0; at <= ENGINE_LIMITS.budgets; at++) taken(1, `v${at}`, { value: at });
    expect(taken(1)).toBe(1);
  });
});
