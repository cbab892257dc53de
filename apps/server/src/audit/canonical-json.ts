/** One text for one JSON value, so that a digest of it means something. */

import type { JsonValue } from "@dimmer/evaluation";

/**
 * Writes JSON with the keys of every object in order of their UTF-16 code units, and no spaces (RFC 8785 for the values that
 * Dimmer stores).
 *
 * Shape:  equal values, whatever the order of their keys → equal text.
 * Errors: none; fields that are `undefined` are left out.
 * Source: RFC 8785; ADR-0008.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value as JsonValue));
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sortKeys(field)]));
}
