/** Condition trees, compiled to closures: the three-valued logic of rules, segments and `only`. */

import { LIMITS } from "../limits.ts";
import { mayGoOn, readerOf, type Run } from "../run.ts";
import { compileOperator, giveUp, isScalar, type ScalarTest, type ScalarValue, UnknownCondition } from "./operators.ts";
import { testSegment } from "./segment.ts";
import { FALSE, TRUE, type Truth, UNKNOWN } from "./truth.ts";

export type Test = (run: Run) => Truth;

/**
 * How a missing or wrongly typed attribute counts: `open` as false (rules, segments, fallbacks), `closed` as unknown (`only`).
 */
export type Mode = "open" | "closed";

interface Budget {
  nodes: number;
}

/**
 * Compiles a condition tree; never throws.
 *
 * Shape:  authored tree → a test; a tree over the limits, empty, or with an unknown operator in it is unknown there, and counted.
 * Errors: none; `parseCondition` refuses at save what is only unknown here.
 * Source: ADR-0003; spec/vectors/targeting.json.
 */
export function compileCondition(tree: unknown, mode: Mode): Test {
  try {
    return compileTree(tree, mode, 1, { nodes: 0 });
  } catch (error) {
    if (error instanceof TreeTooLarge) return giveUp;
    throw error;
  }
}

/** Thrown past the limits of a tree; the whole tree is then unknown. Never leaves this file. */
class TreeTooLarge extends Error {}

function compileTree(tree: unknown, mode: Mode, depth: number, budget: Budget): Test {
  countNode(depth, budget);
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return giveUp;
  const parts = Object.entries(tree).map(([word, part]: [string, unknown]) => compilePart(word, part, mode, depth, budget));
  return parts.length === 0 ? giveUp : combineAll(parts);
}

function countNode(depth: number, budget: Budget): void {
  if (depth > LIMITS.treeDepth || ++budget.nodes > LIMITS.treeNodes) throw new TreeTooLarge();
}

function compilePart(word: string, part: unknown, mode: Mode, depth: number, budget: Budget): Test {
  switch (word) {
    case "all":
      return compileList(part, mode, depth, budget, combineAll);
    case "any":
      return compileList(part, mode, depth, budget, combineAny);
    case "not":
      return negate(compileTree(part, mode, depth + 1, budget));
    case "segment":
      return compileSegments(part, mode);
    case "attribute":
      return compileEscaped(part, mode, depth, budget);
    default:
      countNode(depth, budget);
      return compileAttribute(word, part, mode);
  }
}

function compileList(list: unknown, mode: Mode, depth: number, budget: Budget, combine: (tests: readonly Test[]) => Test): Test {
  if (!Array.isArray(list) || list.length === 0) return giveUp;
  return combine(list.map((tree: unknown) => compileTree(tree, mode, depth + 1, budget)));
}

function compileEscaped(attributes: unknown, mode: Mode, depth: number, budget: Budget): Test {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) return giveUp;
  const tests = Object.entries(attributes).map(([name, test]: [string, unknown]) => {
    countNode(depth, budget);
    return compileAttribute(name, test, mode);
  });
  return tests.length === 0 ? giveUp : combineAll(tests);
}

function combineAll(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0] as Test;
  return (run) => {
    let result: Truth = TRUE;
    for (const test of tests) {
      const one = test(run);
      if (one === FALSE) return FALSE;
      if (one === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

function combineAny(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0] as Test;
  return (run) => {
    let result: Truth = FALSE;
    for (const test of tests) {
      const one = test(run);
      if (one === TRUE) return TRUE;
      if (one === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

function negate(test: Test): Test {
  return (run) => {
    const result = test(run);
    return result === UNKNOWN ? UNKNOWN : result === TRUE ? FALSE : TRUE;
  };
}

function compileSegments(names: unknown, mode: Mode): Test {
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  if (list.length === 0 || list.length > LIMITS.listEntries) return giveUp;
  return combineAny(list.map((name): Test => (typeof name === "string" ? (run) => testSegment(run, name, mode) : giveUp)));
}

/** One attribute and what it must satisfy. */
export function compileAttribute(name: string, spec: unknown, mode: Mode): Test {
  try {
    return attributeTest(name, specOf(spec, mode), mode);
  } catch (error) {
    if (error instanceof UnknownCondition) return giveUp;
    throw error;
  }
}

interface AttributeSpec {
  /** Undefined where only `exists` is asked. */
  readonly holds: ScalarTest | undefined;
  readonly exists: boolean | undefined;
}

function specOf(spec: unknown, mode: Mode): AttributeSpec {
  const wrong = mode === "open" ? FALSE : UNKNOWN;
  if (isScalar(spec)) return { holds: compileOperator("eq", spec, wrong), exists: undefined };
  if (Array.isArray(spec)) return { holds: compileOperator("in", spec, wrong), exists: undefined };
  if (typeof spec !== "object" || spec === null) throw new UnknownCondition("an attribute takes a value, a list or operators");
  const { exists, ...operators } = spec as Readonly<Record<string, unknown>>;
  if (exists !== undefined && typeof exists !== "boolean") throw new UnknownCondition("exists is true or false");
  const tests = Object.entries(operators).map(([operator, literal]) => compileOperator(operator, literal, wrong));
  if (tests.length === 0 && exists === undefined) throw new UnknownCondition("no operator");
  return { holds: tests.length === 0 ? undefined : combineScalar(tests), exists };
}

function combineScalar(tests: readonly ScalarTest[]): ScalarTest {
  if (tests.length === 1) return tests[0] as ScalarTest;
  return (value, run) => {
    let result: Truth = TRUE;
    for (const test of tests) {
      const one = test(value, run);
      if (one === FALSE) return FALSE;
      if (one === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

function attributeTest(name: string, { holds, exists }: AttributeSpec, mode: Mode): Test {
  const read = readerOf(name);
  const missing = mode === "open" ? FALSE : UNKNOWN;
  if (holds === undefined) return (run) => (mayGoOn(run, 1) ? (isPresent(read(run)) === exists ? TRUE : FALSE) : giveUp(run));
  return (run) => {
    if (!mayGoOn(run, 1)) return giveUp(run);
    const value = read(run);
    if (exists !== undefined && isPresent(value) !== exists) return FALSE;
    if (typeof value === "string" || typeof value === "boolean") return holds(value, run);
    if (typeof value === "number") return Number.isFinite(value) ? holds(value, run) : missing;
    return Array.isArray(value) ? testElements(value, holds, run, missing) : testOther(value, holds, run, missing);
  };
}

/** null, undefined and what JSON cannot carry are missing, so that a context means the same here and over the wire. */
function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === "function" || typeof value === "symbol") return false;
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return typeof value !== "number" || Number.isFinite(value);
}

/** An array matches if one element satisfies all operators; nothing in an empty array does. */
function testElements(elements: readonly unknown[], holds: ScalarTest, run: Run, missing: typeof FALSE | typeof UNKNOWN): Truth {
  if (elements.length > LIMITS.arrayElements) return giveUp(run);
  let result: Truth = FALSE;
  for (const element of elements) {
    if (!mayGoOn(run, 1)) return giveUp(run);
    const one = isScalar(element) ? holds(element, run) : testOther(element, holds, run, missing);
    if (one === TRUE) return TRUE;
    if (one === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** A Date counts as its RFC 3339 text, as it would over the wire; everything else is missing or wrongly typed. */
function testOther(value: unknown, holds: ScalarTest, run: Run, missing: typeof FALSE | typeof UNKNOWN): Truth {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return missing;
  const text: ScalarValue = value.toISOString();
  return holds(text, run);
}
