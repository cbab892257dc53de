/** Lays a plan out as a program, as far as the plan is that simple. */

import type { Evaluation, FallbackValue } from "../details.ts";
import type { Plan, PlanRule, PlanServe, PlanSplit, PlanVariant } from "../plan.ts";
import { answerOf } from "../plan.ts";
import { compileCondition, type Condition } from "../targeting/condition.ts";
import type { ScalarValue, SemverBound } from "../targeting/operators.ts";
import { NOT_PACKED, packSemver } from "../targeting/semver.ts";
import { CAREFULLY, DEFAULT_RULE, pieceOf, placeOf, type Program, ruleOf } from "./program.ts";
import {
  ALWAYS_CAREFUL,
  ANSWER,
  CAREFUL,
  CONTAINS,
  ENDS_WITH,
  EQ,
  GT,
  GTE,
  IN,
  LT,
  LTE,
  ONE_OF,
  SEMVER_EQ,
  SEMVER_GT,
  SEMVER_GTE,
  SEMVER_LT,
  SEMVER_LTE,
  SPLIT,
  STARTS_WITH,
  TARGETS,
  TEST_SIZE,
} from "./run-program.ts";

/** The longest program; what goes on behind it is the plan's, so that an evaluation without a count is bounded all the same. */
const LONGEST = 10_000;

const CODES: Readonly<Record<string, number>> = {
  eq: EQ,
  in: IN,
  gt: GT,
  gte: GTE,
  lt: LT,
  lte: LTE,
  contains: CONTAINS,
  startsWith: STARTS_WITH,
  endsWith: ENDS_WITH,
};

/**
 * Makes a flag's program.
 *
 * Shape:  it decides as the plan does, or ends in `CAREFUL`: at the first rule that it cannot test, for a flag that has
 *         requirements, and for splits whose arms not everybody may have.
 * Source: ADR-0003.
 */
export function compileProgram(plan: Plan): Program {
  if (!plan.isEnabled || plan.requires.length > 0) return ALWAYS_CAREFUL;
  const program: Program = plan.targets === undefined ? [] : [TARGETS, plan.targets];
  for (const [index, { whenSource, serve }] of plan.rules.entries()) {
    const tests = whenSource === undefined ? [] : simpleTests(compileCondition(whenSource, "open"));
    const end = endOf(plan, serve, index);
    if (tests === undefined || program.length > LONGEST) return careful(program);
    const next = program.length + tests.length * TEST_SIZE + end.length;
    for (const [code, name, literal] of tests) program.push(code, name, literal, next);
    program.push(...end);
    // What follows a rule for everybody is never reached.
    if (tests.length === 0) return program.slice();
  }
  program.push(...endOf(plan, plan.default, DEFAULT_RULE));
  // A copy has no spare room.
  return program.slice();
}

/** The answer that belongs at one place of a program. */
export function makeAnswer(plan: Plan, place: number): Evaluation {
  const rule = ruleOf(place);
  const { variant, split, origin } = rule === DEFAULT_RULE ? plan.default : (plan.rules[rule] as PlanRule).serve;
  const served = (variant ?? split.holders[pieceOf(place)]) as PlanVariant;
  return answerOf(plan.key, origin, served, plan.chain as readonly FallbackValue[]);
}

function careful(program: Program): Program {
  if (program.length === 0) return ALWAYS_CAREFUL;
  program.push(CAREFUL);
  return program.slice();
}

const SEMVER_CODES: Readonly<Record<string, number>> = {
  eq: SEMVER_EQ,
  gt: SEMVER_GT,
  gte: SEMVER_GTE,
  lt: SEMVER_LT,
  lte: SEMVER_LTE,
};

type Test = readonly [code: number, attribute: string, literal: unknown];

/** The conditions that must all hold; undefined where one is not that simple. */
function simpleTests(condition: Condition): readonly Test[] | undefined {
  const tests = (condition.kind === "all" ? condition.parts : [condition]).map(testsOf);
  return tests.includes(undefined) ? undefined : (tests as (readonly Test[])[]).flat();
}

function testsOf(condition: Condition): readonly Test[] | undefined {
  if (condition.kind !== "attribute" || !condition.path.isSimple) return undefined;
  const [test, ...more] = condition.tests;
  if (test === undefined || more.length > 0 || condition.exists !== undefined) return undefined;
  const { name } = condition.path;
  if (test.operator === "semver") return semverTests(name, test.literal as readonly SemverBound[]);
  const code = CODES[test.operator];
  const one = code === undefined ? undefined : testOf(code, name, test.literal);
  return one && [one];
}

function semverTests(name: string, bounds: readonly SemverBound[]): readonly Test[] | undefined {
  const tests = bounds.map(({ operator, limit }): Test => [SEMVER_CODES[operator] as number, name, packSemver(limit.text)]);
  return tests.some(([, , packed]) => packed === NOT_PACKED) ? undefined : tests;
}

/** The longest list that is looked through one by one: a set of so few takes more room and no less time. */
const SHORT_LIST = 6;

function testOf(code: number, name: string, literal: unknown): Test | undefined {
  if (code === IN) {
    const members = literal as ReadonlySet<ScalarValue>;
    return members.size > SHORT_LIST ? [IN, name, members] : [ONE_OF, name, [...members]];
  }
  if (code < CONTAINS) return [code, name, literal];
  const texts = literal as readonly string[];
  return texts.length === 1 ? [code, name, texts[0]] : undefined;
}

function endOf(plan: Plan, { variant, split }: PlanServe, rule: number): Program {
  if (variant !== undefined) return [ANSWER, placeFor(plan, variant, rule, 0)];
  if (split.restricted.length > 0) return [CAREFUL];
  if (split.isForOne) return [ANSWER, placeFor(plan, split.holders[0], rule, 0)];
  return split.path.isSimple ? splitEnd(plan, split, rule) : [CAREFUL];
}

function splitEnd(plan: Plan, { by, salt, prefix = [], offset, ends, holders }: PlanSplit, rule: number): Program {
  const pieces = ends.flatMap((end, piece) => [end, placeFor(plan, holders[piece], rule, piece)]);
  return [SPLIT, by, salt, offset, prefix.length, ...prefix, ...pieces];
}

/** Only an answer that is the same for everybody may be kept. */
function placeFor(plan: Plan, variant: PlanVariant | undefined, rule: number, piece: number): number | typeof CAREFULLY {
  const isForAll = plan.chain !== undefined && variant !== undefined && variant.only === undefined && !variant.isStopped;
  return isForAll ? placeOf(rule, piece) : CAREFULLY;
}
