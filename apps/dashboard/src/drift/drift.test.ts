/** What the page says of drift, and where its lines run. */

import { describe, expect, test } from "vitest";
import { DRIFT_MEANS, DRIFT_RATES, type DriftMark, type DriftPoint, type DriftSeries } from "@dimmer/protocol";
import { layDrift } from "./lay-drift.ts";
import { marksOf, pressingFirst, sayMetric, sayValueIn } from "./say-drift.ts";

test("every metric has a name, and its figures their unit", () => {
  expect([...DRIFT_RATES, ...DRIFT_MEANS].map(sayMetric)).not.toContain(undefined);
  expect(sayMetric("score:right")).toBe("right");
  expect([
    sayValueIn("share")(0.031),
    sayValueIn("tokens")(380.4),
    sayValueIn("microUsd")(4_100),
    sayValueIn("score")(0.81234),
  ]).toEqual(["3.1 %", "380", "$0.00410", "0.812"]);
});

test("what has changed comes first", () => {
  const series = (["gathering", "steady", "alarm", "suspect"] as const).map((state) => ({ state }) as DriftSeries);
  expect(pressingFirst(series).map(({ state }) => state)).toEqual(["alarm", "suspect", "steady", "gathering"]);
});

test("a series has the marks of its variant and of all", () => {
  const marks = ["opus", "sonnet", null].map((variant) => ({ variant }) as DriftMark);
  expect(marksOf(marks, "opus").map(({ variant }) => variant)).toEqual(["opus", null]);
});

describe("the chart", () => {
  const point = (hour: number, value: number | null, more: Partial<DriftPoint> = {}): DriftPoint => ({
    at: new Date(hour * 3_600_000).toISOString(),
    events: 100,
    value,
    expected: 2,
    logEvidence: null,
    alarmAt: 10,
    ...more,
  });
  const order = { width: 100, height: 100, evidenceHeight: 40, isFromZero: true };

  test("runs hour by hour, with a gap where nothing happened", () => {
    const drawn = layDrift({ ...order, points: [point(0, 1), point(1, null), point(2, 4, { logEvidence: 5 })] });
    expect(drawn?.places.map(({ x }) => x)).toEqual([0, 50, 100]);
    expect(drawn?.value.match(/M/gu)).toHaveLength(2);
    expect(drawn?.expected.match(/M/gu)).toHaveLength(1);
    expect(drawn).toMatchObject({ lowest: 0 });
    expect(drawn?.highest).toBeGreaterThan(4);
    expect(drawn?.x(3_600_000)).toBe(50);
    expect(drawn?.evidence).toMatch(/^M100 /u);
  });

  test("of what is no share begins where it is", () => {
    const drawn = layDrift({
      ...order,
      isFromZero: false,
      points: [380, 400].map((value, at) => point(at, value, { expected: 390 })),
    });
    expect(drawn?.lowest).toBeCloseTo(378.4);
    expect(drawn?.highest).toBeCloseTo(401.6);
  });

  test("is none without figures", () => {
    expect(layDrift({ ...order, points: [] })).toBeUndefined();
    expect(layDrift({ ...order, points: [point(0, null)] })).toBeUndefined();
    expect(layDrift({ ...order, isFromZero: false, points: [point(0, 2)] })?.places).toHaveLength(1);
  });
});
