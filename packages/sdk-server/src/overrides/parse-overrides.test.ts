/** Overrides as people write them. */

import { expect, test } from "vitest";
import { readOverrides } from "../config.ts";
import { checkOverrides, OVERRIDES_LIMIT, parseOverrides, type Overrides } from "./parse-overrides.ts";

test.each<[string, Overrides]>([
  ["summarizer=opus,search=off", { summarizer: "opus", search: "off" }],
  [" summarizer = opus , search=off, ", { summarizer: "opus", search: "off" }],
  ['{"summarizer":"opus"}', { summarizer: "opus" }],
  ["", {}],
])("%s", (text, expected) => expect(parseOverrides(text)).toEqual(expected));

test.each<[string, RegExp]>([
  ["summarizer", /"summarizer" is no override; write flag=variant/],
  ["summarizer=", /is no override/],
  ["=opus", /is no override/],
  ["a=b=c", /is no override/],
  ["{", /begins as JSON and is none/],
  ['{"search":false}', /override of search must be the name of a variant, not false; write off, in quotes/],
  ['{"search":3}', /must be the name of a variant, not 3\.$/],
])("%s is refused, saying why", (text, why) => {
  expect(() => parseOverrides(text)).toThrow(why);
  expect(() => readOverrides({ DIMMER_OVERRIDES: text })).toThrow(/^DIMMER_OVERRIDES cannot be read\. /u);
});

test("a list, and more than anybody keeps", () => {
  expect(() => checkOverrides(["summarizer"])).toThrow(/a map from flag to variant/);
  const many = Object.fromEntries(Array.from({ length: OVERRIDES_LIMIT + 1 }, (_, at) => [`flag-${at}`, "on"]));
  expect(() => checkOverrides(many)).toThrow(/more than 1000/);
});

test("the environment: what is overridden, and whether this is production", () => {
  expect(readOverrides({})).toEqual({ overrides: {}, isProduction: false });
  expect(readOverrides({ DIMMER_OVERRIDES: "a=b", NODE_ENV: "production" })).toEqual({
    overrides: { a: "b" },
    isProduction: true,
  });
});
