/** Segments in words, and lists as they are pasted. */

import { expect, test } from "vitest";
import type { SegmentEnvironment } from "@dimmer/evaluation";
import type { PeopleView, SegmentUse } from "@dimmer/protocol";
import { readKeys, sayEdit, sayReach, saySegment, sayUse, writeKeys } from "./say-segment.ts";

const many = Array.from({ length: 1_200 }, (_, index) => `u-${index}`);

test.each<[SegmentEnvironment | undefined, string]>([
  [undefined, "Not set up here: what asks for it cannot be told, and does not match."],
  [{}, "Nobody."],
  [{ include: ["user-1"] }, "user-1."],
  [{ include: many }, "1,200 named people."],
  [{ when: { plan: "pro" } }, "Everyone where plan is pro."],
  [
    { include: many, when: { plan: "pro" }, exclude: ["bob", "eve"] },
    "1,200 named people and everyone where plan is pro; bob and eve never.",
  ],
  [{ exclude: many }, "Nobody; 1,200 named people never."],
])("%#", (config, said) => expect(saySegment(config)).toBe(said));

const use = (more: Partial<SegmentUse>): SegmentUse => ({
  segment: "beta",
  by: "flag",
  key: "search",
  environment: "production",
  place: "rule",
  name: "early",
  ...more,
});
test.each<[SegmentUse, string]>([
  [use({}), "the rule early in production"],
  [use({ place: "fallback", name: null }), "the fallback in production"],
  [use({ place: "only", name: "new", environment: null }), "who may get new, everywhere"],
  [use({ place: "condition", by: "segment", name: null }), "its condition in production"],
])("%#", (one, said) => expect(sayUse(one)).toBe(said));

test("keys are read as they are pasted", () => {
  expect(readKeys(" a\nb, c;\"d\"\n\n'e'\nb")).toEqual({ keys: ["a", "b", "c", "d", "e"], repeated: 1 });
  expect(readKeys("")).toEqual({ keys: [], repeated: 0 });
  expect(readKeys(writeKeys(many)).keys).toEqual(many);
  expect(writeKeys(undefined)).toBe("");
});

test("what is too much is named", () => {
  const crowd = Array.from({ length: 10_001 }, (_, index) => `u-${index}`);
  expect(readKeys(crowd.join("\n")).problem).toContain("these are 10,001");
  expect(readKeys(`a\n${"x".repeat(2_001)}`).problem).toContain("longer than 2000 characters");
});

test.each<[SegmentEnvironment | undefined, SegmentEnvironment, string]>([
  [undefined, {}, "Set up, with nobody in it."],
  [{ include: ["a"] }, { include: ["a"] }, "Nobody comes in or goes out."],
  [{ include: ["a"] }, { include: ["b", "c"] }, "2 people come in by name; 1 person is no longer in it by name."],
  [undefined, { include: many }, "1,200 people come in by name."],
  [
    { exclude: ["a", "b"] },
    { exclude: ["c"], when: { plan: "pro" } },
    "1 person is never in it from now on; 2 people are kept out no longer; the condition becomes: plan is pro.",
  ],
  [{ when: { plan: "pro" } }, {}, "The condition goes."],
])("%# who comes in and who goes out", (before, after, said) => expect(sayEdit(before, after)).toBe(said));

const counted = (rule: string, people: number) => ({ flag: "search", rule, people });
const people = (...addresses: readonly ReturnType<typeof counted>[]) =>
  ({ today: 0, week: 0, addresses, pinned: {}, error: 0 }) as unknown as PeopleView;
test.each<[readonly SegmentUse[], PeopleView | undefined, string]>([
  [[], undefined, "Nothing asks for it here yet, so nobody changes variant."],
  [[use({ environment: "staging" })], undefined, "Nothing asks for it here yet, so nobody changes variant."],
  [[use({})], undefined, "Asked for by rule early of search. Who changes variant there shows once it runs."],
  [
    [use({}), use({ name: "late" }), use({ place: "only", environment: null, name: "new" })],
    people(counted("early", 1_200)),
    "Asked for by rule early of search (about 1,200 people this week), rule late of search and 1 other place. Who changes variant there shows once it runs.",
  ],
  [
    [use({ place: "fallback", name: null }), use({ by: "segment", place: "condition", name: null })],
    undefined,
    "Asked for by 2 places. Who changes variant there shows once it runs.",
  ],
])("%# whom it reaches", (uses, seen, said) => expect(sayReach(uses, "production", seen)).toBe(said));
