/** The operators: what a literal means, and the test of one text, number or truth value against it. */

import { LIMITS } from "../limits.ts";
import { mayGoOn, type Run } from "../run.ts";
import { type Cidr, cidrContains, parseAddress, parseCidr } from "./cidr.ts";
import { instantOf } from "./instant.ts";
import { compilePattern, type Pattern, weightOfPatterns } from "./pattern.ts";
import { compareSemverText, parseSemver, type Semver } from "./semver.ts";
import { FALSE, TRUE, type Truth, UNKNOWN } from "./truth.ts";

export type ScalarValue = string | number | boolean;

/** What a wrongly typed attribute means: false, or unknown in a tree that must fail closed. */
export type Wrong = typeof FALSE | typeof UNKNOWN;

/**
 * One operator with its literal made ready. Data and one `switch`, not closures: a rule set of thousands of conditions then
 * stays small, and its tests stay in a few hot functions (ADR-0003 has the measurement).
 */
export interface ScalarTest {
  readonly operator: string;
  readonly literal: unknown;
}

/**
 * Makes one operator ready.
 *
 * Shape:  operator name and literal → a test, undefined for an operator or a literal that this version does not know.
 *         `exists` is not here, as it looks at the attribute, not at an element.
 * Errors: none.
 * Source: ADR-0003; spec/vectors/targeting.json.
 */
export function compileOperator(operator: string, literal: unknown): ScalarTest | undefined {
  const read = Object.hasOwn(LITERALS, operator) ? LITERALS[operator] : undefined;
  const ready = read?.(literal);
  return ready === undefined ? undefined : { operator, literal: ready };
}

/** How a literal is read; undefined where it cannot be. */
const LITERALS: Readonly<Record<string, (literal: unknown) => unknown>> = {
  eq: (literal) => (isScalar(literal) ? literal : undefined),
  in: (literal) => {
    const entries = listOf(literal, isScalar);
    return entries === undefined ? undefined : new Set(entries);
  },
  contains: oneOrMore,
  startsWith: oneOrMore,
  endsWith: oneOrMore,
  matches: (literal) =>
    weightOfPatterns(literal) > LIMITS.patternWeight ? undefined : readEach(oneOrMore(literal), readPattern),
  gt: readNumber,
  gte: readNumber,
  lt: readNumber,
  lte: readNumber,
  before: readInstant,
  after: readInstant,
  semver: readSemver,
  cidr: (literal) => readEach(oneOrMore(literal), parseCidr),
};

/** Tests one value; `wrong` is the answer for a value of the wrong type. */
export function testScalar({ operator, literal }: ScalarTest, value: ScalarValue, run: Run, wrong: Wrong): Truth {
  switch (operator) {
    case "eq":
      return value === literal ? TRUE : typeof value === typeof literal ? FALSE : wrong;
    case "in":
      return (literal as ReadonlySet<ScalarValue>).has(value) ? TRUE : hasType(literal as ReadonlySet<ScalarValue>, value, wrong);
    case "contains":
    case "startsWith":
    case "endsWith":
      return typeof value === "string" ? testText(operator, literal as readonly string[], value, run) : wrong;
    case "gt":
      return typeof value === "number" ? (value > (literal as number) ? TRUE : FALSE) : wrong;
    case "gte":
      return typeof value === "number" ? (value >= (literal as number) ? TRUE : FALSE) : wrong;
    case "lt":
      return typeof value === "number" ? (value < (literal as number) ? TRUE : FALSE) : wrong;
    case "lte":
      return typeof value === "number" ? (value <= (literal as number) ? TRUE : FALSE) : wrong;
    case "semver":
      return typeof value === "string" ? testSemver(literal as readonly SemverBound[], value, wrong) : wrong;
    case "matches":
      return typeof value === "string" ? testPatterns(literal as readonly Pattern[], value, run) : wrong;
    case "cidr":
      return typeof value === "string" ? testCidr(literal as readonly Cidr[], value, run, wrong) : wrong;
    default:
      return testInstant(operator, literal as number, value, wrong);
  }
}

