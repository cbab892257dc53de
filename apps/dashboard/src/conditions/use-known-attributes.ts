/** The attributes that a condition may ask about: what programs send, and what the project declares. */

import { useQuery } from "@tanstack/react-query";
import type { ContextDeclaration } from "@dimmer/evaluation";
import type { AttributeView } from "@dimmer/protocol";
import { attributesQuery, contextQuery } from "../contexts/context-queries.ts";

/** Keys of the project and of the environment whose apps were heard. */
export interface KnownPlace {
  readonly project: string;
  readonly environment: string;
}

export interface KnownAttribute {
  readonly name: string;
  readonly types: readonly string[];
  /** All that it can be, where the project says so. */
  readonly values: readonly (string | number)[];
}

export function useKnownAttributes({ project, environment }: KnownPlace): readonly KnownAttribute[] {
  const { data: seen = [] } = useQuery(attributesQuery(project, environment));
  const { data: context } = useQuery(contextQuery(project));
  return mergeAttributes(seen, context?.declaration ?? undefined);
}

/** Shape: declared ones first, each once, in the order of their names. */
export function mergeAttributes(
  seen: readonly AttributeView[],
  declaration: ContextDeclaration | undefined,
): readonly KnownAttribute[] {
  const declared = Object.entries(declaration?.attributes ?? {}).map(([name, { type, values = [] }]) => {
    return { name, types: [type === "number" || type === "boolean" ? type : "string"], values };
  });
  const names = new Set(declared.map(({ name }) => name));
  const others = seen
    .filter(({ path, types }) => !names.has(path) && types.some((type) => type !== "object" && type !== "null"))
    .map(({ path, types }) => ({ name: path, types, values: [] }));
  const byName = (one: KnownAttribute, other: KnownAttribute) => one.name.localeCompare(other.name);
  return [...declared.sort(byName), ...others.sort(byName)];
}
