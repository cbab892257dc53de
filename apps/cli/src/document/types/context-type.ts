/** The attributes that a document's rules ask for, as the TypeScript type of an evaluation context. */

import {
  type AttributeDeclaration,
  type Condition,
  type DeclaredType,
  type FlagDocument,
  type FlagEnvironment,
  variantsOf,
} from "@dimmer/evaluation";
import { listOf, quoteName } from "./value-type.ts";

/** Attribute → the types that its tests compare with. */
type Attributes = Map<string, Set<string>>;

/**
 * Shape:  the fields of an interface, one a line, sorted. An attribute that is declared has its declared type; of any other its tests
 *         tell the type, and it may also be a list. A path such as `organization.plan` may
 *         be given as nested objects, or as the one key.
 * Errors: none; the document has been parsed.
 */
export function contextFields(document: FlagDocument): string[] {
  const attributes: Attributes = new Map([["targetingKey", new Set()]]);
  for (const flag of Object.values(document.flags)) {
    for (const { only } of Object.values(variantsOf(flag))) if (only !== undefined) noteCondition(only, attributes);
    for (const config of Object.values(flag.environments ?? {})) noteBlock(config, attributes);
  }
  for (const { environments = {} } of Object.values(document.segments ?? {})) {
    for (const { when } of Object.values(environments)) if (when !== undefined) noteCondition(when, attributes);
  }
  attributes.delete("targetingKey");
  const declared = Object.entries(document.context?.attributes ?? {}).filter(([name]) => name !== "targetingKey");
  return ["readonly targetingKey?: string;", ...fieldsOf(attributes, new Map(declared))];
}

function noteBlock({ rules = [], default: standard, fallback, pin }: FlagEnvironment, attributes: Attributes): void {
  for (const { when } of rules) if (when !== undefined) noteCondition(when, attributes);
  for (const serve of [standard, ...rules.map((rule) => rule.serve)]) {
    if ("split" in serve && serve.by !== undefined) note(serve.by, ["string", "number"], attributes);
  }
  for (const { when } of typeof fallback === "string" ? [] : fallback) if (when !== undefined) noteCondition(when, attributes);
  if (pin !== undefined) note(pin.by, ["string"], attributes);
}

function noteCondition(tree: Condition, attributes: Attributes): void {
  for (const [word, part] of Object.entries(tree)) {
    if (word === "all" || word === "any") for (const one of part as readonly Condition[]) noteCondition(one, attributes);
    else if (word === "not") noteCondition(part as Condition, attributes);
    else if (word === "attribute")
      for (const [name, test] of Object.entries(part as object)) note(name, testedTypes(test), attributes);
    else if (word !== "segment") note(word, testedTypes(part), attributes);
  }
}

function note(attribute: string, types: readonly string[], attributes: Attributes): void {
  attributes.set(attribute, new Set([...(attributes.get(attribute) ?? []), ...types]));
}

const OPERATOR_TYPES: Readonly<Record<string, readonly string[]>> = {
  contains: ["string"],
  startsWith: ["string"],
  endsWith: ["string"],
  matches: ["string"],
  cidr: ["string"],
  semver: ["string"],
  gt: ["number"],
  gte: ["number"],
  lt: ["number"],
  lte: ["number"],
  before: ["string", "number"],
  after: ["string", "number"],
};

/** What an attribute must be for its test ever to hold; `exists` alone says nothing of it. */
function testedTypes(test: unknown): readonly string[] {
  if (Array.isArray(test)) return test.map((one) => typeof one);
  if (typeof test !== "object" || test === null) return [typeof test];
  return Object.entries(test).flatMap(([operator, operand]) =>
    operator === "eq" || operator === "in" ? testedTypes(operand) : (OPERATOR_TYPES[operator] ?? []),
  );
}

/** A name in the tree of attributes: what it is itself, and what lies below it. */
interface Node {
  readonly types: Set<string>;
  /** The declared type. */
  exact?: string;
  readonly below: Map<string, Node>;
}

function fieldsOf(attributes: Attributes, declared: ReadonlyMap<string, AttributeDeclaration>): string[] {
  const root: Node = { types: new Set(), below: new Map() };
  for (const name of new Set([...attributes.keys(), ...declared.keys()])) {
    const declaration = declared.get(name);
    const exact = declaration === undefined ? undefined : exactType(declaration);
    const types = attributes.get(name) ?? new Set();
    addTo(root, name.split("."), types, exact);
    if (name.includes(".")) addTo(root, [name], types, exact);
  }
  return [...root.below].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, node]) => fieldOf(name, node));
}

const DECLARED: Readonly<Record<DeclaredType, string>> = {
  string: "string",
  number: "number",
  boolean: "boolean",
  semver: "string",
  instant: "string | number | Date",
  ip: "string",
};

function exactType({ type, list, values }: AttributeDeclaration): string {
  const one = values === undefined ? DECLARED[type] : values.map((value) => JSON.stringify(value)).join(" | ");
  return list === true ? listOf(one) : one;
}

function addTo(node: Node, path: readonly string[], types: ReadonlySet<string>, exact: string | undefined): void {
  const [name, ...rest] = path;
  if (name === undefined) {
    if (exact !== undefined) node.exact = exact;
    for (const type of types) node.types.add(type);
    if (types.size === 0) node.types.add("unknown");
    return;
  }
  const next = node.below.get(name) ?? { types: new Set(), below: new Map() };
  node.below.set(name, next);
  addTo(next, rest, types, exact);
}

function fieldOf(name: string, { types, below, exact }: Node): string {
  const inner = [...below].map(([key, node]) => fieldOf(key, node));
  const nested = inner.length === 0 ? [] : [`{ ${inner.join(" ")} readonly [key: string]: unknown }`];
  if (exact !== undefined) return `readonly ${quoteName(name)}?: ${[exact, ...nested, "null", "undefined"].join(" | ")};`;
  const own = [...types].sort();
  const scalars = own.includes("unknown") ? (own.length > 1 ? own.filter((type) => type !== "unknown") : own) : own;
  const lists = scalars.length > 0 && !scalars.includes("unknown") ? [listOf(scalars.join(" | "))] : [];
  const type = scalars.includes("unknown") ? "unknown" : [...scalars, ...lists, ...nested, "null", "undefined"].join(" | ");
  return `readonly ${quoteName(name)}?: ${type};`;
}
