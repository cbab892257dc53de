/** Looks up places of resources as effects address them. */

import type { JsonValue } from "@dimmer/evaluation";

/** The value at a JSON Pointer; undefined where there is none. */
export function valueAt(root: JsonValue | undefined, path: string): JsonValue | undefined {
  const names = path
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce<JsonValue | undefined>((value, name) => (isObject(value) ? own(value, name) : undefined), root);
}

type JsonObject = { readonly [key: string]: JsonValue };

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
