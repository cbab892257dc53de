/** The TypeScript type of JSON values that one place may serve: what they share is required, what some lack is optional. */

import type { JsonValue } from "@dimmer/evaluation";

/**
 * Shape:  texts, numbers and truths are widened, since the next version may hold another one; several kinds are a union.
 * Errors: none; no values at all are `unknown`.
 */
export function valueTypeOf(values: readonly JsonValue[]): string {
  const lists = values.filter((value) => Array.isArray(value));
  const objects = values.filter(isObject);
  const scalars = values.filter((value) => typeof value !== "object").map((value) => typeof value);
  const kinds = new Set([
    ...scalars,
    ...(values.includes(null) ? ["null"] : []),
    ...(lists.length > 0 ? [listOf(valueTypeOf(lists.flat()))] : []),
    ...(objects.length > 0 ? [objectTypeOf(objects)] : []),
  ]);
  return kinds.size === 0 ? "unknown" : [...kinds].join(" | ");
}

export const listOf = (type: string): string => (type.includes("|") ? `readonly (${type})[]` : `readonly ${type}[]`);

type JsonObject = { readonly [key: string]: JsonValue };
const isObject = (value: JsonValue): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

function objectTypeOf(objects: readonly JsonObject[]): string {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const fields = names.map((name) => {
    const having = objects.filter((object) => Object.hasOwn(object, name));
    const mark = having.length < objects.length ? "?" : "";
    return `readonly ${quoteName(name)}${mark}: ${valueTypeOf(having.map((object) => object[name] as JsonValue))}`;
  });
  return fields.length === 0 ? "object" : `{ ${fields.join("; ")} }`;
}

/** A property's name: in quotes unless it is a plain word. */
export const quoteName = (name: string): string => (/^[A-Za-z_$][\w$]*$/u.test(name) ? name : JSON.stringify(name));
