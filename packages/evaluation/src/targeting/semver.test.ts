/** Semver against npm `semver`, and the places where Dimmer is stricter. */

import * as fc from "fast-check";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { compareSemver, compareSemverText, parseSemver } from "./semver.ts";

const number = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 999_999 })).map(String);
const identifier = fc.oneof(number, fc.stringMatching(/^[0-9A-Za-z-]{1,6}$/));
const list = fc.array(identifier, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
const version = fc
  .tuple(number, number, number, fc.option(list), fc.option(list))
  .map(
    ([major, minor, patch, pre, build]) =>
      `${major}.${minor}.${patch}${pre === null ? "" : `-${pre}`}${build === null ? "" : `+${build}`}`,
  );

/** npm trims, and reads a leading `v` or `=`; both are no version here. */
const npmParses = (text: string) => /^\d/.test(text) && text.trim() === text && semver.parse(text) !== null;

describe("parseSemver", () => {
  it("reads exactly what npm reads, mutations included", () => {
    const mutated = fc
      .tuple(version, fc.nat({ max: 20 }), fc.constantFrom("", ".", "-", "+", "0", "v", " ", "a", "é", "_"))
      .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(version, mutated), (text) => {
        expect([text, parseSemver(text) !== undefined]).toEqual([text, npmParses(text)]);
      }),
      { numRuns: 5_000, seed: 5 },
    );
  });

  it.each([
    "",
    "1",
    "1.2",
    "1.2.",
    "1.2.3.",
    "1.2.3.4",
    "v1.2.3",
    "=1.2.3",
    " 1.2.3",
    "01.2.3",
    "1.02.3",
    "1.2.03",
    "1.2.3-",
    "1.2.3-a..b",
    "1.2.3-01",
    "1.2.3+",
    "1.2.3+a_b",
    "1..3",
    "-1.2.3",
    "1.2.x",
    `1.2.3-${"a".repeat(300)}`,
  ])("refuses %j", (text) => {
    expect(parseSemver(text)).toBeUndefined();
    expect(compareSemverText(text, parseSemver("1.0.0") as never)).toBeNaN();
  });
});

describe("compareSemver", () => {
  it("orders as npm does", () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        fc.pre(npmParses(a) && npmParses(b));
        const [left, right] = [parseSemver(a), parseSemver(b)];
        if (left === undefined || right === undefined) throw new Error(`${a} and ${b} parse`);
        expect(Math.sign(compareSemver(left, right)), `${a} ? ${b}`).toBe(semver.compare(a, b));
        expect(Math.sign(compareSemverText(a, right)), `${a} ? ${b}`).toBe(semver.compare(a, b));
      }),
      { numRuns: 5_000, seed: 6 },
    );
  });

  it("keeps the order of the specification's own example", () => {
    const ascending = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
    ];
    for (const [index, low] of ascending.entries()) {
      for (const high of ascending.slice(index + 1)) {
        expect(compareSemverText(low, parseSemver(high) as never), `${low} < ${high}`).toBeLessThan(0);
        expect(compareSemverText(high, parseSemver(low) as never), `${high} > ${low}`).toBeGreaterThan(0);
      }
    }
  });

  it("orders numbers beyond 2^53 exactly", () => {
    const to = parseSemver("9007199254740993.0.0-9007199254740993") as never;
    expect(compareSemverText("9007199254740992.0.0", to)).toBeLessThan(0);
    expect(compareSemverText("9007199254740993.0.0-9007199254740992", to)).toBeLessThan(0);
    expect(compareSemverText("9007199254740993.0.0-9007199254740994", to)).toBeGreaterThan(0);
    expect(compareSemverText("9007199254740993.0.0-9007199254740993+build", to)).toBe(0);
    expect(compareSemverText("10000000000000000.0.0", to)).toBeGreaterThan(0);
  });
});
