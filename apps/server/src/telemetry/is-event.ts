/** Whether something is an event: the protocol's schema, compiled, as it is asked of every event that comes. */

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";
import { type TelemetryEvent, TelemetryEventPart } from "@dimmer/protocol";

// That a schema is one need not be checked: compiling the dialect's own takes far longer than ours.
const ajv = new Ajv2020({ meta: false, addUsedSchema: false, validateSchema: false });
const parts = new Map<unknown, (typeof TelemetryEventPart.options)[number]>(
  TelemetryEventPart.options.map((part) => [part.shape.kind.value, part]),
);
/** One of each kind, compiled when the first comes. */
const checks = new Map<unknown, ValidateFunction>();

/**
 * Shape:  true for exactly what `TelemetryEventPart` takes, where it is JSON; it does not say what is wrong with the rest.
 * Errors: none.
 */
export function isEvent(given: unknown): given is TelemetryEvent {
  if (typeof given !== "object" || given === null) return false;
  const kind: unknown = Reflect.get(given, "kind");
  return (checks.get(kind) ?? compile(kind))?.(given) === true;
}

function compile(kind: unknown): ValidateFunction | undefined {
  const part = parts.get(kind);
  if (part === undefined) return undefined;
  const check = ajv.compile(z.toJSONSchema(part, { io: "input" }));
  checks.set(kind, check);
  return check;
}
