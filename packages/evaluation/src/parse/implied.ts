/** Whether a rule's `when` already ensures a variant's `only`, so that nobody whom the rule names can be blocked. */

import { isObject } from "./shape.ts";

/**
 * A sound and simple test: every part of `only` is a part of `when`, or allows more values than one.
 *
 * A part with `not` never counts: on a missing attribute it holds in a rule and is unknown in `only`.
 */
export function implies(when: unknown, only: unknown): boolean {
  const given = partsOf(when);
  return partsOf(only).every((part) => !hasNot(part) && given.some((one) => isSamePart(one, part) || isNarrower(one, part)));
}

/** One attribute's test, or one of `any`, `not` and `segment`. */
interface Part {
  readonly word: string;
  readonly isAttribute: boolean;
  readonly test: unknown;
}

/** The parts that must all hold, `all` and `attribute` taken apart. The tree has passed its own check, so it is shallow. */
function partsOf(tree: unknown): readonly Part[] {
  if (!isObject(tree)) return [];
  return Object.entries(tree).flatMap(([word, test]): readonly Part[] => {
    if (word === "all") return (test as readonly unknown[]).flatMap(partsOf);
    if (word === "attribute")
      return Object.entries(test as object).map(([name, inner]: [string, unknown]) => ({
        word: name,
        isAttribute: true,
        test: inner,
      }));
    return [{ word, isAttribute: word !== "any" && word !== "not" && word !== "segment", test }];
  });
}

function isSamePart(a: Part, b: Part): boolean {
  return a.word === b.word && a.isAttribute === b.isAttribute && JSON.stringify(a.test) === JSON.stringify(b.test);
}

/** `plan: pro` is narrower than `plan: [pro, enterprise]`. */
function isNarrower(a: Part, b: Part): boolean {
  if (a.word !== b.word || !a.isAttribute || !b.isAttribute) return false;
  const [given, allowed] = [valuesOf(a.test), valuesOf(b.test)];
  return given !== undefined && allowed !== undefined && given.every((value) => allowed.includes(value));
}

/** The values an attribute may have, where its test is nothing but a list of them. */
function valuesOf(test: unknown): readonly unknown[] | undefined {
  if (Array.isArray(test)) return test;
  if (!isObject(test)) return [test];
  const operators = Object.keys(test);
  if (operators.length !== 1) return undefined;
  if (operators[0] === "eq") return [test["eq"]];
  return operators[0] === "in" ? (test["in"] as readonly unknown[]) : undefined;
}

/** Looks through `any`, and through the trees in it. */
function hasNot(part: Part): boolean {
  if (part.isAttribute) return false;
  if (part.word === "any") return (part.test as readonly unknown[]).some((tree) => partsOf(tree).some(hasNot));
  return part.word === "not";
}
