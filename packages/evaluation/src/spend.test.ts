/** Which budgets a call belongs to, by what its context says. */

import { expect, it } from "vitest";
import type { SpendBudget } from "./flag.ts";
import { spendAttributes, spendUnits } from "./spend.ts";

const budget = (more: Partial<SpendBudget> = {}): SpendBudget => ({ period: "day", amountMicroUsd: 1, ...more });
const SPEND = {
  all: budget(),
  opus: budget({ variant: "opus" }),
  free: budget({ attribute: "plan", value: "free" }),
  each: budget({ attribute: "organization.id" }),
};

it.each([
  ["all of them, by name and by path", { plan: "free", organization: { id: 7 } }, { plan: "free", "organization.id": 7 }],
  ["what the context has", { plan: true }, { plan: true }],
  ["none", { country: "no" }, undefined],
  ["no list, no empty or long text, no number that is none", { plan: ["free"], organization: { id: Number.NaN } }, undefined],
  ["no empty text", { plan: "" }, undefined],
  ["no text that is too long", { plan: "x".repeat(257) }, undefined],
  ["nothing that is inherited", Object.create({ plan: "free" }) as object, undefined],
])("attributes: %s", (_name, context, expected) => {
  const found = spendAttributes(SPEND, context);
  expect(found && { ...found }).toEqual(expected);
});

it("without budgets nothing is read, and no call belongs to one", () => {
  expect(spendAttributes(undefined, { plan: "free" })).toBeUndefined();
  expect(spendUnits(undefined, { variant: "opus" })).toEqual([]);
});

it.each([
  ["the flag and the variant", { variant: "opus" }, ["all", "opus"]],
  ["another variant", { variant: "haiku" }, ["all"]],
  ["a value", { variant: "haiku", attributes: { plan: "free" } }, ["all", "free"]],
  ["another value", { variant: "haiku", attributes: { plan: "pro" } }, ["all"]],
  ["each value", { variant: "haiku", attributes: { "organization.id": "a" } }, ["all", "each"]],
])("units: %s", (_name, call, expected) => {
  expect(spendUnits(SPEND, call).map(({ budget: name }) => name)).toEqual(expected);
});

it("each value has a unit of its own", () => {
  expect(spendUnits({ each: SPEND.each }, { variant: "x", attributes: { "organization.id": 7 } })).toEqual([
    { budget: "each", value: 7 },
  ]);
});
