/** What settings mean, said as it is. */

import { expect, test } from "vitest";
import { REVIEW_CHOICES, sayProduction, sayRequirement, sayReview } from "./say-settings.ts";

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

test("a required eval", () => {
  const requirement = { suite: "faq", scorer: "exact", atLeast: 0.9, maxAgeHours: 24 };
  expect(sayRequirement({ ...requirement, flag: "summarizer" })).toBe(
    "Values of summarizer: suite faq scores 0.9 or more by exact, in the last 24 hours.",
  );
  expect(sayRequirement({ ...requirement, tag: "ai", maxAgeHours: 1 })).toBe(
    "Values of all flags with the tag ai: suite faq scores 0.9 or more by exact, in the last hour.",
  );
});
