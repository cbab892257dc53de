/** A condition tree in words: "plan is pro or enterprise, and region is not eu". */

import type { Condition } from "@dimmer/evaluation";
import { joinWords } from "./suggest.ts";

const OPERATOR_WORDS: Readonly<Record<string, string>> = {
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
  cidr: "is in",
};

/** Longer lists are counted instead of read out. */
const MAX_WORDS = 5;

export function describeCondition(condition: Condition): string {
  const { all, any, not, segment, attribute, ...attributes } = condition;
  const tests = { ...attributes, ...attribute };
  const parts = [
    ...Object.entries(tests).map(([name, test]) => describeTest(name, test)),
    ...(segment === undefined ? [] : [`in segment ${joinWords([segment].flat(), "or")}`]),
    ...(all ?? []).map(describeCondition),
    ...(any === undefined ? [] : [`(${any.map(describeCondition).join(" or ")})`]),
    ...(not === undefined ? [] : [`not (${describeCondition(not)})`]),
  ];
  return joinWords(parts, "and");
}

function describeTest(name: string, test: unknown): string {
  if (typeof test !== "object" || test === null || Array.isArray(test)) return `${name} is ${listOf(test)}`;
  return joinWords(
    Object.entries(test).map(([operator, value]) => describeOperator(name, operator, value)),
    "and",
  );
}

function describeOperator(name: string, operator: string, value: unknown): string {
  if (operator === "exists") return value === true ? `${name} is present` : `${name} is missing`;
  if (operator !== "semver" || typeof value !== "object" || value === null)
    return `${name} ${OPERATOR_WORDS[operator] ?? operator} ${listOf(value)}`;
  return joinWords(
    Object.entries(value).map(([bound, version]) => `${name} ${OPERATOR_WORDS[bound] ?? bound} version ${String(version)}`),
    "and",
  );
}

function listOf(value: unknown): string {
  const words = [value].flat().map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return words.length > MAX_WORDS ? `one of ${words.length} values` : joinWords(words, "or");
}
