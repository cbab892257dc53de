/** How many patterns a flag or a segment may have, and that no more than those are compiled to find out. */

import { RE2JS } from "re2js";
import { expect, it, vi } from "vitest";
import { LIMITS } from "../limits.ts";
import { parseDocument } from "./document.ts";

const MOST = LIMITS.patternWeight;
const patterns = (count: number) => ({ a: { matches: Array.from({ length: count }, (_, index) => `^a${index}`) } });
const rulesWith = (...trees: readonly object[]) =>
  trees.map((when, index) => ({ id: `r${index}`, when, serve: { variant: "on" } }));
const production = (more: object = {}) => ({ enabled: true, fallback: "off", default: { variant: "on" }, ...more });

/** A document with one flag and one segment. */
const documentOf = (flag: object, segment: object = {}) => ({
  version: 1,
  flags: { f: { type: "boolean", purpose: "release", owner: "team", permanent: true, ...flag } },
  segments: { s: segment },
});
const inRules = (...trees: readonly object[]) =>
  documentOf({ environments: { production: production({ rules: rulesWith(...trees) }) } });
const inSegment = (...trees: readonly object[]) => documentOf({}, { environments: { production: { when: { any: trees } } } });
const inOnly = (first: object, second: object) =>
  documentOf({ variants: { on: { value: true, only: first }, off: { value: false }, also: { value: true, only: second } } });

it.each<[string, object, string | undefined]>([
  ["as many as there may be in one rule", inRules(patterns(MOST)), undefined],
  ["as many as there may be in two rules", inRules(patterns(MOST - 1), patterns(1)), undefined],
  ["one too many", inRules(patterns(MOST + 1)), `/flags/f/environments/production/rules/0/when/a/matches/${MOST}`],
  [
    "one too many in the second rule",
    inRules(patterns(MOST), patterns(1)),
    "/flags/f/environments/production/rules/1/when/a/matches/0",
  ],
  [
    "heavy ones",
    inRules({ a: { matches: Array.from({ length: 8 }, () => "(?i)\\pL") } }),
    "/flags/f/environments/production/rules/0/when/a/matches/7",
  ],
  ["as many as there may be in a segment", inSegment(patterns(MOST)), undefined],
  [
    "one too many in a segment",
    inSegment(patterns(MOST), patterns(1)),
    "/segments/s/environments/production/when/any/1/a/matches/0",
  ],
  ["as many as there may be in `only`", inOnly(patterns(50), patterns(MOST - 50)), undefined],
  [
    "one too many in the second `only`",
    inOnly(patterns(50), patterns(MOST - 49)),
    `/flags/f/variants/also/only/a/matches/${MOST - 50}`,
  ],
])("%s", (_name, document, path) => {
  const { issues } = parseDocument(document);
  const told = issues.filter(({ severity }) => severity === "error").map((issue) => [issue.code, issue.path]);
  expect(told).toEqual(path === undefined ? [] : [["too-many-patterns", path]]);
});

it("compiles none beyond, and counts every environment by itself", () => {
  const compile = vi.spyOn(RE2JS, "compile");
  try {
    parseDocument(inRules(...Array.from({ length: LIMITS.rules }, () => patterns(MOST))));
    expect(compile).toHaveBeenCalledTimes(MOST);
    const full = production({ rules: rulesWith(patterns(MOST)) });
    const segment = { environments: { a: { when: patterns(MOST) }, b: { when: patterns(MOST) } } };
    expect(parseDocument(documentOf({ environments: { a: full, b: full } }, segment)).issues).toEqual([]);
  } finally {
    compile.mockRestore();
  }
});
