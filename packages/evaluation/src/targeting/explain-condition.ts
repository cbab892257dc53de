/** Takes a condition tree apart for a trace: every part with its own truth, so that a reader sees which one failed. */

import type { JsonValue } from "../json.ts";
import { LIMITS } from "../limits.ts";
import { pathOf, readAttribute, type Run } from "../run.ts";
import type { ConditionTrace } from "../trace.ts";
import { compileAttribute, compileCondition, type Mode } from "./condition.ts";
import { testCondition } from "./test-condition.ts";
import { TRUTH_WORDS } from "./truth.ts";

/** Parts told of one tree; a trace is for reading. */
const MAX_PARTS = 200;

/**
 * Shape:  an authored tree → its parts in order, the root first; each is tested by the same code that decides.
 *         The counts of the run are put back, so that explaining costs the evaluation nothing.
 */
export function explainCondition(run: Run, tree: unknown, mode: Mode): ConditionTrace[] {
  const { steps, matcherSteps, unknowns } = run;
  const parts: ConditionTrace[] = [];
  if (tree !== undefined) explainTree(run, tree, mode, "", 1, parts);
  Object.assign(run, { steps, matcherSteps, unknowns });
  return parts;
}

function explainTree(run: Run, tree: unknown, mode: Mode, path: string, depth: number, parts: ConditionTrace[]): void {
  if (typeof tree !== "object" || tree === null || depth > LIMITS.treeDepth || parts.length >= MAX_PARTS) return;
  for (const [word, part] of Object.entries(tree) as [string, unknown][]) {
    const here = `${path}/${pointer(word)}`;
    if (word === "all" || word === "any") explainList(run, part, mode, here, depth + 1, parts);
    else if (word === "not") explainTree(run, part, mode, here, depth + 1, parts);
    else if (word === "attribute") explainAttributes(run, part, mode, here, parts);
    else if (word === "segment")
      parts.push({
        path: here,
        result: TRUTH_WORDS[testCondition(compileCondition({ segment: part }, mode), run)],
        expected: part as JsonValue,
      });
    else parts.push(explainAttribute(run, word, part, mode, here));
  }
}

function explainList(run: Run, list: unknown, mode: Mode, path: string, depth: number, parts: ConditionTrace[]): void {
  if (Array.isArray(list)) list.forEach((tree, at) => explainTree(run, tree, mode, `${path}/${at}`, depth, parts));
}

function explainAttributes(run: Run, attributes: unknown, mode: Mode, path: string, parts: ConditionTrace[]): void {
  if (typeof attributes !== "object" || attributes === null) return;
  for (const [name, spec] of Object.entries(attributes))
    parts.push(explainAttribute(run, name, spec, mode, `${path}/${pointer(name)}`));
}

function explainAttribute(run: Run, attribute: string, spec: unknown, mode: Mode, path: string): ConditionTrace {
  const result = TRUTH_WORDS[testCondition(compileAttribute(attribute, spec, mode), run)];
  const actual = toJson(readAttribute(run, pathOf(attribute)));
  return { path, result, attribute, ...(actual === undefined ? {} : { actual }), expected: spec as JsonValue };
}

/** What the attribute held, as far as JSON can say it. */
function toJson(value: unknown): JsonValue | undefined {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return "(cannot be shown as JSON)";
  }
}

const pointer = (word: string): string => word.replaceAll("~", "~0").replaceAll("/", "~1");
