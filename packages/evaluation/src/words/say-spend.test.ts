/** Budgets in dollars, in words. */

import { expect, it } from "vitest";
import { saySpend } from "./say-spend.ts";

it.each([
  [{}, "$200.00 a month, then the fallback"],
  [{ variant: "opus" }, "$200.00 a month for opus, then the fallback"],
  [{ attribute: "plan", value: "free", cheaper: "haiku" }, "$200.00 a month for plan free, then haiku"],
  [{ attribute: "team" }, "$200.00 a month for each team, then the fallback"],
])("%j is %s", (more, expected) => {
  expect(saySpend({ period: "month", amountMicroUsd: 200_000_000, ...more })).toBe(expected);
});
