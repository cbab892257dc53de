/** Words and places of eval reports. */

import { expect, test } from "vitest";
import { flawedFirst, layInterval, sayChange, sayContent, sayCost, sayScore, sayScored, sayScores } from "./say-eval.ts";

test("contents, scores, changes and costs in words", () => {
  expect([sayContent({ valueVersion: null }), sayContent({ valueVersion: 3 })]).toEqual(["a draft", "version 3"]);
  expect([sayScore(0.5), sayScore(null)]).toEqual(["0.500", "unknown"]);
  expect([sayChange(-0.02), sayChange(0)]).toEqual(["−0.020", "+0.000"]);
  expect([sayCost(1_234), sayCost(null)]).toEqual(["$0.0012", undefined]);
  expect(sayScores([true, false])).toBe("pass, fail");
  expect(sayScores(0.8)).toBe("0.800");
  const summary = { mean: 1, scored: 40, isPassFail: true, mustPassFailures: 2 };
  expect(sayScored(summary, 42)).toBe("40 of 42 items scored; 2 that must pass did not");
  expect(sayScored({ ...summary, mustPassFailures: 0 }, 40)).toBe("all 40 items scored");
});

test("intervals lie on one scale around 0, with the margin on its left", () => {
  const narrow = { low: -0.01, high: 0.03, difference: 0.01 };
  const wide = { low: -0.1, high: 0.05, difference: -0.02 };
  expect(layInterval(wide, [narrow, wide], 0.02)).toEqual({ low: 0, high: 75, middle: 40, zero: 50, margin: 40 });
  expect(layInterval(narrow, [narrow, wide], 0.02)?.low).toBe(45);
  expect(layInterval({ low: null, high: null, difference: null }, [wide], 0.02)).toBeUndefined();
  expect(layInterval({ low: 0, high: 0, difference: 0 }, [{ low: null, high: null }], 0.02)?.margin).toBe(0);
});

test("what went wrong comes first", () => {
  const fine = { id: "fine", scores: { exact: true } };
  const failed = { id: "failed", scores: { exact: [true, false] } };
  const broken = { id: "broken", scores: {}, error: "timeout" };
  expect(flawedFirst([fine, failed, broken, { ...fine, id: "fine too" }]).map(({ id }) => id)).toEqual([
    "broken",
    "failed",
    "fine",
    "fine too",
  ]);
});
