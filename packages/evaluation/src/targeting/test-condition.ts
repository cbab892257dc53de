/** The three-valued logic of rules, segments and `only`: a condition tested against a run's context. */

import { LIMITS } from "../limits.ts";
import { mayGoOn, readAttribute, type Run, targetingKeyOf } from "../run.ts";
import type { Condition, Mode } from "./condition.ts";
import { giveUp, isScalar, type ScalarTest, testScalar, type Wrong } from "./operators.ts";
import { type CompiledSegment, listsOf, treeOf } from "./segment.ts";
import { FALSE, TRUE, type Truth, UNKNOWN } from "./truth.ts";

type Attribute = Extract<Condition, { kind: "attribute" }>;

/** Tests a condition against the run's context. */
export function testCondition(condition: Condition, run: Run): Truth {
  switch (condition.kind) {
    case "attribute":
      return testAttribute(condition, run);
    case "all":
      return testAll(condition.parts, run);
    case "any":
      return testAny(condition.parts, run);
    case "not":
      return negate(testCondition(condition.part, run));
    case "segment":
      return testSegment(run, condition.name, condition.mode);
    default:
      return giveUp(run);
  }
}

function testAll(parts: readonly Condition[], run: Run): Truth {
  let result: Truth = TRUE;
  for (const part of parts) {
    const one = testCondition(part, run);
    if (one === FALSE) return FALSE;
    if (one === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

function testAny(parts: readonly Condition[], run: Run): Truth {
  let result: Truth = FALSE;
  for (const part of parts) {
    const one = testCondition(part, run);
    if (one === TRUE) return TRUE;
    if (one === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

function negate(result: Truth): Truth {
  return result === UNKNOWN ? UNKNOWN : result === TRUE ? FALSE : TRUE;
}

function testAttribute(attribute: Attribute, run: Run): Truth {
  if (!mayGoOn(run, 1)) return giveUp(run);
  const { exists, tests, wrong } = attribute;
  const value = readAttribute(run, attribute.path);
  if (exists !== undefined) {
    if (run.isProof && !isPresent(value)) return UNKNOWN;
    if (isPresent(value) !== exists) return FALSE;
    if (tests.length === 0) return TRUE;
  }
  if (typeof value === "string" || typeof value === "boolean") return testValue(tests, value, run, wrong);
  if (typeof value === "number") return Number.isFinite(value) ? testValue(tests, value, run, wrong) : wrong;
  return Array.isArray(value) ? testElements(tests, value, run, wrong) : testOther(tests, value, run, wrong);
}

function testValue(tests: readonly ScalarTest[], value: string | number | boolean, run: Run, wrong: Wrong): Truth {
  if (tests.length === 1) return testScalar(tests[0] as ScalarTest, value, run, wrong);
  let result: Truth = TRUE;
  for (const test of tests) {
    const one = testScalar(test, value, run, wrong);
    if (one === FALSE) return FALSE;
    if (one === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** An array matches if one element satisfies all operators; nothing in an empty array does. */
function testElements(tests: readonly ScalarTest[], elements: readonly unknown[], run: Run, wrong: Wrong): Truth {
  if (elements.length > LIMITS.arrayElements) return giveUp(run);
  let result: Truth = FALSE;
  for (const element of elements) {
    if (!mayGoOn(run, tests.length)) return giveUp(run);
    const one = isScalar(element) ? testValue(tests, element, run, wrong) : testOther(tests, element, run, wrong);
    if (one === TRUE) return TRUE;
    if (one === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** A Date counts as its RFC 3339 text, as it would over the wire; everything else is missing or wrongly typed. */
function testOther(tests: readonly ScalarTest[], value: unknown, run: Run, wrong: Wrong): Truth {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return wrong;
  return testValue(tests, value.toISOString(), run, wrong);
}

/** null, undefined and what JSON cannot carry are missing, so that a context means the same here and over the wire. */
function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === "function" || typeof value === "symbol") return false;
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return typeof value !== "number" || Number.isFinite(value);
}

/**
 * Whether the context is in a segment: exclude wins, then include, then `when`; without a `when` only `include` matches.
 *
 * Shape:  a missing segment or a chain that is too long is unknown; in `closed` mode, lists without a targeting key are too.
 * Source: ADR-0003.
 */
function testSegment(run: Run, name: string, mode: Mode): Truth {
  const segment = run.snapshot.segments.get(name);
  if (segment === undefined || run.depth >= LIMITS.chain || !mayGoOn(run, 1)) return giveUp(run);
  const lists = listsOf(segment);
  if (lists.isBroken) return giveUp(run);
  const key = lists.isEmpty ? undefined : targetingKeyOf(run);
  if (key === undefined) return !lists.isEmpty && mode === "closed" ? UNKNOWN : testWhen(run, segment, mode);
  if (lists.exclude.has(key)) return FALSE;
  return lists.include.has(key) ? TRUE : testWhen(run, segment, mode);
}

function testWhen(run: Run, segment: CompiledSegment, mode: Mode): Truth {
  const condition = treeOf(segment, mode);
  if (condition === undefined) return FALSE;
  run.depth++;
  const result = testCondition(condition, run);
  run.depth--;
  return result;
}
