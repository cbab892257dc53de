/** Rules in words, their ids, and what a split leaves. */

import { expect, test } from "vitest";
import { checkRuleId, type Serve } from "@dimmer/evaluation";
import { authored, findServeGap, idForRule, leftOf, sayRule } from "./rule-sentences.ts";

test("a rule is a sentence", () => {
  expect(sayRule({ when: { plan: "pro" }, serve: { variant: "opus" } })).toBe("opus where plan is pro");
  expect(sayRule({ serve: { split: { opus: 10, sonnet: 90 } } })).toBe("10 % opus and 90 % sonnet for everyone");
});

test.each([
  ["Paying customers", [], "paying-customers"],
  ["Paying customers", ["paying-customers"], "paying-customers-2"],
  ["Café, zwölf", [], "cafe-zwolf"],
  ["", [], "rule-1"],
  ["", ["a", "rule-3"], "rule-4"],
  ["default", [], "rule-1"],
  ["日本", ["a"], "rule-2"],
  ["x".repeat(200), [], "x".repeat(56)],
])("%j beside %j is %s", (name, taken, id) => {
  expect(idForRule(name, taken)).toBe(id);
  expect(checkRuleId(id)).toBeUndefined();
});

test("what is left of a split has no rounding error", () => {
  expect(leftOf({ a: 33.3, b: 33.3, c: 33.4 })).toBe(0);
  expect(leftOf({ a: 0.1, b: 0.2 })).toBe(99.7);
});

test.each<[Serve, string | undefined]>([
  [{ variant: "opus" }, undefined],
  [{ variant: "" }, "Choose a variant."],
  [{ split: {} }, "Choose a variant."],
  [{ split: { opus: 10, sonnet: 90 } }, undefined],
  [{ split: { opus: 10 } }, "90 % go to nobody yet: raise a share, or say what the rest get."],
  [{ split: { opus: 10 }, rest: "next-rule" }, undefined],
  [{ split: { opus: 70, sonnet: 40 } }, "The shares are 10 % too much."],
])("%j: %s", (serve, gap) => expect(findServeGap(serve)).toBe(gap));

test("ranges are not sent back", () => {
  const stored = {} as never;
  expect(authored({ split: { opus: 100 }, by: "account", stored })).toEqual({ split: { opus: 100 }, by: "account" });
  expect(authored({ variant: "opus" })).toEqual({ variant: "opus" });
});
