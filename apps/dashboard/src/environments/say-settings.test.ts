/** What settings mean, said as it is. */

import { expect, test } from "vitest";
import { REVIEW_CHOICES, sayProduction, sayReview } from "./say-settings.ts";

test("a review says who, and what does not wait", () => {
  expect(sayReview(0)).toBe("An edit here is made at once.");
  expect(sayReview(1)).toContain("once one other person approves. Kill and stop pass at once.");
  expect(sayReview(3)).toContain("once 3 other people approve.");
});

test("as many approvals can be chosen as the server takes", () => {
  expect(REVIEW_CHOICES.map(({ value }) => value)).toEqual(Array.from({ length: 11 }, (_, approvals) => String(approvals)));
  expect(REVIEW_CHOICES.slice(0, 3).map(({ label }) => label)).toEqual([
    "No review",
    "One other person approves",
    "2 other people approve",
  ]);
});

test("production and not", () => {
  expect(sayProduction(true)).toMatch(/^An amber line/u);
  expect(sayProduction(false)).toMatch(/^For trying out/u);
});
