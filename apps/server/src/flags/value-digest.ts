/** The digest that a value is known by in a snapshot. */

import { createHash } from "node:crypto";
import type { JsonValue } from "@dimmer/evaluation";
import { canonicalJson } from "../audit/canonical-json.ts";

/** `sha256-<base64url>` of the canonical JSON, so that equal values have one name whatever the order of their keys. */
export function digestOf(value: JsonValue): string {
  return `sha256-${createHash("sha256").update(canonicalJson(value)).digest("base64url")}`;
}
