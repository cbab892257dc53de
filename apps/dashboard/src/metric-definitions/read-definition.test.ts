/** Metrics are typed, read and said. */

import { expect, test } from "vitest";
import { readDefinition, sayDefinition, type TypedDefinition } from "./read-definition.ts";

test.each<[TypedDefinition, object, string]>([
  [
    { name: "conversion", type: "rate", event: "bought", cap: "5" },
    { type: "rate", event: "bought", direction: "up" },
    "the share of people with bought; more is better",
  ],
  [
    { name: "basket", type: "mean", event: "", cap: "500", unit: "USD" },
    { type: "mean", event: "basket", direction: "up", cap: 500, unit: "USD" },
    "the mean of basket, capped at 500; more is better, in USD",
  ],
  [
    { name: "retries", type: "ratio", event: "retried", per: "exposures", direction: "down", windowHours: "48" },
    { type: "ratio", event: "retried", per: "exposures", direction: "down", windowHours: 48 },
    "retried per exposures; less is better",
  ],
  [
    { name: "slow", type: "quantile", event: "answered", quantile: "0.95", direction: "down", unit: "ms" },
    { type: "quantile", event: "answered", quantile: 0.95, direction: "down", unit: "ms" },
    "what 95 % of answered are no more than; less is better, in ms",
  ],
])("%j", (typed, definition, said) => {
  const read = readDefinition(typed);
  expect(read).toEqual({ name: typed["name"], definition });
  expect("definition" in read && sayDefinition(read.definition)).toBe(said);
});

test("what is wrong stands under its field", () => {
  const read = readDefinition({ name: "No name", type: "ratio", event: "x", cap: "much", windowHours: "0" });
  expect(Object.keys("problems" in read ? read.problems : {}).sort()).toEqual(["cap", "name", "per", "windowHours"]);
});
