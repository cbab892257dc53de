/** The operators: each one a test of a single text, number or truth value. */

import { LIMITS } from "../limits.ts";
import { mayGoOn, type Run } from "../run.ts";
import { cidrContains, parseAddress, parseCidr, type Cidr } from "./cidr.ts";
import { instantOf } from "./instant.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { compareSemverText, parseSemver } from "./semver.ts";
import { FALSE, TRUE, type Truth, truthOf, UNKNOWN } from "./truth.ts";

export type ScalarValue = string | number | boolean;

/** `wrong` is what a wrongly typed attribute means here: false, or unknown where the tree must fail closed. */
export type ScalarTest = (value: ScalarValue, run: Run) => Truth;
type Wrong = typeof FALSE | typeof UNKNOWN;

/** Thrown for a literal this version cannot read; the condition is then unknown. Never leaves `compileCondition`. */
export class UnknownCondition extends Error {
  override readonly name = "UnknownCondition";
}

/**
 * Compiles one operator.
 *
 * Shape:  operator name and literal → a test; `exists` is not here, as it looks at the attribute, not at an element.
 * Errors: UnknownCondition for an operator or a literal that this version does not know.
 * Source: ADR-0003; spec/vectors/targeting.json.
 */
export function compileOperator(operator: string, literal: unknown, wrong: Wrong): ScalarTest {
  const compile = Object.hasOwn(COMPILERS, operator) ? COMPILERS[operator] : undefined;
  if (compile === undefined) throw new UnknownCondition(`unknown operator ${operator}`);
  return compile(literal, wrong);
}

const COMPILERS: Readonly<Record<string, (literal: unknown, wrong: Wrong) => ScalarTest>> = {
  eq: compileEquals,
  in: compileIn,
  contains: (literal, wrong) => compileText(literal, wrong, (value, entry) => value.includes(entry)),
  startsWith: (literal, wrong) => compileText(literal, wrong, (value, entry) => value.startsWith(entry)),
  endsWith: (literal, wrong) => compileText(literal, wrong, (value, entry) => value.endsWith(entry)),
  matches: compileMatches,
  gt: (literal, wrong) => compileNumber(literal, wrong, (value, limit) => value > limit),
  gte: (literal, wrong) => compileNumber(literal, wrong, (value, limit) => value >= limit),
  lt: (literal, wrong) => compileNumber(literal, wrong, (value, limit) => value < limit),
  lte: (literal, wrong) => compileNumber(literal, wrong, (value, limit) => value <= limit),
  before: (literal, wrong) => compileInstant(literal, wrong, (value, limit) => value < limit),
  after: (literal, wrong) => compileInstant(literal, wrong, (value, limit) => value > limit),
  semver: compileSemver,
  cidr: compileCidr,
};

