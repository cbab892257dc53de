/** The axis of ratios. */

import { expect, test } from "vitest";
import { logScaleOf, placeOnLog, ticksOfLog } from "./log-scale.ts";

test("reaches every ratio and 1, and is as wide with nothing as with noise", () => {
  const quiet = logScaleOf([1.01]);
  expect(quiet).toEqual(logScaleOf([]));
  expect(placeOnLog(quiet, 1)).toBeCloseTo(0.5);
  const wide = logScaleOf([0.5, 4]);
  expect(wide.from).toBeLessThan(0.5);
  expect(wide.to).toBeGreaterThan(4);
});

test("what has no place stands at the edge", () => {
  const scale = logScaleOf([0, Number.POSITIVE_INFINITY]);
  expect(scale).toEqual({ from: 1 / 16, to: 16 });
  expect(placeOnLog(scale, 0)).toBe(0);
  expect(placeOnLog(scale, 1_000)).toBe(1);
  expect(placeOnLog(scale, 4)).toBeCloseTo(0.75);
});

test("few ticks, 1 among them", () => {
  expect(ticksOfLog(logScaleOf([]))).toEqual([1 / 1.25, 1, 1.25]);
  const wide = logScaleOf([0, 100]);
  expect(ticksOfLog(wide)).toContain(1);
  const places = ticksOfLog(wide).map((tick) => placeOnLog(wide, tick));
  for (const [at, place] of places.slice(1).entries()) expect(place - (places[at] ?? 0)).toBeGreaterThanOrEqual(0.16);
  expect(places.length).toBeGreaterThan(3);
});
