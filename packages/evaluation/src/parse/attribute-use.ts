/** Checks what a document asks of attributes against what it declares of them. */

import {
  type AttributeDeclaration,
  type ContextDeclaration,
  type DeclaredType,
  findContextProblems,
  isAllowed,
  isOfType,
} from "../declaration.ts";
import {
  type FlagDefinition,
  type FlagDocument,
  type FlagEnvironment,
  type Operator,
  OPERATORS,
  type SegmentDefinition,
  type Serve,
  variantsOf,
} from "../flag.ts";
import type { Issue } from "./issue.ts";
import { nearestWord, suggest } from "./nearest.ts";
import type { BadReferences } from "./references.ts";
import { issuesOf, newReport, quote, raise, type Spot, within } from "./report.ts";
import { isObject } from "./shape.ts";

/**
 * Says which conditions, splits, pins and expectations of a document do not fit what it declares of contexts.
 *
 * Shape:  a document whose parts have each been parsed → issues; none without a declaration. What can never hold is an error; an
 *         attribute that is not declared is a warning unless the declaration is strict.
 * Errors: none thrown.
 * Source: ADR-0030.
 */
export function checkAttributeUse(document: FlagDocument): readonly Issue[] {
  const report = newReport();
  reportAttributeUse(document, { path: "", report });
  return issuesOf(report);
}

export function reportAttributeUse({ context, flags, segments = {} }: FlagDocument, at: Spot): BadReferences {
  const bad = { flags: new Set<string>(), segments: new Set<string>() };
  if (context === undefined) return bad;
  for (const [key, flag] of Object.entries(flags)) {
    const before = at.report.errors;
    checkFlag(flag, within(within(at, "flags"), key), context);
    if (at.report.errors > before) bad.flags.add(key);
  }
  for (const [key, segment] of Object.entries(segments)) {
    const before = at.report.errors;
    checkSegment(segment, within(within(at, "segments"), key), context);
    if (at.report.errors > before) bad.segments.add(key);
  }
  return bad;
}

function checkFlag(flag: FlagDefinition, at: Spot, context: ContextDeclaration): void {
  for (const [name, { only }] of Object.entries(variantsOf(flag)))
    checkTree(only, within(within(within(at, "variants"), name), "only"), context);
  for (const [index, expectation] of (flag.expect ?? []).entries())
    checkGivenContext(expectation.context, within(within(within(at, "expect"), index), "context"), context);
  for (const [name, config] of Object.entries(flag.environments ?? {}))
    checkEnvironment(config, within(within(at, "environments"), name), context);
}

function checkEnvironment(config: FlagEnvironment, at: Spot, context: ContextDeclaration): void {
  const entries = typeof config.fallback === "string" ? [] : config.fallback;
  for (const [index, { when }] of entries.entries())
    checkTree(when, within(within(within(at, "fallback"), index), "when"), context);
  for (const [index, { when, serve }] of (config.rules ?? []).entries()) {
    const spot = within(within(at, "rules"), index);
    checkTree(when, within(spot, "when"), context);
    checkServe(serve, within(spot, "serve"), context);
  }
  checkServe(config.default, within(at, "default"), context);
  if (config.pin !== undefined) checkUnit(config.pin.by, within(within(at, "pin"), "by"), context);
}

function checkSegment({ environments = {} }: SegmentDefinition, at: Spot, context: ContextDeclaration): void {
  for (const [name, { when }] of Object.entries(environments))
    checkTree(when, within(within(within(at, "environments"), name), "when"), context);
}

/** A tree that has passed its check. */
function checkTree(tree: unknown, at: Spot, context: ContextDeclaration): void {
  if (!isObject(tree)) return;
  for (const [word, part] of Object.entries(tree)) {
    const spot = within(at, word);
    if (word === "not") checkTree(part, spot, context);
    else if (word === "all" || word === "any")
      for (const [index, one] of (part as readonly unknown[]).entries()) checkTree(one, within(spot, index), context);
    else if (word === "attribute")
      for (const [name, test] of Object.entries(part as object)) checkTest(name, test, within(spot, name), context);
    else if (word !== "segment") checkTest(word, part, spot, context);
  }
}

function checkServe(serve: Serve, at: Spot, context: ContextDeclaration): void {
  if ("split" in serve && serve.by !== undefined) checkUnit(serve.by, within(at, "by"), context);
}

/** A declared attribute; what lies above one; what is always there and may be anything; or nothing that is known. */
type Found = AttributeDeclaration | "holder" | "anything" | undefined;

function find(name: string, { attributes }: ContextDeclaration): Found {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  if (name === "targetingKey") return "anything";
  return Object.keys(attributes).some((declared) => declared.startsWith(`${name}.`)) ? "holder" : undefined;
}

function checkTest(name: string, test: unknown, at: Spot, context: ContextDeclaration): void {
  const found = find(name, context);
  if (found === undefined) return refuseUndeclared(name, at, context);
  if (found === "anything") return;
  if (found === "holder") {
    if (!isObject(test) || Object.keys(test).some((operator) => operator !== "exists")) refuseHolder(name, at, context);
  } else if (isObject(test)) checkOperators(name, test, at, found);
  else checkLiterals(name, test, at, found);
}

