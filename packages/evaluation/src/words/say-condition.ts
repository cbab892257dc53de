/** A condition as a person would say it: "plan is pro or enterprise and not (region is eu)". */

import type { Condition } from "../flag.ts";

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
  cidr: "is in",
};

/** Longer lists are counted instead of read out. */
const MAX_WORDS = 5;

/**
 * Shape:  no capital and no full stop, to stand in a sentence after "where"; alternatives in brackets.
 * Errors: none; what a newer server may send is said as it is written.
 */
export function sayCondition(condition: Condition): string {
  const { all = [], any, not, segment, attribute, ...attributes } = condition;
  const parts = [
    ...Object.entries({ ...attributes, ...attribute }).map(([name, test]) => sayTest(name, test)),
    ...(segment === undefined ? [] : [`in segment ${listOf([segment].flat(), "or")}`]),
    ...all.map(sayCondition),
    ...(any === undefined ? [] : [`(${any.map(sayCondition).join(" or ")})`]),
    ...(not === undefined ? [] : [`not (${sayCondition(not)})`]),
  ];
  return listOf(parts, "and");
}

/** "a", "a or b", "a, b or c". */
export function listOf(words: readonly string[], last: "and" | "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words[words.length - 1]}`;
}

function sayTest(name: string, test: unknown): string {
  if (!isObject(test)) return `${name} is ${sayValues(test)}`;
  const said = Object.entries(test).map(([operator, value]) => sayOperator(name, operator, value));
  return listOf(said, "and");
}

function sayOperator(name: string, operator: string, value: unknown): string {
  if (operator === "exists") return value === true ? `${name} is present` : `${name} is missing`;
  if (operator !== "semver" || !isObject(value)) return `${name} ${PHRASES[operator] ?? operator} ${sayValues(value)}`;
  const bounds = Object.entries(value).map(([bound, version]) => `${name} ${PHRASES[bound] ?? bound} version ${String(version)}`);
  return listOf(bounds, "and");
}

function sayValues(value: unknown): string {
  const words = [value].flat().map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return words.length > MAX_WORDS ? `one of ${words.length} values` : listOf(words, "or");
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
