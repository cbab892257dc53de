/** What a project says of its evaluation contexts: which attributes there are, of which types, with which values. */

import { pathOf, readCarefully } from "./run.ts";
import { parseAddress } from "./targeting/cidr.ts";
import { instantOf } from "./targeting/instant.ts";
import { parseSemver } from "./targeting/semver.ts";

/** A text, a number or a truth value; or a text that an operator reads: `semver`, `before` and `after`, `cidr`. */
export const DECLARED_TYPES = ["string", "number", "boolean", "semver", "instant", "ip"] as const;
export type DeclaredType = (typeof DECLARED_TYPES)[number];

/**
 * The attributes of a project's contexts.
 *
 * Shape:  attributes by their name in conditions: a nested one by its path, `organization.plan`.
 * Source: ADR-0030; `spec/flag-document.schema.json`.
 */
export interface ContextDeclaration {
  /** Whether a condition on an attribute that is not declared is refused; a warning unless given. */
  readonly strict?: boolean;
  readonly attributes: Readonly<Record<string, AttributeDeclaration>>;
}

export interface AttributeDeclaration {
  readonly description?: string;
  readonly type: DeclaredType;
  /** Whether it holds several values of the type. */
  readonly list?: boolean;
  /** All the values there are, for texts and numbers. */
  readonly values?: readonly (string | number)[];
  /** Whether its values stay in the app. */
  readonly private?: boolean;
}

/** `missing` is null, too; `not-allowed` is of the right type and none of `values`. */
export type ContextProblem = "missing" | "mistyped" | "not-allowed";

/** What SDKs hold of a declaration: what says how a context should be. */
export type DeclaredAttributes = Readonly<Record<string, Omit<AttributeDeclaration, "description">>>;

/** What of a declaration travels to SDKs; undefined where that is nothing. */
export function travellingAttributes(declaration: ContextDeclaration | null | undefined): DeclaredAttributes | undefined {
  const attributes = Object.entries(declaration?.attributes ?? {});
  if (attributes.length === 0) return undefined;
  return Object.fromEntries(attributes.map(([name, { description: _description, ...rest }]) => [name, rest]));
}

/**
 * How a context differs from what its project declares.
 *
 * Shape:  one entry an attribute at most, in declared order; what is not declared is not looked at. A Date is the instant it names.
 * Errors: a throwing getter throws through.
 * Source: ADR-0030.
 */
export function findContextProblems(
  context: object,
  attributes: DeclaredAttributes,
): readonly { readonly attribute: string; readonly problem: ContextProblem }[] {
  return Object.entries(attributes).flatMap(([attribute, declared]) => {
    const problem = findAttributeProblem(readDeclared(context, attribute), declared);
    return problem === undefined ? [] : [{ attribute, problem }];
  });
}

/** The value of a declared attribute, found as a condition finds it. */
export function readDeclared(context: object, attribute: string): unknown {
  return readCarefully(context, attribute, pathOf(attribute).parts);
}

/** How the value of one attribute differs from what is declared of it. */
export function findAttributeProblem(value: unknown, declared: DeclaredAttributes[string]): ContextProblem | undefined {
  if (value === undefined || value === null) return "missing";
  if (Array.isArray(value) !== (declared.list ?? false)) return "mistyped";
  if (!Array.isArray(value)) return elementProblem(value, declared);
  const problems = new Set(value.map((element: unknown) => elementProblem(element, declared)));
  return problems.has("mistyped") ? "mistyped" : problems.has("not-allowed") ? "not-allowed" : undefined;
}

function elementProblem(value: unknown, declared: DeclaredAttributes[string]): "mistyped" | "not-allowed" | undefined {
  if (!isOfType(value, declared.type)) return "mistyped";
  return isAllowed(value, declared) ? undefined : "not-allowed";
}

/** Whether a value, or a literal that is compared with one, is of a type. Of a type that only a newer server knows, everything is. */
export function isOfType(value: unknown, type: DeclaredType): boolean {
  return !Object.hasOwn(READS, type) || READS[type](value);
}

const READS: Readonly<Record<DeclaredType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === "boolean",
  semver: (value) => typeof value === "string" && parseSemver(value) !== undefined,
  instant: (value) => !Number.isNaN(instantOf(value instanceof Date ? value.getTime() : value)),
  ip: (value) => typeof value === "string" && parseAddress(value) !== undefined,
};

/** Whether a value is one of those that are declared; all are where none are. */
export function isAllowed(value: unknown, { values }: Pick<AttributeDeclaration, "values">): boolean {
  return values === undefined || (values as readonly unknown[]).includes(value);
}
