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

test("fewer than two, or one without an error, are not compared", () => {
  expect(compareSegments([{ estimate: 1, variance: 1 }])).toBeUndefined();
  expect(
    compareSegments([
      { estimate: 1, variance: 1 },
      { estimate: 1, variance: 0 },
    ]),
  ).toBeUndefined();
});
