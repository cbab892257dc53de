/** Patterns that people write: RE2 syntax, linear time, bounded size. */

import { RE2JS } from "re2js";
import { LIMITS } from "../limits.ts";

export interface Pattern {
  readonly source: string;
  /** RE2 instructions; one matcher step per instruction and code unit is what a test may cost. */
  readonly programSize: number;
  /** Unanchored: whether the pattern matches anywhere in the text. */
  readonly test: (text: string) => boolean;
}

/**
 * Compiles a pattern.
 *
 * Shape:  RE2 syntax, without look-around and back-references; at most `LIMITS.patternSource` code units and
 *         `LIMITS.patternProgram` instructions.
 * Errors: none; `problem` says in a sentence why the source is refused.
 * Source: https://github.com/google/re2/wiki/Syntax; ADR-0003.
 */
export function compilePattern(source: string): { readonly pattern: Pattern } | { readonly problem: string } {
  if (source.length > LIMITS.patternSource) return { problem: `it is longer than ${LIMITS.patternSource} characters` };
  if (estimateProgram(source) > HOPELESS) return { problem: TOO_BIG };
  if (weightOf(source) > LIMITS.patternWeight) return { problem: "it holds too many Unicode classes or wide ranges" };
  try {
    const compiled = RE2JS.compile(source);
    const programSize = compiled.programSize();
    if (programSize > LIMITS.patternProgram) return { problem: TOO_BIG };
    return { pattern: { source, programSize, test: (text) => compiled.test(text) } };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/**
 * What it costs to compile the patterns of one `matches`, without compiling them.
 *
 * Shape:  the operator's literal → one for each pattern, and one more for each Unicode class or range beyond ASCII in it; twelve where
 *         the pattern ignores case, because such a range is then folded sign by sign. Other literals weigh nothing.
 * Errors: none.
 * Source: ADR-0003 has the measurement.
 */
export function weightOfPatterns(literal: unknown): number {
  const entries: readonly unknown[] = Array.isArray(literal) ? literal : [literal];
  return entries.reduce((sum: number, entry) => sum + (typeof entry === "string" ? weightOf(entry) : 0), 0);
}

function weightOf(source: string): number {
  // Longer ones are refused unread.
  const read = source.slice(0, LIMITS.patternSource);
  const wide = read.match(WIDE)?.length ?? 0;
  return 1 + wide * (IGNORES_CASE.test(read) ? FOLDED : 1);
}

/** A Unicode class, or a range that ends beyond ASCII. */
const WIDE = /\\[pP]|-(?:\\x\{|[^\0-\x7f])/g;
const IGNORES_CASE = /\(\?[a-zA-Z]*i/;
const FOLDED = 12;

const TOO_BIG = `it compiles to more than ${LIMITS.patternProgram} instructions`;

/** An estimate is never below the true size by more than a few, and above it only for parts that RE2 merges or drops. */
const HOPELESS = 4 * LIMITS.patternProgram;

/** Literal text, an escape with a name, a repeat count, flags alone, the start of a group, a class, or any one character. */
const TOKEN =
  /\\Q[^]*?(?:\\E|$)|\\[pPx]\{[^}]*\}|\\[^]|\{(\d+)(?:(,)(\d*))?\}|\(\?[a-zA-Z-]*\)|(\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:))?)|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|[^]/g;

/**
 * About how many instructions a source compiles to, without compiling it: nested counts multiply, and `(\pL{31}){31}` written
 * thirty times would keep the compiler busy for seconds before it could be measured.
 */
function estimateProgram(source: string): number {
  const outer: number[] = [];
  let total = 0;
  let last = 0;
  for (const token of source.matchAll(TOKEN)) {
    const text = token[0];
    if (token[4] !== undefined) {
      outer.push(total + last);
      [total, last] = [0, 0];
    } else if (text === ")") {
      last = total + last + 2;
      total = outer.pop() ?? 0;
    } else if (token[1] !== undefined) {
      last = (last + 1) * Math.max(1, Number(token[1]), Number(token[3] ?? 0)) + 1;
    } else if (text === "*" || text === "+" || text === "?") {
      last += 1;
    } else {
      total += last;
      last = text.startsWith("\\Q") ? text.length : 1;
    }
  }
  return outer.reduce((sum, weight) => sum + weight, total + last);
}

/** RE2JS says `error parsing regexp: missing closing ]: …`; the sentence around it names the pattern already. */
function problemOf(error: unknown): string {
  return (error as Error).message.replace(/^error parsing regexp: /, "").slice(0, 200);
}