function checkOperators(name: string, test: Readonly<Record<string, unknown>>, at: Spot, declared: AttributeDeclaration): void {
  for (const [operator, literal] of Object.entries(test)) {
    const spot = within(at, operator);
    if (operator === "eq" || operator === "in") checkLiterals(name, literal, spot, declared);
    else if (NEVER_HOLD[declared.type].includes(operator as Operator)) refuseOperator(name, operator, spot, declared);
  }
}

/** Type → the operators that no value of it can satisfy, whatever the literal. */
const NEVER_HOLD: Readonly<Record<DeclaredType, readonly Operator[]>> = {
  string: ["gt", "gte", "lt", "lte"],
  number: ["contains", "startsWith", "endsWith", "matches", "semver", "cidr"],
  boolean: OPERATORS.filter((operator) => !["eq", "in", "exists"].includes(operator)),
  semver: ["gt", "gte", "lt", "lte", "before", "after", "cidr"],
  instant: ["semver", "cidr"],
  ip: ["gt", "gte", "lt", "lte", "before", "after", "semver"],
};

function refuseOperator(name: string, operator: string, at: Spot, { type }: AttributeDeclaration): void {
  const known = OPERATORS.filter((one) => !NEVER_HOLD[type].includes(one));
  const mend =
    type === "semver" && operator.length < 4 ? `write \`semver: { ${operator}: … }\`` : `use one of: ${known.join(", ")}`;
  raise(at, "attribute-type", `${quote(name)} is declared as ${type}, so ${operator} can never hold`, mend);
}

/** One literal, or a list of which any may hold. */
function checkLiterals(name: string, test: unknown, at: Spot, declared: AttributeDeclaration): void {
  if (!Array.isArray(test)) return checkLiteral(name, test, at, declared);
  for (const [index, literal] of test.entries()) checkLiteral(name, literal, within(at, index), declared);
}

function checkLiteral(name: string, literal: unknown, at: Spot, declared: AttributeDeclaration): void {
  const said = typeof literal === "string" ? quote(literal) : String(literal);
  if (!isOfType(literal, declared.type)) {
    const message = `${quote(name)} is declared as ${declared.type}, so it is never ${said}`;
    return raise(at, "attribute-type", message, `compare it with ${EXAMPLES[declared.type]}, or declare another type`);
  }
  const { values } = declared;
  if (values === undefined || isAllowed(literal, declared)) return;
  const message = `${quote(name)} is never ${said}; it is none of the declared values`;
  raise(at, "attribute-value", message, suggest(String(literal), values.map(String)));
}

const EXAMPLES: Readonly<Record<DeclaredType, string>> = {
  string: 'a text, such as `"pro"`',
  number: "a number, such as `3`",
  boolean: "true or false",
  semver: "a whole version, such as `2.3.0`",
  instant: "a time with its zone, such as `2027-03-01T09:00:00Z`",
  ip: "an address, such as `192.0.2.7`",
};

/** What a split hashes, or a pin is held by: one text or whole number. */
function checkUnit(name: string, at: Spot, context: ContextDeclaration): void {
  const found = find(name, context);
  if (found === undefined) return refuseUndeclared(name, at, context);
  if (found === "holder") return refuseHolder(name, at, context);
  if (found === "anything" || (found.type !== "boolean" && found.list !== true)) return;
  const what = found.list === true ? "a list" : "boolean";
  raise(
    at,
    "attribute-type",
    `${quote(name)} is declared as ${what}, and names nobody`,
    "name an attribute that is a text or a number",
  );
}

/** The context of an expectation: what it leaves out may be missing, what it says must be possible. */
function checkGivenContext(given: object, at: Spot, context: ContextDeclaration): void {
  for (const { attribute, problem } of findContextProblems(given, context.attributes)) {
    const { type } = context.attributes[attribute] as AttributeDeclaration;
    if (problem === "mistyped")
      raise(
        at,
        "attribute-type",
        `${quote(attribute)} is declared as ${type}, and given as something else`,
        `give ${EXAMPLES[type]}`,
      );
    else if (problem === "not-allowed")
      raise(
        at,
        "attribute-value",
        `${quote(attribute)} is given as none of its declared values`,
        "give one of them, or declare the value",
      );
  }
  checkGivenNames(given, "", at, context);
}

function checkGivenNames(given: object, prefix: string, at: Spot, context: ContextDeclaration): void {
  for (const [key, value] of Object.entries(given) as readonly (readonly [string, unknown])[]) {
    const name = prefix + key;
    const found = find(name, context);
    if (found === "holder" && isObject(value)) checkGivenNames(value, `${name}.`, within(at, key), context);
    else if (found === "holder" || found === undefined) refuseUndeclared(name, within(at, key), context);
  }
}

function refuseHolder(name: string, at: Spot, { attributes }: ContextDeclaration): void {
  const below = Object.keys(attributes).filter((declared) => declared.startsWith(`${name}.`));
  raise(at, "attribute-type", `${quote(name)} holds other attributes, so only \`exists\` can hold`, suggest(name, below));
}

function refuseUndeclared(name: string, at: Spot, { attributes, strict = false }: ContextDeclaration): void {
  const code = strict ? "unknown-attribute" : "undeclared-attribute";
  const nearest = nearestWord(name, Object.keys(attributes));
  const declare = "declare it under `context.attributes`";
  const mend = nearest === undefined ? declare : `did you mean ${quote(nearest)}? If not, ${declare}`;
  raise(at, code, `the attribute ${quote(name)} is not declared`, mend);
}
