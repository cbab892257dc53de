/** Which variables a parsed template asks for. LiquidJS can tell too, but takes time that grows with the square of the text. */

import { toValueSync, TypeGuards, Value, type Template } from "liquidjs";

const { isFilteredValueToken, isPropertyAccessToken, isQuotedToken, isRangeToken, isWordToken } = TypeGuards;

/**
 * Shape:  first parts of names (`user` of `user.name`), each once, without those that the template sets itself or loops with.
 * Errors: none of its own.
 * Source: liquidjs, "Static Template Analysis".
 */
export function namesIn(templates: readonly Template[]): readonly string[] {
  const found = new Set<string>();
  const own = new Set<string>();
  visitAll(templates, [own], found);
  return [...found];
}

type Scopes = readonly ReadonlySet<string>[];

function visitAll(templates: readonly Template[], scopes: readonly [Set<string>, ...Scopes], found: Set<string>): void {
  for (const template of templates) {
    for (const argument of template.arguments?.() ?? [])
      for (const name of namesOf(argument)) if (!scopes.some((scope) => scope.has(name))) found.add(name);
    // What is assigned anywhere stays for the rest of the text.
    for (const name of template.localScope?.() ?? []) scopes[0].add(typeof name === "string" ? name : name.content);
    if (template.children === undefined) continue;
    const children = toValueSync(template.children(false, true)) as readonly Template[];
    visitAll(children, [scopes[0], ...scopes.slice(1), new Set(template.blockScope?.() ?? [])], found);
  }
}

function namesOf(argument: unknown): readonly string[] {
  if (argument instanceof Value || isFilteredValueToken(argument)) {
    const { initial, filters } = argument as Filtered;
    return [...initial.postfix, ...filters.flatMap(({ args }) => args)].flatMap(namesOf);
  }
  // A named argument of a filter.
  if (Array.isArray(argument)) return namesOf(argument[1]);
  if (isRangeToken(argument)) return [...namesOf(argument.lhs), ...namesOf(argument.rhs)];
  if (!isPropertyAccessToken(argument)) return [];
  const [root, ...more] = argument.props;
  const first = isQuotedToken(root) || isWordToken(root) ? [root.content] : namesOf(root);
  return [...first, ...more.flatMap(namesOf)];
}

/** As much of a value with filters as is looked at. */
interface Filtered {
  readonly initial: { readonly postfix: readonly unknown[] };
  readonly filters: readonly { readonly args: readonly unknown[] }[];
}
