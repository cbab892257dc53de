/** Connections in words. */

import { expect, test } from "vitest";
import type { ConnectionUsage, ModelAnswer } from "@dimmer/protocol";
import { isSpent, readDollars, sayTest, sayToday, sayWhere } from "./say-connection.ts";

const NO_USE: ConnectionUsage = {
  calls: 0,
  failures: 0,
  inputTokens: 0,
  outputTokens: 0,
  costMicroUsd: 0,
  reservedMicroUsd: 0,
  unpriced: 0,
};

test("where it is", () => {
  const baseUrl = "https://api.openai.com/v1";
  expect(sayWhere({ provider: "openai", region: null, baseUrl })).toBe("openai, at api.openai.com");
  expect(sayWhere({ provider: "openai", region: "eu", baseUrl })).toBe("openai, in eu, at api.openai.com");
});

test("what it cost today", () => {
  const say = (use: Partial<ConnectionUsage>, dailyBudgetMicroUsd: number | null) =>
    sayToday({ today: { ...NO_USE, ...use }, dailyBudgetMicroUsd });
  expect(say({}, 5_000_000)).toBe("No calls today for $0 of $5.00.");
  expect(say({ calls: 1, costMicroUsd: 210 }, null)).toBe("1 call today for $0.000210, without a budget.");
  expect(say({ calls: 12, unpriced: 2 }, null)).toBe(
    "12 calls today for $0, without a budget. What 2 of them cost is not known.",
  );
});

test("the budget is spent with what is held back", () => {
  const today = { ...NO_USE, costMicroUsd: 6, reservedMicroUsd: 4 };
  expect([10, 11, null].map((dailyBudgetMicroUsd) => isSpent({ today, dailyBudgetMicroUsd }))).toEqual([true, false, false]);
});

test("what a test said", () => {
  const answer = { failure: null, responseModel: null, durationMs: 1_300, costMicroUsd: null } as ModelAnswer;
  expect(sayTest("m", answer)).toBe("m answered in 1.3 s, at an unknown cost.");
  expect(sayTest("m", { ...answer, responseModel: "m-2", costMicroUsd: 210 })).toBe("m-2 answered in 1.3 s, for $0.000210.");
  expect(sayTest("m", { ...answer, failure: { type: "budget", httpStatus: null, message: "Spent." } })).toBe("Spent.");
});

test.each<[string, number | null | undefined]>([
  ["", null],
  [" 5 ", 5_000_000],
  ["$0.25", 250_000],
  ["five", undefined],
  ["-1", undefined],
])("%j as a budget is %j", (text, microUsd) => expect(readDollars(text)).toBe(microUsd));
