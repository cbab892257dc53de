/** Condition trees, made ready to be tested. */

import { LIMITS } from "../limits.ts";
import { type AttributePath, pathOf } from "../run.ts";
import { compileOperator, type ScalarTest, type Wrong } from "./operators.ts";
import { weightOfPatterns } from "./pattern.ts";
import { FALSE, UNKNOWN } from "./truth.ts";

/**
 * How a missing or wrongly typed attribute counts: `open` as false (rules, segments, fallbacks), `closed` as unknown (`only`).
 */
export type Mode = "open" | "closed";

/** A condition made ready. */
export type Condition =
  | {
      readonly kind: "attribute";
      readonly path: AttributePath;
      readonly exists: boolean | undefined;
      readonly tests: readonly ScalarTest[];
      readonly wrong: Wrong;
    }
  | { readonly kind: "all"; readonly parts: readonly Condition[] }
  | { readonly kind: "any"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "segment"; readonly name: string; readonly mode: Mode }
  | { readonly kind: "unknown" };

const UNKNOWN_CONDITION: Condition = Object.freeze({ kind: "unknown" });

/**
 * Makes a condition tree ready; never throws.
 *
 * Shape:  authored tree → condition; a tree over the limits, empty, or with an unknown operator in it is unknown there, and counted.
 * Errors: none; `parseCondition` refuses at save what is only unknown here.
 * Source: ADR-0003; spec/vectors/targeting.json.
 */
export function compileCondition(tree: unknown, mode: Mode): Condition {
  const budget: Budget = { nodes: 0, patternWeight: 0, isExceeded: false };
  const condition = compileTree(tree, mode, 1, budget);
  return budget.isExceeded ? UNKNOWN_CONDITION : condition;
}

/** Past the limits of a tree nothing more is compiled, and the whole tree is unknown. */
interface Budget {
  nodes: number;
  patternWeight: number;
  isExceeded: boolean;
}

function compileTree(tree: unknown, mode: Mode, depth: number, budget: Budget): Condition {
  if (!countNode(depth, budget) || !isRecord(tree)) return UNKNOWN_CONDITION;
  const parts = Object.entries(tree).map(([word, part]) => compilePart(word, part, mode, depth, budget));
  return combine("all", parts);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function countNode(depth: number, budget: Budget): boolean {
  budget.isExceeded ||= depth > LIMITS.treeDepth || ++budget.nodes > LIMITS.treeNodes;
  return !budget.isExceeded;
}

function combine(kind: "all" | "any", parts: readonly Condition[]): Condition {
  if (parts.length < 2) return parts[0] ?? UNKNOWN_CONDITION;
  return { kind, parts };
}

function compilePart(word: string, part: unknown, mode: Mode, depth: number, budget: Budget): Condition {
  switch (word) {
    case "all":
    case "any":
      if (!Array.isArray(part)) return UNKNOWN_CONDITION;
      return combine(
        word,
        part.map((tree: unknown) => compileTree(tree, mode, depth + 1, budget)),
      );
    case "not":
      return { kind: "not", part: compileTree(part, mode, depth + 1, budget) };
    case "segment":
      return compileSegments(part, mode);
    case "attribute":
      if (!isRecord(part)) return UNKNOWN_CONDITION;
      return combine(
        "all",
        Object.entries(part).map(([name, spec]) => countedAttribute(name, spec, mode, depth, budget)),
      );
    default:
      return countedAttribute(word, part, mode, depth, budget);
  }
}

function countedAttribute(name: string, spec: unknown, mode: Mode, depth: number, budget: Budget): Condition {
  return countNode(depth, budget) && countPatterns(spec, budget) ? compileAttribute(name, spec, mode) : UNKNOWN_CONDITION;
}

/** Patterns are what takes long to compile, so they are weighed first. */
function countPatterns(spec: unknown, budget: Budget): boolean {
  if (isRecord(spec)) budget.patternWeight += weightOfPatterns(spec.matches);
  budget.isExceeded ||= budget.patternWeight > LIMITS.patternWeight;
  return !budget.isExceeded;
}

function compileSegments(names: unknown, mode: Mode): Condition {
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  if (list.length > LIMITS.listEntries) return UNKNOWN_CONDITION;
  return combine(
    "any",
    list.map((name) => (typeof name === "string" ? { kind: "segment", name, mode } : UNKNOWN_CONDITION)),
  );
}

/** Makes one attribute's test ready: a scalar is `eq`, a list is `in`, an object lists operators. */
export function compileAttribute(name: string, spec: unknown, mode: Mode): Condition {
  const { exists, ...operators } = operatorsOf(spec);
  if (exists !== undefined && typeof exists !== "boolean") return UNKNOWN_CONDITION;
  const tests: ScalarTest[] = [];
  for (const [operator, literal] of Object.entries(operators)) {
    const test = compileOperator(operator, literal);
    if (test === undefined) return UNKNOWN_CONDITION;
    tests.push(test);
  }
  if (tests.length === 0 && exists === undefined) return UNKNOWN_CONDITION;
  return { kind: "attribute", path: pathOf(name), exists, tests, wrong: mode === "open" ? FALSE : UNKNOWN };
}

function operatorsOf(spec: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(spec)) return { in: spec };
  return isRecord(spec) ? spec : { eq: spec };
}
