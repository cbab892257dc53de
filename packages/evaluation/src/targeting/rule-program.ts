/** The rules of a flag as one flat array, so that walking them touches few places in memory. */

import { LIMITS } from "../limits.ts";
import type { PlanRule } from "../plan.ts";
import type { Run } from "../run.ts";
import { compileCondition, type Condition } from "./condition.ts";
import { type ScalarTest, type ScalarValue, type SemverBound, testSemver } from "./operators.ts";
import { FALSE, TRUE } from "./truth.ts";

/**
 * For every rule its simple conditions, each `[operator, attribute, literal, next]`, then `[FOUND or LOOK, rule]`;
 * `next` is where the following rule begins, so the rule that a condition belongs to stands right before it.
 */
export type RuleProgram = readonly unknown[];

const FOUND = 0;
/** The rule has a condition that only `testCondition` can test. */
const LOOK = 1;
const EQ = 2;
const IN = 3;
const GT = 4;
const GTE = 5;
const LT = 6;
const LTE = 7;
const SEMVER = 8;
const CONTAINS = 9;
const STARTS_WITH = 10;
const ENDS_WITH = 11;

const CODES: Readonly<Record<string, number>> = {
  eq: EQ,
  in: IN,
  gt: GT,
  gte: GTE,
  lt: LT,
  lte: LTE,
  semver: SEMVER,
  contains: CONTAINS,
  startsWith: STARTS_WITH,
  endsWith: ENDS_WITH,
};

/** No further rule holds. */
export const NO_RULE = 0;

/** Most that one condition can count: itself and the one text it looks for. */
const STEPS_PER_CONDITION = 2;

const NO_RULES: RuleProgram = Object.freeze([]);

/** Makes the program of a flag's rules; only the conditions that it cannot test are kept beside it. */
export function compileRules(rules: readonly PlanRule[]): RuleProgram {
  if (rules.length === 0) return NO_RULES;
  const program: unknown[] = [];
  for (const rule of rules) {
    const tests = rule.whenSource === undefined ? [] : simpleTests(conditionOf(rule));
    const next = program.length + (tests?.length ?? 0) * 4 + 2;
    for (const test of tests ?? []) program.push(...test, next);
    program.push(tests === undefined ? LOOK : FOUND, rule);
    if (tests !== undefined) rule.when = undefined;
  }
  // A copy has no spare room.
  return program.slice();
}

/** The condition of a rule that has one, compiled when first asked for. */
export function conditionOf(rule: PlanRule): Condition {
  return (rule.when ??= compileCondition(rule.whenSource, "open"));
}

/** The conditions that must all hold, as operator, attribute and literal; undefined where one is not that simple. */
function simpleTests(condition: Condition): (readonly [number, string, unknown])[] | undefined {
  const tests = (condition.kind === "all" ? condition.parts : [condition]).map(simpleTest);
  return tests.includes(undefined) ? undefined : (tests as (readonly [number, string, unknown])[]);
}

function simpleTest(condition: Condition): readonly [number, string, unknown] | undefined {
  if (condition.kind !== "attribute" || !condition.path.isSimple) return undefined;
  const [test, ...more] = condition.tests;
  if (test === undefined || more.length > 0 || condition.exists !== undefined) return undefined;
  const code = CODES[test.operator];
  const literal = literalOf(test, code);
  return code === undefined || literal === undefined ? undefined : [code, condition.path.name, literal];
}

/** The text operators look for one text. */
function literalOf({ literal }: ScalarTest, code: number | undefined): unknown {
  if (code === undefined || code < CONTAINS) return literal;
  const texts = literal as readonly string[];
  return texts.length === 1 ? texts[0] : undefined;
}

/** Whether the program decides as `testCondition` would: a plain context, no trace to write, and far from the limit of steps. */
export function canRun(program: RuleProgram, run: Run): boolean {
  return run.isPlain && run.trace === undefined && run.steps + program.length * STEPS_PER_CONDITION <= LIMITS.evaluationSteps;
}

/**
 * Finds the next rule that holds.
 *
 * Shape:  where a rule begins, 0 at first → `NO_RULE`, or where the rule after the found one begins; negative where the found
 *         rule has yet to be tested: `testCondition` knows what to do with arrays, dates and the other operators.
 */
export function findRule(program: RuleProgram, run: Run, from: number): number {
  const { context } = run;
  let steps = 0;
  let ruleSteps = 0;
  let at = from;
  while (at < program.length) {
    const code = program[at] as number;
    if (code <= LOOK) {
      run.steps += steps + ruleSteps;
      return code === FOUND ? at + 2 : -(at + 2);
    }
    const value = context[program[at + 1] as string];
    const next = program[at + 3] as number;
    if (typeof value === "object" && value !== null) {
      run.steps += steps;
      return -next;
    }
    ruleSteps += typeof value === "string" && code >= CONTAINS ? STEPS_PER_CONDITION : 1;
    if (holds(code, value, program[at + 2])) at += 4;
    else {
      steps += ruleSteps;
      ruleSteps = 0;
      at = next;
    }
  }
  run.steps += steps;
  return NO_RULE;
}

/** The rule that was found, from where the one after it begins. */
export function ruleBefore(program: RuleProgram, next: number): PlanRule {
  return program[next - 1] as PlanRule;
}

function holds(code: number, value: unknown, literal: unknown): boolean {
  if (typeof value === "string") return holdsText(code, value, literal);
  if (typeof value === "number") return Number.isFinite(value) && holdsNumber(code, value, literal);
  return code === EQ ? value === literal : code === IN && (literal as ReadonlySet<unknown>).has(value);
}

function holdsText(code: number, value: string, literal: unknown): boolean {
  switch (code) {
    case EQ:
      return value === literal;
    case IN:
      return (literal as ReadonlySet<ScalarValue>).has(value);
    case SEMVER:
      return testSemver(literal as readonly SemverBound[], value, FALSE) === TRUE;
    case CONTAINS:
      return value.includes(literal as string);
    case STARTS_WITH:
      return value.startsWith(literal as string);
    case ENDS_WITH:
      return value.endsWith(literal as string);
    default:
      return false;
  }
}

function holdsNumber(code: number, value: number, literal: unknown): boolean {
  switch (code) {
    case EQ:
      return value === literal;
    case IN:
      return (literal as ReadonlySet<ScalarValue>).has(value);
    case GT:
      return value > (literal as number);
    case GTE:
      return value >= (literal as number);
    case LT:
      return value < (literal as number);
    case LTE:
      return value <= (literal as number);
    default:
      return false;
  }
}
