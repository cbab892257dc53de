/** The structural diff of a change: what stood at each place before, and what stands there after. */

import type { JsonValue } from "@dimmer/evaluation";
import type { Effect } from "@dimmer/protocol";
import { pointerSegment } from "./refusal.ts";
import { isSameJson } from "./same-json.ts";

/**
 * Shape:  one effect a place that differs, as deep as both sides are objects; lists differ as a whole. A place that is
 *         new has no `before`, one that is gone no `after`.
 * Errors: none.
 */
export function diffResource(resource: string, before: JsonValue | undefined, after: JsonValue | undefined): Effect[] {
  return diffAt(resource, "", before, after);
}

function diffAt(resource: string, path: string, before: JsonValue | undefined, after: JsonValue | undefined): Effect[] {
  if (isSameJson(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [effectOf(resource, path, before, after)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => diffAt(resource, path + pointerSegment(name), own(before, name), own(after, name)));
}

function effectOf(resource: string, path: string, before: JsonValue | undefined, after: JsonValue | undefined): Effect {
  return { resource, path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

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
