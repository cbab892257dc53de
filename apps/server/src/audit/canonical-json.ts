/** One text for one JSON value, so that a digest of it means something. */

/**
 * Writes JSON with the keys of every object in order of their UTF-16 code units, and no spaces.
 *
 * Shape:  equal values, whatever the order of their keys → equal text; fields that are `undefined` are left out.
 * Errors: a `RangeError` for JSON nested thousands deep, which no store holds.
 * Source: RFC 8785, for the values that Dimmer stores; ADR-0008.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(",")}}`;
}
