/** Conditions as rows that one can pick, as far as a condition is made of such rows. */

import {
  type AttributeTest,
  type Condition,
  CONDITION_WORDS,
  type Operators,
  sayCondition,
  type Scalar,
} from "@dimmer/evaluation";

/** Rows of which all must hold, or any. */
export interface ConditionTests {
  readonly join: "all" | "any";
  readonly tests: readonly ConditionTest[];
}

export interface ConditionTest {
  /** Null for membership of a segment, empty while none is chosen. */
  readonly attribute: string | null;
  readonly verb: Verb;
  readonly values: readonly Scalar[];
}

/** What may stand between attribute and value, in the order in which it is offered. */
export const VERBS = [
  { verb: "is", words: "is", takes: "many" },
  { verb: "is-not", words: "is not", takes: "many" },
  { verb: "contains", words: "contains", takes: "many" },
  { verb: "startsWith", words: "starts with", takes: "many" },
  { verb: "endsWith", words: "ends with", takes: "many" },
  { verb: "matches", words: "matches the pattern", takes: "many" },
  { verb: "gt", words: "is above", takes: "number" },
  { verb: "gte", words: "is at least", takes: "number" },
  { verb: "lt", words: "is below", takes: "number" },
  { verb: "lte", words: "is at most", takes: "number" },
  { verb: "before", words: "is before", takes: "instant" },
  { verb: "after", words: "is after", takes: "instant" },
  { verb: "semver-gte", words: "is at least version", takes: "version" },
  { verb: "semver-lt", words: "is below version", takes: "version" },
  { verb: "cidr", words: "is within the network", takes: "many" },
  { verb: "known", words: "is known", takes: "nothing" },
  { verb: "unknown", words: "is not known", takes: "nothing" },
] as const;
export type Verb = (typeof VERBS)[number]["verb"];
export type VerbTakes = (typeof VERBS)[number]["takes"];

export const takenBy = (verb: Verb): VerbTakes => VERBS.find((one) => one.verb === verb)?.takes ?? "many";

export const NO_TEST: ConditionTest = { attribute: "", verb: "is", values: [] };
export const NO_SEGMENT: ConditionTest = { attribute: null, verb: "is", values: [] };

/** What somebody edits: rows, or the condition as JSON where rows cannot say it or are not wanted. */
export type ConditionDraft = ConditionTests | { readonly text: string };

export const draftOf = (condition: Condition | undefined): ConditionDraft =>
  readTests(condition) ?? { text: JSON.stringify(condition, null, 2) };

