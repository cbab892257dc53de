/** Segments: what differs by chance only, and what has nothing to compare. */

import { expect, test } from "vitest";
import { compareSegments } from "./segments.ts";

test("segments that differ by chance only are all shrunk to one effect", () => {
  const of = compareSegments([
    { estimate: 0.1, variance: 0.01 },
    { estimate: 0.12, variance: 0.02 },
    { estimate: 0.08, variance: 0.04 },
  ])!;
  expect(of).toMatchObject({ degrees: 2, variance: 0, share: 0, random: of.fixed });
  expect(of.p).toBeGreaterThan(0.9);
  expect(of.standsOut).toEqual([false, false, false]);
  for (const shrunk of of.shrunk) expect(shrunk).toBeCloseTo(of.fixed.estimate, 12);
});

test("a segment that stands out keeps most of its effect, and one that is barely known does not", () => {
  const of = compareSegments([
    { estimate: 0, variance: 0.001 },
    { estimate: 1, variance: 0.001 },
    { estimate: 1, variance: 4 },
  ])!;
  expect(of.p).toBeLessThan(1e-10);
  expect(of.shrunk[1]).toBeGreaterThan(0.99);
  expect(of.shrunk[2]).toBeLessThan(0.6);
});

test("what stands out is named, once segments differ at all", () => {
  const of = (...estimates: number[]) => compareSegments(estimates.map((estimate) => ({ estimate, variance: 0.01 })))!.standsOut;
  expect(of(0.1, 0.12, 0.08, 0.9, 0.1)).toEqual([false, false, false, true, false]);
  // One of twenty at the edge is what chance gives.
  expect(of(0.25, ...Array.from({ length: 19 }, (_, at) => (at % 2 === 0 ? 0.05 : -0.05)))).not.toContain(true);
});

test("a segment against all is the segment against the others", () => {
  // z² of 1 against 0 and 0.2, by hand: variances 0.04 and 1/(1/0.04 + 1/0.02).
  const segments = [
    { estimate: 1, variance: 0.04 },
    { estimate: 0, variance: 0.04 },
    { estimate: 0.2, variance: 0.02 },
  ];
  const others = (0 / 0.04 + 0.2 / 0.02) / 75;
  const z = (1 - others) / Math.sqrt(0.04 + 1 / 75);
  const { fixed } = compareSegments(segments)!;
  expect((1 - fixed.estimate) / Math.sqrt(0.04 - 1 / 100)).toBeCloseTo(z, 12);
});

test("fewer than two, or one without an error, are not compared", () => {
  expect(compareSegments([{ estimate: 1, variance: 1 }])).toBeUndefined();
  expect(
    compareSegments([
      { estimate: 1, variance: 1 },
      { estimate: 1, variance: 0 },
    ]),
  ).toBeUndefined();
});
