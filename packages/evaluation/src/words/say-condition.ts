/** A condition as a person would say it: "plan is pro or team and region is eu". */

import { type AttributeTest, type Condition, CONDITION_WORDS, type Operators } from "../flag.ts";

/**
 * Shape:  no capital and no full stop, to stand in a sentence after "where"; alternatives in brackets where they stand beside others.
 * Errors: none; what a newer server may send is said as it is written.
 */
export function sayCondition(condition: Condition): string {
  return listOf(partsOf(condition), "and");
}

/** "a", "a or b", "a, b or c". */
export function listOf(words: readonly string[], last: "and" | "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words[words.length - 1]}`;
}

const WORDS: ReadonlySet<string> = new Set(CONDITION_WORDS);

function partsOf(condition: Condition): readonly string[] {
  const attributes = Object.entries(condition).filter(([name]) => !WORDS.has(name)) as [string, AttributeTest][];
  const { all = [], any, not, segment, attribute = {} } = condition;
  return [
    ...[...attributes, ...Object.entries(attribute)].map(([name, test]) => sayTest(name, test)),
    ...(segment === undefined ? [] : [`in segment ${listOf([segment].flat(), "or")}`]),
    ...all.flatMap(partsOf),
    ...(any === undefined ? [] : [sayAny(any)]),
    ...(not === undefined ? [] : [`not (${sayCondition(not)})`]),
  ];
}

function sayAny(conditions: readonly Condition[]): string {
  const said = conditions.map(sayCondition);
  return said.length < 2 ? said.join("") : `(${said.join(" or ")})`;
}

function sayTest(name: string, test: AttributeTest): string {
  if (Array.isArray(test)) return `${name} is ${listOf(test.map(sayScalar), "or")}`;
  if (typeof test !== "object") return `${name} is ${sayScalar(test)}`;
  return `${name} ${listOf(sayOperators(test as Operators), "and")}`;
}

/** An empty string and one with odd ends would be overlooked. */
const sayScalar = (value: unknown): string =>
  typeof value === "string" && value !== "" && value.trim() === value ? value : JSON.stringify(value);

const PHRASES: Readonly<Record<string, string>> = {
  eq: "is",
  in: "is",
  contains: "contains",
  startsWith: "starts with",
  endsWith: "ends with",
  matches: "matches",
  gt: "is above",
  gte: "is at least",
  lt: "is below",
  lte: "is at most",
  before: "is before",
  after: "is after",
  cidr: "is within",
};

function sayOperators(operators: Operators): readonly string[] {
  return Object.entries(operators).flatMap(([operator, operand]: [string, unknown]) => {
    if (operator === "exists") return operand === true ? "is known" : "is not known";
    if (operator === "semver") return saySemver(operand as object);
    const phrase = Object.hasOwn(PHRASES, operator) ? PHRASES[operator] : operator;
    return `${phrase} ${listOf([operand].flat().map(sayScalar), "or")}`;
  });
}

const saySemver = (operators: object): readonly string[] =>
  Object.entries(operators).map(([operator, version]) => `${PHRASES[operator]} version ${version}`);
