/** Which attributes contexts have, and of which types; never what is in them. */

import type { AttributeType } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";

/** Shape: path (`organization.plan`) → the types it was seen with. */
export type SeenAttributes = Map<string, Set<AttributeType>>;

/**
 * Notes the names and types of one context.
 *
 * Shape:  objects are followed and named by their path, arrays are not; what is beyond a bound is not noted. Of the targeting key and of
 *         what is declared private nothing within is noted: whatever names stand there are a part of the value.
 * Errors: a getter that throws throws through.
 * Source: ADR-0030.
 */
export function noteAttributes(seen: SeenAttributes, context: unknown, declared: unknown): void {
  if (isObject(context)) noteMembers(seen, context, { declared, prefix: "", depth: 1 });
}

interface Within {
  readonly declared: unknown;
  readonly prefix: string;
  readonly depth: number;
}

function noteMembers(seen: SeenAttributes, holder: object, { declared, prefix, depth }: Within): void {
  const names = Object.keys(holder);
  for (let at = 0; at < names.length && at < TELEMETRY_LIMITS.attributeMembers; at++) {
    const name = names[at] as string;
    const path = prefix + name;
    if (path.length > TELEMETRY_LIMITS.attributeChars) continue;
    const value: unknown = Reflect.get(holder, name);
    const type = typeOf(value);
    if (type === undefined) continue;
    if (isObject(value) && depth < TELEMETRY_LIMITS.attributeDepth && !isClosed(declared, path))
      noteMembers(seen, value, { declared, prefix: `${path}.`, depth: depth + 1 });
    else note(seen, path, type);
  }
}

/** The declaration is whatever the server sent. */
function isClosed(declared: unknown, path: string): boolean {
  if (path === "targetingKey") return true;
  const declaration: unknown = isObject(declared) && Object.hasOwn(declared, path) ? Reflect.get(declared, path) : undefined;
  return isObject(declaration) && Reflect.get(declaration, "private") === true;
}

function note(seen: SeenAttributes, path: string, type: AttributeType): void {
  const types = seen.get(path);
  if (types !== undefined) types.add(type);
  else if (seen.size < TELEMETRY_LIMITS.attributes) seen.set(path, new Set([type]));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** Undefined for what no condition can read. */
function typeOf(value: unknown): AttributeType | undefined {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" || type === "object" ? type : undefined;
}
