/** The structural diff of two states of a resource: what stood at each place before, and what stands there after. */

import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "@dimmer/evaluation";
import type { Effect } from "@dimmer/protocol";
import { pointerTo } from "./plan-step.ts";

/**
 * Shape:  one effect a place that differs, as deep as both sides are objects; lists differ as a whole. A place that is
 *         new has no `before`, one that is gone no `after`. The order of an object's keys is no difference.
 * Errors: none.
 */
export function diffJson(resource: string, before: JsonValue | undefined, after: JsonValue | undefined): Effect[] {
  return diffAt(resource, "", before, after);
}

function diffAt(resource: string, path: string, before: JsonValue | undefined, after: JsonValue | undefined): Effect[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) {
    return [{ resource, path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => diffAt(resource, path + pointerTo(name), own(before, name), own(after, name)));
}

type JsonObject = { readonly [key: string]: JsonValue };

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const own = (object: JsonObject, name: string): JsonValue | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);
