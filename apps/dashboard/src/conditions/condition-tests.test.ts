/** Which conditions the rows can show, and that they write back what they read. */

import { describe, expect, test } from "vitest";
import type { Condition } from "@dimmer/evaluation";
import { conditionOf, draftOf, readScalar, readTests, writeTests } from "./condition-tests.ts";

describe("what the rows can say", () => {
  test.each<[Condition]>([
    [{ plan: "pro" }],
    [{ plan: ["pro", "team"] }],
    [{ beta: true, seats: { gte: 10 } }],
    [{ mail: { endsWith: ["@a.example", "@b.example"] } }],
    [{ app: { semver: { gte: "2.3.0" } } }],
    [{ since: { before: "2027-01-01T00:00:00Z" } }],
    [{ ip: { cidr: "10.0.0.0/8" } }],
    [{ mail: { exists: true } }],
    [{ mail: { exists: false } }],
    [{ segment: "beta" }],
    [{ segment: ["beta", "staff"], plan: "pro" }],
    [{ attribute: { all: "x" } }],
    [{ not: { plan: ["free", "trial"] } }],
    [{ not: { segment: "staff" } }],
    [{ any: [{ plan: "pro" }, { segment: "beta" }] }],
    [{ all: [{ seats: { gte: 10 } }, { seats: { lt: 100 } }] }],
    [{ all: [{ plan: "pro" }, { not: { region: "us" } }] }],
  ])("%j comes back as it was", (condition) => {
    const tests = readTests(condition);
    expect(tests && writeTests(tests)).toEqual(condition);
  });

  test.each<[Condition, Condition]>([
    [{ plan: { eq: "pro" } }, { plan: "pro" }],
    [{ plan: { in: ["pro", "team"] } }, { plan: ["pro", "team"] }],
    [{ all: [{ plan: "pro" }] }, { plan: "pro" }],
    [{ any: [{ plan: "pro" }] }, { plan: "pro" }],
    [{ plan: "pro", not: { region: "us" } }, { all: [{ plan: "pro" }, { not: { region: "us" } }] }],
  ])("%j comes back shorter, or longer, and means the same: %j", (condition, written) => {
    const tests = readTests(condition);
    expect(tests && writeTests(tests)).toEqual(written);
  });

  test.each<[Condition]>([
    [{ age: { gte: 18, lt: 65 } }],
    [{ app: { semver: { gte: "1.0.0", lt: "2.0.0" } } }],
    [{ app: { semver: { eq: "1.0.0" } } }],
    [{ plan: { resembles: "pro" } }],
    [{ any: [{ plan: "pro", region: "eu" }] }],
    [{ any: [{ plan: "pro" }], region: "eu" }],
    [{ all: [{ any: [{ plan: "pro" }] }] }],
    [{ not: { plan: "pro", region: "eu" } }],
    [{ not: { seats: { gte: 3 } } }],
    [{ attribute: { all: 1, any: 2 } }],
  ])("%j is left to the text", (condition) => expect(readTests(condition)).toBeUndefined());

  test("no condition is no row, and everyone", () => {
    expect(readTests(undefined)).toEqual({ join: "all", tests: [] });
    expect(writeTests({ join: "all", tests: [] })).toBeUndefined();
  });
});

describe("what somebody edits", () => {
  test.each([
    [{ join: "all", tests: [{ attribute: "plan", verb: "is", values: [] }] }, "Say a value for plan."],
    [{ join: "all", tests: [{ attribute: "", verb: "is", values: ["pro"] }] }, "Choose an attribute."],
    [{ join: "all", tests: [{ attribute: null, verb: "is", values: [] }] }, "Choose a segment."],
    [{ text: '{ "any": { "plan": "pro" } }' }, "Its parts do not fit together"],
    [{ text: '{ "not": null }' }, "Its parts do not fit together"],
    [{ text: '["pro"]' }, "A condition is an object"],
    [{ text: "{ plan" }, "This is not JSON yet"],
  ] as const)("%j is not a condition yet", (draft, why) => {
    expect(conditionOf(draft)).toEqual({ problem: expect.stringContaining(why) as string });
  });

  test("a condition becomes rows, or its text, and comes back", () => {
    for (const condition of [{ plan: "pro" }, { age: { gte: 18, lt: 65 } }, undefined])
      expect(conditionOf(draftOf(condition))).toEqual({ condition });
    for (const text of [" ", "{}"]) expect(conditionOf({ text })).toEqual({ condition: undefined });
    expect(conditionOf({ join: "all", tests: [{ attribute: "mail", verb: "known", values: [] }] })).toEqual({
      condition: { mail: { exists: true } },
    });
  });
});

test.each([
  ["3", ["number"], "many", 3],
  ["3", ["string"], "many", "3"],
  ["3", ["string", "number"], "many", "3"],
  ["3", [], "many", "3"],
  ["true", ["boolean"], "many", true],
  ["true", ["string"], "many", "true"],
  ["10", [], "number", 10],
  ["", ["number"], "many", ""],
  ["1.", [], "number", "1."],
  ["2.3.0", ["number"], "version", "2.3.0"],
] as const)("%j of %j for %s is %j", (text, types, takes, value) => expect(readScalar(text, types, takes)).toBe(value));