export function isScalar(value: unknown): value is ScalarValue {
  return typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

/** A limit is exceeded, or this version does not know the condition: unknown, and counted. */
export function giveUp(run: Run): typeof UNKNOWN {
  run.unknowns++;
  return UNKNOWN;
}

/** A value of a type that no entry of the list has is wrongly typed. */
function hasType(members: ReadonlySet<ScalarValue>, value: ScalarValue, wrong: Wrong): Truth {
  if (wrong === FALSE) return FALSE;
  for (const member of members) if (typeof member === typeof value) return FALSE;
  return UNKNOWN;
}

function testText(operator: string, entries: readonly string[], value: string, run: Run): Truth {
  if (!mayGoOn(run, entries.length)) return giveUp(run);
  for (const entry of entries) {
    const holds =
      operator === "endsWith"
        ? value.endsWith(entry)
        : operator === "startsWith"
          ? value.startsWith(entry)
          : value.includes(entry);
    if (holds) return TRUE;
  }
  return FALSE;
}

export function testSemver(bounds: readonly SemverBound[], value: string, wrong: Wrong): Truth {
  for (const { operator, limit } of bounds) {
    const order = compareSemverText(value, limit);
    if (Number.isNaN(order)) return wrong;
    if (!holdsOrder(operator, order)) return FALSE;
  }
  return TRUE;
}

function holdsOrder(operator: string, order: number): boolean {
  switch (operator) {
    case "eq":
      return order === 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
    case "lt":
      return order < 0;
    default:
      return order <= 0;
  }
}

function testPatterns(patterns: readonly Pattern[], value: string, run: Run): Truth {
  if (value.length > LIMITS.patternInput) return giveUp(run);
  for (const pattern of patterns) {
    run.matcherSteps += pattern.programSize * (value.length + 1);
    if (run.matcherSteps > LIMITS.matcherSteps || !mayGoOn(run, 1)) return giveUp(run);
    if (pattern.test(value)) return TRUE;
  }
  return FALSE;
}

function testCidr(blocks: readonly Cidr[], value: string, run: Run, wrong: Wrong): Truth {
  const address = parseAddress(value);
  if (address === undefined) return wrong;
  if (!mayGoOn(run, blocks.length)) return giveUp(run);
  return blocks.some((block) => cidrContains(block, address)) ? TRUE : FALSE;
}

function testInstant(operator: string, limit: number, value: ScalarValue, wrong: Wrong): Truth {
  const instant = instantOf(value);
  if (Number.isNaN(instant)) return wrong;
  return (operator === "before" ? instant < limit : instant > limit) ? TRUE : FALSE;
}

function readNumber(literal: unknown): number | undefined {
  return typeof literal === "number" && Number.isFinite(literal) ? literal : undefined;
}

function readInstant(literal: unknown): number | undefined {
  const instant = instantOf(literal);
  return Number.isNaN(instant) ? undefined : instant;
}

function readPattern(source: string): Pattern | undefined {
  const compiled = compilePattern(source);
  return "pattern" in compiled ? compiled.pattern : undefined;
}

export interface SemverBound {
  readonly operator: string;
  readonly limit: Semver;
}

const SEMVER_OPERATORS: ReadonlySet<string> = new Set(["eq", "gt", "gte", "lt", "lte"]);

function readSemver(literal: unknown): unknown {
  if (typeof literal !== "object" || literal === null || Array.isArray(literal)) return undefined;
  const bounds = readEach(Object.entries(literal), ([operator, text]: [string, unknown]): SemverBound | undefined => {
    const limit = typeof text === "string" && SEMVER_OPERATORS.has(operator) ? parseSemver(text) : undefined;
    return limit === undefined ? undefined : { operator, limit };
  });
  return bounds?.length === 0 ? undefined : bounds;
}

const isText = (value: unknown): value is string => typeof value === "string";

function oneOrMore(literal: unknown): readonly string[] | undefined {
  return isText(literal) ? [literal] : listOf(literal, isText);
}

function listOf<T>(literal: unknown, isEntry: (value: unknown) => value is T): readonly T[] | undefined {
  if (!Array.isArray(literal) || literal.length === 0 || literal.length > LIMITS.listEntries) return undefined;
  return literal.every(isEntry) ? literal : undefined;
}

/** All of them, or undefined where one cannot be read. */
function readEach<T, R>(
  entries: readonly T[] | undefined,
  read: (entry: T) => R | undefined,
): readonly (R | undefined)[] | undefined {
  const ready = entries?.map(read);
  return ready?.includes(undefined) ? undefined : ready;
}