/** Shape: an undefined condition is everyone. */
export function conditionOf(draft: ConditionDraft): { readonly condition: Condition | undefined } | { readonly problem: string } {
  if (!("text" in draft)) {
    const gap = findGap(draft);
    return gap === undefined ? { condition: writeTests(draft) } : { problem: gap };
  }
  if (draft.text.trim() === "") return { condition: undefined };
  try {
    return readText(JSON.parse(draft.text));
  } catch (error) {
    return { problem: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

/** Only its outer form is looked at: what else is wrong the server says, where it is tried. */
function readText(json: unknown): ReturnType<typeof conditionOf> {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return { problem: 'A condition is an object of attributes, such as { "plan": "pro" }.' };
  const condition: Condition = { ...json };
  if (Object.keys(condition).length === 0) return { condition: undefined };
  return isReadable(condition)
    ? { condition }
    : { problem: "Its parts do not fit together: all and any take a list, not and attribute an object." };
}

/** Whether it can be said and taken apart: lists are lists, and objects are objects. */
function isReadable(condition: Condition): boolean {
  try {
    sayCondition(condition);
    readTests(condition);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads a condition into rows.
 *
 * Shape:  undefined where rows cannot say it: nested trees, several operators at once. What is read is written back the same in meaning.
 */
export function readTests(condition: Condition | undefined): ConditionTests | undefined {
  if (condition === undefined) return { join: "all", tests: [] };
  const { any, ...others } = condition;
  if (any !== undefined) {
    if (Object.keys(others).length > 0) return undefined;
    const alternatives = any.map(readSingle);
    return alternatives.every((one) => one !== undefined) ? { join: "any", tests: alternatives } : undefined;
  }
  const tests = readAll(condition);
  return tests === undefined ? undefined : { join: "all", tests };
}

/** Shape: undefined without rows, which means everyone; rows that are not filled in yet are written all the same. */
export function writeTests({ join, tests }: ConditionTests): Condition | undefined {
  const written = tests.map(writeTest);
  const [first] = written;
  if (first === undefined) return undefined;
  if (written.length === 1) return first;
  if (join === "any") return { any: written };
  const names = written.flatMap((condition) => Object.keys(condition));
  const isFlat = new Set(names).size === names.length && !names.some((name) => name === "not" || name === "attribute");
  return isFlat ? Object.assign({}, ...written) : { all: written };
}

/** What keeps the rows from being a condition; undefined where nothing does. */
function findGap({ tests }: ConditionTests): string | undefined {
  if (tests.some(({ attribute }) => attribute === "")) return "Choose an attribute.";
  const empty = tests.find(({ verb, values }) => takenBy(verb) !== "nothing" && values.length === 0);
  if (empty !== undefined) return empty.attribute === null ? "Choose a segment." : `Say a value for ${empty.attribute}.`;
  return undefined;
}

function readAll(condition: Condition): readonly ConditionTest[] | undefined {
  const { all, ...flat } = condition;
  const tests: ConditionTest[] = [];
  for (const [name, part] of Object.entries(flat)) {
    const test = readSingle({ [name]: part });
    if (test === undefined) return undefined;
    tests.push(test);
  }
  for (const part of all ?? []) {
    const test = readSingle(part);
    if (test === undefined) return undefined;
    tests.push(test);
  }
  return tests;
}

const WORDS: ReadonlySet<string> = new Set(CONDITION_WORDS);

/** A condition of exactly one test. */
function readSingle(condition: Condition): ConditionTest | undefined {
  const [[name, part] = ["", undefined], ...more] = Object.entries(condition);
  if (more.length > 0) return undefined;
  if (name === "not") return negated(readSingle(condition.not ?? {}));
  if (name === "segment") return { attribute: null, verb: "is", values: [condition.segment ?? []].flat() };
  if (name === "attribute") {
    const [[escaped, test] = ["", undefined], ...others] = Object.entries(condition.attribute ?? {});
    return others.length > 0 || test === undefined ? undefined : readTest(escaped, test);
  }
  if (WORDS.has(name) || name === "") return undefined;
  // What is no word of the condition language is an attribute.
  return readTest(name, part as AttributeTest);
}

const negated = (test: ConditionTest | undefined): ConditionTest | undefined =>
  test?.verb === "is" ? { ...test, verb: "is-not" } : undefined;

function readTest(attribute: string, test: AttributeTest): ConditionTest | undefined {
  if (Array.isArray(test)) return { attribute, verb: "is", values: test as readonly Scalar[] };
  if (typeof test !== "object") return { attribute, verb: "is", values: [test] };
  const [[operator, operand] = ["", undefined], ...more] = Object.entries(test as Operators);
  if (more.length > 0) return undefined;
  if (operator === "exists") return { attribute, verb: operand === true ? "known" : "unknown", values: [] };
  if (operator === "eq" || operator === "in") return { attribute, verb: "is", values: [operand as Scalar | Scalar[]].flat() };
  if (operator === "semver") return readVersion(attribute, operand as Readonly<Record<string, string>>);
  const verb = VERBS.find((one) => one.verb === operator)?.verb;
  return verb === undefined ? undefined : { attribute, verb, values: [operand as Scalar | Scalar[]].flat() };
}

function readVersion(attribute: string, bounds: Readonly<Record<string, string>>): ConditionTest | undefined {
  const [[operator, version] = ["", ""], ...more] = Object.entries(bounds);
  const verb = VERBS.find((one) => one.verb === `semver-${operator}`)?.verb;
  return more.length > 0 || verb === undefined ? undefined : { attribute, verb, values: [version] };
}

function writeTest({ attribute, verb, values }: ConditionTest): Condition {
  if (verb === "is-not") return { not: writeTest({ attribute, verb: "is", values }) };
  const one = values.length === 1 ? values[0] : values;
  if (attribute === null) return { segment: one as string | readonly string[] };
  const test = testOf(verb, one);
  return WORDS.has(attribute) ? { attribute: { [attribute]: test } } : { [attribute]: test };
}

function testOf(verb: Verb, operand: Scalar | readonly Scalar[] | undefined): AttributeTest {
  if (verb === "is") return operand ?? [];
  if (verb === "known" || verb === "unknown") return { exists: verb === "known" };
  if (verb.startsWith("semver-")) return { semver: { [verb.slice("semver-".length)]: operand } };
  return { [verb]: operand };
}

/** What somebody typed, as the value that is meant: `true` and `3` only where the attribute is of that type. */
export function readScalar(text: string, types: readonly string[], takes: VerbTakes): Scalar {
  const number = Number(text);
  // "1." is on its way to "1.5", and stays as it is until then.
  const isNumber = String(number) === text && Number.isFinite(number);
  if (takes === "number") return isNumber ? number : text;
  if (takes !== "many" || types.includes("string")) return text;
  if (types.includes("boolean") && (text === "true" || text === "false")) return text === "true";
  return types.includes("number") && isNumber ? number : text;
}
