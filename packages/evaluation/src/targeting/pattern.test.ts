/** Patterns: what matches, what is refused, and that neither refusing nor matching takes long. */

import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it, vi } from "vitest";
import { LIMITS } from "../limits.ts";
import { compilePattern, weightOfPatterns } from "./pattern.ts";

const problemOf = (source: string) => {
  const result = compilePattern(source);
  return "problem" in result ? result.problem : undefined;
};
const patternOf = (source: string) => {
  const result = compilePattern(source);
  if ("problem" in result) throw new Error(result.problem);
  return result.pattern;
};

describe("compilePattern", () => {
  it.each([
    ["@example\\.com$", "ann@example.com", true],
    ["@example\\.com$", "ann@example.com.evil", false],
    ["constructor", "my constructor", true],
    ["toString", "tostring", false],
    ["(?i)PRO", "pro", true],
    ["^a.c$", "a\nc", false],
    ["", "anything", true],
    ["\\p{Greek}", "αβγ", true],
    ["\\Qa.b{9}\\E", "a.b{9}", true],
    ["[[:alpha:]\\]{9}]{2}", "x9", true],
    ["\\x{1F600}", "😀", true],
    ["(?P<name>a|b)+", "ab", true],
    ["(?:a{2,}){1,3}?", "aa", true],
  ])("%j on %j is %s", (source, text, expected) => {
    const pattern = patternOf(source);
    expect(pattern.test(text)).toBe(expected);
    expect(pattern.source).toBe(source);
    expect(pattern.programSize).toBeLessThanOrEqual(LIMITS.patternProgram);
  });

  it.each([
    ["(a)\\1", /escape/],
    ["(?<=a)b", /invalid/],
    ["a(?=b)", /Perl syntax/],
    ["[", /missing closing/],
    [")", /unexpected|missing/],
    ["a{1001}", /instructions|repeat/],
    ["((a{1,100}){1,100}){1,100}", /instructions/],
    ["(?:a{1,10}){1,100}", /instructions/],
    ["[a-z]{1,250}", /instructions/],
    ["(".repeat(1_000), /./],
    ["a".repeat(100_000), /longer than/],
    ["(".repeat(100_000), /longer than/],
  ])("refuses %.40s", (source, why) => {
    expect(problemOf(source)).toMatch(why);
  });

  it("refuses what explodes before it compiles it", () => {
    const bombs = [
      "((a{1,100}){1,100}){1,100}",
      "\\pL{1000}".repeat(100),
      `(?:(?:${"\\pL".repeat(300)}){10}){100}`,
      `(${"x".repeat(900)}){30}`,
      `(?:\\Q)\\E${"\\pL".repeat(200)}){900}`,
      "a".repeat(100_000),
      "\\pL".repeat(100),
      `(?i)${"[\\x{80}-\\x{10FFFF}]".repeat(9)}`,
      `(?i)${"[Ā-￿]".repeat(200)}`,
      `(?U-s)(?si:${"[\\pL\\pN]".repeat(100)})`,
    ];
    const compile = vi.spyOn(RE2JS, "compile");
    try {
      for (const bomb of bombs) expect(problemOf(bomb)).toBeDefined();
      expect(compile).not.toHaveBeenCalled();
      patternOf("a{9}");
      expect(compile).toHaveBeenCalledOnce();
    } finally {
      compile.mockRestore();
    }
  });

  it.each<[unknown, number]>([
    ["a+", 1],
    [["a+", "b", "c"], 3],
    ["\\pL\\PN[^\\p{Greek}]", 4],
    ["(?i)pro", 1],
    ["(?i)[a-z]\\pL", 13],
    ["(?i)[a-￿]", 13],
    ["(?:x)(?si:[!-\\x{FFFF}])", 13],
    ["(?:x)(?s-i:[!-\\x{FFFF}])", 2],
    ["[a-z]-é", 2],
    [5, 0],
    [["a", 5, null], 1],
    [undefined, 0],
  ])("%j weighs %d", (literal, weight) => expect(weightOfPatterns(literal)).toBe(weight));

  it("is linear on the classic attack: each character is read once, but for a few", () => {
    const pattern = patternOf("^(a+)+$");
    const read = vi.spyOn(String.prototype, "charCodeAt");
    try {
      expect(pattern.test(`${"a".repeat(LIMITS.patternInput - 1)}b`)).toBe(false);
      expect(read.mock.calls.length).toBeGreaterThanOrEqual(LIMITS.patternInput);
      expect(read.mock.calls.length).toBeLessThan(LIMITS.patternInput + 10);
    } finally {
      read.mockRestore();
    }
  });

  it("agrees with the built-in engine where both know the syntax", () => {
    const atom = fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\d", "\\w", "(?:ab|c)", "(a)", "^", "$", "\\b");
    const source = fc.array(fc.tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}")), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom("a", "b", "c", "1", " "), maxLength: 12 }), (parts, text) => {
        const joined = parts.map(([piece, count]) => (/^(?:\^|\$|\\b)$/.test(piece) ? piece : piece + count)).join("");
        expect(patternOf(joined).test(text), `${joined} on ${text}`).toBe(new RegExp(joined).test(text));
      }),
      { numRuns: 2_000, seed: 12 },
    );
  });

  it("never throws, whatever the source and the text", () => {
    const source = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc
        .array(
          fc.constantFrom(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "{2}",
            "\\",
            "\\Q",
            "\\E",
            "\\pL",
            "(?i)",
            "(?P<n>",
            "*",
            "+",
            "|",
            "^",
            "a",
            "\ud800",
            "[[:alpha:]",
            "\\x{41}",
          ),
          { maxLength: 20 },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(source, fc.string({ unit: "binary", maxLength: 20 }), (text, input) => {
        const result = compilePattern(text);
        const answer = "pattern" in result ? result.pattern.test(input) : result.problem.length > 0;
        expect(typeof answer).toBe("boolean");
      }),
      { numRuns: 5_000, seed: 13 },
    );
  });
});