export function isScalar(value: unknown): value is ScalarValue {
  return typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

function compileEquals(literal: unknown, wrong: Wrong): ScalarTest {
  if (!isScalar(literal)) throw new UnknownCondition("eq takes a text, a number or a truth value");
  const type = typeof literal;
  return (value) => (value === literal ? TRUE : typeof value === type ? FALSE : wrong);
}

function compileIn(literal: unknown, wrong: Wrong): ScalarTest {
  const entries = listOf(literal, isScalar);
  const members = new Set<ScalarValue>(entries);
  const types = new Set(entries.map((entry) => typeof entry));
  return (value) => (members.has(value) ? TRUE : types.has(typeof value) ? FALSE : wrong);
}

function compileText(literal: unknown, wrong: Wrong, holds: (value: string, entry: string) => boolean): ScalarTest {
  const entries = oneOrMore(literal);
  if (entries.length === 1) {
    const entry = entries[0] as string;
    return (value) => (typeof value === "string" ? truthOf(holds(value, entry)) : wrong);
  }
  return (value, run) => {
    if (typeof value !== "string") return wrong;
    if (!mayGoOn(run, entries.length)) return giveUp(run);
    return truthOf(entries.some((entry) => holds(value, entry)));
  };
}

function compileNumber(literal: unknown, wrong: Wrong, holds: (value: number, limit: number) => boolean): ScalarTest {
  if (typeof literal !== "number" || !Number.isFinite(literal)) throw new UnknownCondition("a number is compared with a number");
  return (value) => (typeof value === "number" ? truthOf(holds(value, literal)) : wrong);
}

function compileInstant(literal: unknown, wrong: Wrong, holds: (value: number, limit: number) => boolean): ScalarTest {
  const limit = instantOf(literal);
  if (Number.isNaN(limit)) throw new UnknownCondition("an instant is RFC 3339 or epoch milliseconds");
  return (value) => {
    const instant = instantOf(value);
    return Number.isNaN(instant) ? wrong : truthOf(holds(instant, limit));
  };
}

function compileMatches(literal: unknown, wrong: Wrong): ScalarTest {
  const patterns = oneOrMore(literal).map((source): Pattern => {
    const compiled = compilePattern(source);
    if ("problem" in compiled) throw new UnknownCondition(compiled.problem);
    return compiled.pattern;
  });
  return (value, run) => {
    if (typeof value !== "string") return wrong;
    if (value.length > LIMITS.patternInput) return giveUp(run);
    for (const pattern of patterns) {
      run.matcherSteps += pattern.programSize * (value.length + 1);
      if (run.matcherSteps > LIMITS.matcherSteps || !mayGoOn(run, 1)) return giveUp(run);
      if (pattern.test(value)) return TRUE;
    }
    return FALSE;
  };
}

type SemverHolds = (order: number) => boolean;
const SEMVER_HOLDS: Readonly<Record<string, SemverHolds>> = {
  eq: (order) => order === 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

function compileSemver(literal: unknown, wrong: Wrong): ScalarTest {
  if (typeof literal !== "object" || literal === null || Array.isArray(literal))
    throw new UnknownCondition("semver takes an object of operators");
  const bounds = Object.entries(literal).map(([operator, text]: [string, unknown]) => {
    const holds = Object.hasOwn(SEMVER_HOLDS, operator) ? SEMVER_HOLDS[operator] : undefined;
    const limit = typeof text === "string" ? parseSemver(text) : undefined;
    if (holds === undefined || limit === undefined)
      throw new UnknownCondition(`semver ${operator} is not known or its version is not strict semver`);
    return { holds, limit };
  });
  if (bounds.length === 0) throw new UnknownCondition("semver has no operator");
  return (value) => {
    if (typeof value !== "string") return wrong;
    for (const { holds, limit } of bounds) {
      const order = compareSemverText(value, limit);
      if (Number.isNaN(order)) return wrong;
      if (!holds(order)) return FALSE;
    }
    return TRUE;
  };
}

function compileCidr(literal: unknown, wrong: Wrong): ScalarTest {
  const blocks = oneOrMore(literal).map((text): Cidr => {
    const block = parseCidr(text);
    if (block === undefined) throw new UnknownCondition(`${text} is not a CIDR block`);
    return block;
  });
  return (value, run) => {
    const address = typeof value === "string" ? parseAddress(value) : undefined;
    if (address === undefined) return wrong;
    if (!mayGoOn(run, blocks.length)) return giveUp(run);
    return truthOf(blocks.some((block) => cidrContains(block, address)));
  };
}

/** A limit is exceeded: unknown, and counted. */
export function giveUp(run: Run): typeof UNKNOWN {
  run.unknowns++;
  return UNKNOWN;
}

const isText = (value: unknown): value is string => typeof value === "string";

function oneOrMore(literal: unknown): readonly string[] {
  return isText(literal) ? [literal] : listOf(literal, isText);
}

function listOf<T>(literal: unknown, isEntry: (value: unknown) => value is T): readonly T[] {
  if (!Array.isArray(literal) || literal.length === 0 || literal.length > LIMITS.listEntries) {
    throw new UnknownCondition(`a list has 1 to ${LIMITS.listEntries} entries`);
  }
  if (!literal.every(isEntry)) throw new UnknownCondition("the list has an entry of the wrong type");
  return literal;
}
