/** What of a flag's environment travels: what says something, and nothing that is empty. */

import { expect, it } from "vitest";
import { snapshotOf } from "./build-snapshot.ts";
import type { FlagEnvironment } from "./flag.ts";

const flagWith = (config: Partial<FlagEnvironment>) =>
  snapshotOf(
    {
      version: 1,
      flags: {
        model: {
          type: "string",
          purpose: "release",
          owner: "team",
          permanent: true,
          variants: { big: { value: "b" }, small: { value: "s" } },
          environments: { production: { enabled: true, fallback: "small", default: { variant: "big" }, ...config } },
        },
      },
    },
    "production",
  ).flags["model"];

it("budgets, spend and shadow travel as they are", () => {
  const config = {
    budgets: { big: { callsPerMinute: 60 } },
    shadow: { variant: "small", percent: 1, callsPerMinute: 5, dailyBudgetMicroUsd: 1_000_000 },
    spend: { monthly: { period: "month" as const, amountMicroUsd: 9_000_000 } },
  };
  expect(flagWith(config)).toMatchObject(config);
});

it.each(["budgets", "shadow", "spend", "stopped", "requires", "pin", "targets", "rules"])(
  "without any, %s does not travel",
  (name) => {
    expect(flagWith({ budgets: {}, spend: {}, stopped: [], requires: [], targets: {}, rules: [] })).not.toHaveProperty(name);
  },
);
