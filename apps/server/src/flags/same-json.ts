/** Whether two values are the same JSON. */

import { canonicalJson } from "../audit/canonical-json.ts";

/** Whatever the order of their keys; undefined is only itself. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return canonicalJson(one) === canonicalJson(other);
}
