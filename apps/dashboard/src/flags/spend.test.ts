/** Budgets in dollars: said, typed and read. */

import { expect, test } from "vitest";
import { NEW_SPEND, readSpend, sayBudget, sayStatus, typedSpend } from "./spend.ts";

const HERE = { flag: "chat", environment: "production" };
const MONTHLY = { period: "month", amountMicroUsd: 200_000_000, cheaper: "haiku", offAt: 150 } as const;
const SAVED = { monthly: MONTHLY, free: { period: "day", amountMicroUsd: 500_000, attribute: "plan", value: "free" } } as const;

test("a budget and how it stands are said", () => {
  expect(sayBudget("monthly", MONTHLY)).toBe("monthly: $200.00 a month, then haiku");
  const view = {
    flag: "chat",
    budget: "monthly",
    definition: MONTHLY,
    since: "",
    until: "",
    others: 0,
    burns: null,
    forecast: null,
  };
  expect(sayStatus({ ...view, spent: [] })).toBe("nothing spent yet");
  const unit = { value: null, spentMicroUsd: 12_300_000, calls: 4, unpriced: 0, stage: "fine" } as const;
  const forecast = { totalMicroUsd: 180_000_000, chanceOver: 0.2 };
  expect(sayStatus({ ...view, spent: [unit], forecast })).toBe("$12.30 spent, 6.2 %; the month will come to $180.00");
  expect(sayStatus({ ...view, spent: [{ ...unit, value: "free" }, unit], others: 2 })).toBe(
    "$12.30 spent for free, 6.2 % and less for 3 more",
  );
});

test("what is typed is read back: only what is another than it was becomes an edit", () => {
  const typed = typedSpend(SAVED);
  expect(readSpend(typed, SAVED, HERE)).toEqual({ operations: [] });
  const [monthly, free] = typed as [(typeof typed)[0], (typeof typed)[0]];
  const set = { kind: "set-spend", ...HERE };
  expect(readSpend([{ ...monthly, dollars: "300" }], SAVED, HERE)).toEqual({
    operations: [
      { ...set, budget: "free", spend: null },
      { ...set, budget: "monthly", spend: { ...MONTHLY, amountMicroUsd: 300_000_000 } },
    ],
  });
  const { offAt: _offAt, cheaper: _cheaper, ...plain } = MONTHLY;
  expect(readSpend([{ ...monthly, cheaper: "" }, free], SAVED, HERE)).toEqual({
    operations: [{ ...set, budget: "monthly", spend: plain }],
  });
  const fresh = { ...NEW_SPEND, name: " seven ", dollars: "1", attribute: "team", value: "7" };
  expect(readSpend([fresh], {}, HERE)).toEqual({
    operations: [{ ...set, budget: "seven", spend: { period: "month", amountMicroUsd: 1_000_000, attribute: "team", value: 7 } }],
  });
});

test.each([
  [{ name: "Monthly" }, "name"],
  [{ dollars: "much" }, "Dollars"],
  [{ value: "free" }, "attribute"],
])("%j is refused", (more, why) => {
  const typed = [{ ...NEW_SPEND, name: "monthly", dollars: "1", ...more }];
  expect(readSpend(typed, {}, HERE)).toEqual({ problem: expect.stringContaining(why) });
  const twice = [NEW_SPEND, NEW_SPEND].map((one) => ({ ...one, name: "a", dollars: "1" }));
  expect(readSpend(twice, {}, HERE)).toEqual({ problem: "Two budgets are called a." });
});
