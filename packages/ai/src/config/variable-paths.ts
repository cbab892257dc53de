/** Which variables a parsed template asks for. LiquidJS can tell too, but takes time that grows with the square of the text. */

import { toValueSync, TypeGuards, Value, type Template } from "liquidjs";
import { openParser } from "./template.ts";

const { isFilteredValueToken, isPropertyAccessToken, isQuotedToken, isRangeToken, isWordToken } = TypeGuards;

/** A variable that a template asks for, and the way into it: `["user", "name"]`. */
export type VariablePath = readonly string[];

/**
 * Makes what tells which variables a text asks for, without filling it.
 *
 * Errors: throws an Error where the text is no template.
 */
export function openVariableFinder(): (text: string) => readonly VariablePath[] {
  const parse = openParser();
  return (text) => pathsIn(parse(text));
}

/** The first parts of the paths, each once. */
export const namesIn = (templates: readonly Template[]): readonly string[] => [
  ...new Set(pathsIn(templates).flatMap(([name]) => (name === undefined ? [] : [name]))),
];

/**
 * Shape:  each path once, in the order of the text, without what the template sets itself or loops with. A path ends before what is
 *         only known when it is filled, such as the place in a list.
 * Errors: none of its own.
 * Source: liquidjs, "Static Template Analysis".
 */
export function pathsIn(templates: readonly Template[]): readonly VariablePath[] {
  const found = new Map<string, VariablePath>();
  const own = new Set<string>();
  visitAll(templates, [own], (path) => found.set(path.join("."), path));
  return [...found.values()];
}

type Scopes = readonly ReadonlySet<string>[];

function visitAll(
  templates: readonly Template[],
  scopes: readonly [Set<string>, ...Scopes],
  tell: (path: VariablePath) => void,
): void {
  for (const template of templates) {
    for (const argument of template.arguments?.() ?? [])
      for (const path of pathsOf(argument)) if (!scopes.some((scope) => scope.has(path[0] ?? ""))) tell(path);
    // What is assigned anywhere stays for the rest of the text.
    for (const name of template.localScope?.() ?? []) scopes[0].add(typeof name === "string" ? name : name.content);
    if (template.children === undefined) continue;
    const children = toValueSync(template.children(false, true)) as readonly Template[];
    visitAll(children, [scopes[0], ...scopes.slice(1), new Set(template.blockScope?.() ?? [])], tell);
  }
}

function pathsOf(argument: unknown): readonly VariablePath[] {
  if (argument instanceof Value || isFilteredValueToken(argument)) {
    const { initial, filters } = argument as Filtered;
    return [...initial.postfix, ...filters.flatMap(({ args }) => args)].flatMap(pathsOf);
  }
  // A named argument of a filter.
  if (Array.isArray(argument)) return pathsOf(argument[1]);
  if (isRangeToken(argument)) return [...pathsOf(argument.lhs), ...pathsOf(argument.rhs)];
  if (!isPropertyAccessToken(argument)) return [];
  const parts = argument.props.map((part) => (isQuotedToken(part) || isWordToken(part) ? part.content : part));
  const end = parts.findIndex((part) => typeof part !== "string");
  const path = (end === -1 ? parts : parts.slice(0, end)) as readonly string[];
  // What stands in brackets asks for variables of its own.
  return [...(path.length === 0 ? [] : [path]), ...parts.filter((part) => typeof part !== "string").flatMap(pathsOf)];
}

/** As much of a value with filters as is looked at. */
interface Filtered {
  readonly initial: { readonly postfix: readonly unknown[] };
  readonly filters: readonly { readonly args: readonly unknown[] }[];
}
