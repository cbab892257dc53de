/**
 * The collected reference values: where they are, which test answers for which of them, and what a test asks of a value.
 *
 * The file is no part of the repository. Where it is not there, the run names the tests over it as skipped.
 */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** A value as the file has it: numbers, nested to any depth. */
export type ReferenceValue = number | null | string | readonly ReferenceValue[] | { readonly [name: string]: ReferenceValue };
export type ReferenceRecord = Readonly<Record<string, ReferenceValue>>;

export interface ReferenceCase {
  readonly id: string;
  readonly area: string;
  readonly method: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each method has inputs of its own shape, which its test knows
  readonly inputs: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- as the inputs
  readonly expected: any;
  readonly tol: Tolerance;
}

/** Of the whole expected value, but for the parts that have one under their own name. */
interface Tolerance {
  readonly abs?: number;
  readonly rel?: number;
  readonly [part: string]: Tolerance | number | undefined;
}

/** Beside the repository, or where the variable says. */
const FILE =
  process.env["DIMMER_STATISTICS_CASES"] ?? fileURLToPath(new URL("../../../../shared/data/statistics.json", import.meta.url));

export const hasReferenceCases = existsSync(FILE);

export const referenceCases = (): readonly ReferenceCase[] =>
  hasReferenceCases ? (JSON.parse(readFileSync(FILE, "utf8")) as { readonly cases: readonly ReferenceCase[] }).cases : [];

/** What is not built, with the reason; every other case has a test. */
export const OPTIONAL_METHODS: Readonly<Record<string, string>> = {
  group_sequential_alpha_spending: "confidence sequences and one planned read take its place",
  poly_stitching_bound: "the mixture boundaries are tighter where they are read",
  poisson_two_sample_etest: "counts a user are compared as means, being over-dispersed",
  quantile_ab_always_valid_p: "p95 is decided on a frozen threshold's exceedance rate",
};

/** One method's test: what the built function answers to the inputs, in the names of the expected values. */
export type Answer = (inputs: ReferenceCase["inputs"], expected: ReferenceCase["expected"]) => object;

/**
 * One test a case of the area whose method `answers` has, each held to the case's own tolerance.
 *
 * Shape:  an answer has the names and the nesting of `expected`; a name that is expected and not answered fails, and a null expected stands
 *         for an infinite bound. A method that no case has fails too. Two files may share an area; that each case is in exactly one of them
 *         is for reference-cases.test.ts, which looks for this call and for the method's name in the text of the tests.
 */
export function describeReferenceCases(area: string, answers: Readonly<Record<string, Answer>>): void {
  describe.skipIf(!hasReferenceCases)(
    `the collected reference values of ${area}${hasReferenceCases ? "" : `: no ${FILE}`}`,
    () => {
      const cases = referenceCases().filter((one) => one.area === area && Object.hasOwn(answers, one.method));
      test.each(cases.map((one) => [one.id, one] as const))("%s", (_id, { method, inputs, expected, tol }) => {
        expect(differences(answers[method]?.(inputs, expected), expected, tol, method)).toEqual([]);
      });
      // With no file there is no case either, and a suite must have a test to be named as skipped.
      test("are there for each method", () =>
        expect(new Set(cases.map((one) => one.method))).toEqual(new Set(Object.keys(answers))));
    },
  );
}

/** What is not within the tolerance, of every number in the expected value's place: the wider of absolute and relative, as one may be 0. */
function differences(actual: unknown, expected: ReferenceValue, tolerance: Tolerance, path: string): string[] {
  if (typeof expected === "object" && expected !== null)
    return Object.entries(expected).flatMap(([name, value]) =>
      differences((actual as Record<string, unknown> | undefined)?.[name], value, ofPart(tolerance, name), `${path}.${name}`),
    );
  return isClose(actual, expected, tolerance) ? [] : [`${path}: ${String(actual)} is not ${expected}`];
}

function ofPart(tolerance: Tolerance, name: string): Tolerance {
  const own = tolerance[name];
  return typeof own === "object" ? own : tolerance;
}

function isClose(actual: unknown, expected: number | string | null, { abs = 0, rel = 0 }: Tolerance): boolean {
  if (expected === null) return Math.abs(actual as number) === Number.POSITIVE_INFINITY;
  if (typeof expected === "string") return actual === expected;
  return Math.abs((actual as number) - expected) <= Math.max(abs, rel * Math.abs(expected));
}
