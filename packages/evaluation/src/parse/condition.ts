/** Checks a condition tree: its words, its attributes, and that it is neither empty nor too big. */

import type { Condition } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import type { Parsed } from "./issue.ts";
import { checkSegmentKeyAt } from "./keys.ts";
import { checkAttributeTest } from "./operator.ts";
import { conclude, newReport, raise, type Spot, within } from "./report.ts";
import { checkList, checkObject, isObject, refuseType } from "./shape.ts";

/**
 * Reads a condition tree.
 *
 * Shape:  a tree of at most `LIMITS.treeDepth` levels and `LIMITS.treeNodes` trees and attributes → the tree itself.
 * Errors: none thrown; issues for empty trees, unknown operators, and literals that do not parse.
 * Source: ADR-0002, ADR-0003; spec/flag-document.schema.json#/$defs/Condition.
 */
export function parseCondition(data: unknown, at: { readonly path: string }): Parsed<Condition> {
  const report = newReport();
  checkCondition(data, { path: at.path, report });
  return conclude(report, data as Condition);
}

/** Checks a whole tree and says whether it may be used. */
export function isGoodCondition(value: unknown, at: Spot): boolean {
  const before = at.report.errors;
  checkCondition(value, at);
  return at.report.errors === before;
}

interface Tree {
  nodes: number;
}

/** Checks a whole tree; its nodes are counted as `compileCondition` counts them. */
export function checkCondition(value: unknown, at: Spot): void {
  checkTree(value, at, 1, { nodes: 0 });
}

function checkTree(value: unknown, at: Spot, depth: number, tree: Tree): void {
  if (!mayCount(at, depth, tree) || !checkObject(value, at, "a condition")) return;
  const words = Object.keys(value);
  if (words.length === 0) raise(at, "empty-tree", "an empty condition says nothing", "add an attribute, or remove the condition");
  for (const word of words) {
    checkPart(word, value[word], within(at, word), depth, tree);
    if (tree.nodes > LIMITS.treeNodes) return;
  }
}

/** Counts one tree or attribute; the one that is too many is reported, and the walk ends with it. */
function mayCount(at: Spot, depth: number, tree: Tree): boolean {
  if (depth > LIMITS.treeDepth) {
    raise(at, "tree-too-deep", `a condition nests at most ${LIMITS.treeDepth} levels`, "move a part of it into a segment");
    return false;
  }
  tree.nodes++;
  if (tree.nodes === LIMITS.treeNodes + 1) {
    raise(
      at,
      "tree-too-large",
      `a condition has at most ${LIMITS.treeNodes} parts`,
      "move a part of it into a segment, or list the values",
    );
  }
  return tree.nodes <= LIMITS.treeNodes;
}

function checkPart(word: string, part: unknown, at: Spot, depth: number, tree: Tree): void {
  switch (word) {
    case "all":
    case "any":
      return checkTrees(word, part, at, depth, tree);
    case "not":
      return checkTree(part, at, depth + 1, tree);
    case "segment":
      return checkSegments(part, at);
    case "attribute":
      return checkAttributes(part, at, depth, tree);
    default:
      return checkAttribute(word, part, at, depth, tree);
  }
}

function checkTrees(word: string, part: unknown, at: Spot, depth: number, tree: Tree): void {
  if (!Array.isArray(part)) {
    const mend = `list conditions, or write \`attribute: { ${word}: … }\` for an attribute of that name`;
    return raise(at, "wrong-type", `${word} takes a list of conditions`, mend);
  }
  const parts: readonly unknown[] = part;
  if (parts.length === 0) raise(at, "empty-tree", `an empty ${word} says nothing`, "add a condition, or remove it");
  for (const [index, one] of parts.entries()) {
    checkTree(one, within(at, index), depth + 1, tree);
    if (tree.nodes > LIMITS.treeNodes) return;
  }
}

function checkSegments(part: unknown, at: Spot): void {
  if (Array.isArray(part)) checkList(part, at, "a list of segments", { min: 1, max: LIMITS.listEntries }, checkSegmentKeyAt);
  else if (typeof part === "string") checkSegmentKeyAt(part, at);
  else refuseType(part, at, "segment", "a segment's name or a list of them");
}

/** Attributes that have the name of one of the five words. */
function checkAttributes(part: unknown, at: Spot, depth: number, tree: Tree): void {
  if (!isObject(part)) return refuseType(part, at, "attribute", "an object of attributes");
  const names = Object.keys(part);
  if (names.length === 0) raise(at, "empty-tree", "an empty attribute says nothing", "name an attribute in it, or remove it");
  for (const name of names) {
    checkAttribute(name, part[name], within(at, name), depth, tree);
    if (tree.nodes > LIMITS.treeNodes) return;
  }
}

function checkAttribute(name: string, test: unknown, at: Spot, depth: number, tree: Tree): void {
  if (!mayCount(at, depth, tree)) return;
  if (name === "") return raise(at, "empty-text", "an attribute has a name", "write the attribute's name");
  if (name.length > LIMITS.text)
    return raise(at, "too-long", `an attribute's name has at most ${LIMITS.text} characters`, "shorten it");
  checkAttributeTest(test, at, name);
}
