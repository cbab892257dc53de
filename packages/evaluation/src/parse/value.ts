/** Whether a value is JSON of a bearable size, counted without writing it out. */

import { LIMITS } from "../limits.ts";
import { kindOf } from "./shape.ts";
import { raise, type Spot } from "./report.ts";

interface Measure {
  bytesLeft: number;
}

/** Stops the walk at the first thing that is wrong. */
type Problem = "not-json" | "too-large" | "too-deep";

/** Any JSON value of at most `LIMITS.valueBytes` bytes and `LIMITS.valueDepth` levels. */
export function checkJsonValue(value: unknown, at: Spot, what: string): void {
  const problem = measure(value, LIMITS.valueDepth, { bytesLeft: LIMITS.valueBytes });
  if (problem === "not-json")
    raise(
      at,
      problem,
      `${what} holds something that JSON cannot`,
      "use texts, finite numbers, true, false, null, lists and objects",
    );
  if (problem === "too-deep") raise(at, problem, `${what} nests deeper than ${LIMITS.valueDepth} levels`, "flatten it");
  if (problem === "too-large")
    raise(at, problem, `${what} takes more than ${LIMITS.valueBytes} bytes as JSON`, "shorten it, or store a reference to it");
}

/** A variant's value must be of its flag's type. */
export function checkValueType(value: unknown, at: Spot, type: unknown): void {
  const expected = typeof type === "string" && Object.hasOwn(TYPE_NAMES, type) ? TYPE_NAMES[type] : undefined;
  if (expected === undefined || typeOf(value) === type) return;
  raise(
    at,
    "value-type",
    `a ${String(type)} flag serves ${expected}, not ${kindOf(value)}`,
    `give ${expected}, or change the flag's type`,
  );
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  boolean: "true or false",
  string: "a text",
  number: "a finite number",
  object: "an object",
};

/** Lists are not flag values: OFREP's object flags are objects. */
function typeOf(value: unknown): string | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  return typeof value === "number" && !Number.isFinite(value) ? undefined : typeof value;
}

function measure(value: unknown, levels: number, left: Measure): Problem | undefined {
  switch (typeof value) {
    case "string":
      return spend(left, textBytes(value, left.bytesLeft));
    case "number":
      return Number.isFinite(value) ? spend(left, String(value).length) : "not-json";
    case "boolean":
      return spend(left, value ? 4 : 5);
    case "object":
      return value === null ? spend(left, 4) : measureNested(value, levels, left);
    default:
      return "not-json";
  }
}

/** Two brackets, a comma between entries, and in an object each name with its colon. */
function measureNested(value: object, levels: number, left: Measure): Problem | undefined {
  if (levels === 0) return "too-deep";
  const names = Array.isArray(value) ? undefined : Object.keys(value);
  const entries: readonly unknown[] = names === undefined ? (value as readonly unknown[]) : names;
  let problem = spend(left, 2 + Math.max(0, entries.length - 1));
  for (let index = 0; problem === undefined && index < entries.length; index++) {
    const name = names?.[index];
    if (name !== undefined) problem = spend(left, textBytes(name, left.bytesLeft) + 1);
    problem ??= measure(
      name === undefined ? entries[index] : (value as Readonly<Record<string, unknown>>)[name],
      levels - 1,
      left,
    );
  }
  return problem;
}

/** The bytes of a text as JSON in UTF-8, its quotes included; a lone surrogate is written as an escape of six. */
function textBytes(text: string, enough: number): number {
  let bytes = 2;
  for (let at = 0; at < text.length && bytes <= enough; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) bytes += asciiBytes(code);
    else if (code < 0x800) bytes += 2;
    else if (code < 0xd800 || code > 0xdfff) bytes += 3;
    else if (isPair(text, at, code)) {
      bytes += 4;
      at++;
    } else bytes += 6;
  }
  return bytes;
}

function isPair(text: string, at: number, code: number): boolean {
  const next = text.charCodeAt(at + 1);
  return code < 0xdc00 && next >= 0xdc00 && next <= 0xdfff;
}

/** Quotes, backslashes, and the five control characters that have a short escape take two bytes, the other controls six. */
function asciiBytes(code: number): number {
  if (code >= 0x20) return code === 0x22 || code === 0x5c ? 2 : 1;
  return code >= 0x08 && code <= 0x0d && code !== 0x0b ? 2 : 6;
}

function spend(left: Measure, bytes: number): Problem | undefined {
  left.bytesLeft -= bytes;
  return left.bytesLeft < 0 ? "too-large" : undefined;
}
