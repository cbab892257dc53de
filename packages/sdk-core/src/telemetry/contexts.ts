/** How contexts fit what their project declares: counts, and values only where the declaration lists them and does not hide them. */

import { type DeclaredAttributes, findAttributeProblem, readDeclared } from "@dimmer/evaluation";
import type { ContextCount } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";

interface Tally {
  seen: number;
  missing: number;
  mistyped: number;
  "not-allowed": number;
  readonly values: Map<string, number>;
}

/** Shape: attribute → its counts, and how many values there are in all of them. */
export interface ContextTallies {
  readonly byAttribute: Map<string, Tally>;
  values: number;
}

export const newTallies = (): ContextTallies => ({ byAttribute: new Map(), values: 0 });

/**
 * Holds one context against the declaration.
 *
 * Shape:  what is no map of declarations, as a newer server may send, is not looked at; nor are attributes and values beyond a bound.
 * Errors: a getter that throws throws through.
 * Source: ADR-0030.
 */
export function noteContext(tallies: ContextTallies, context: unknown, declared: unknown): void {
  if (!isObject(context) || !isObject(declared)) return;
  for (const [attribute, declaration] of readable(declared)) {
    const tally = tallyOf(tallies, attribute);
    if (tally === undefined) return;
    tally.seen++;
    const value = readDeclared(context, attribute);
    const problem = findAttributeProblem(value, declaration);
    if (problem !== undefined) tally[problem]++;
    else if (declaration.values !== undefined && declaration.private !== true) noteValues(tallies, tally, value);
  }
}

function tallyOf(tallies: ContextTallies, attribute: string): Tally | undefined {
  const known = tallies.byAttribute.get(attribute);
  if (known !== undefined || tallies.byAttribute.size >= TELEMETRY_LIMITS.attributes) return known;
  const tally: Tally = { seen: 0, missing: 0, mistyped: 0, "not-allowed": 0, values: new Map() };
  tallies.byAttribute.set(attribute, tally);
  return tally;
}

/** The value fits, so it is one of those that are listed. */
function noteValues(tallies: ContextTallies, tally: Tally, value: unknown): void {
  if (!Array.isArray(value)) noteValue(tallies, tally, String(value));
  else for (const one of new Set(value.map(String))) noteValue(tallies, tally, one);
}

function noteValue(tallies: ContextTallies, { values }: Tally, value: string): void {
  const count = values.get(value) ?? 0;
  if (count > 0 || tallies.values++ < TELEMETRY_LIMITS.declaredValues) values.set(value, count + 1);
}

type Readable = readonly (readonly [attribute: string, declared: DeclaredAttributes[string]])[];

/** What of a declaration can be read; worked out once for each snapshot that brings one. */
function readable(declared: object): Readable {
  const known = READABLE.get(declared);
  if (known !== undefined) return known;
  const entries = Object.entries(declared).filter(
    ([name, entry]) => isObject(entry) && name !== "" && name.length <= TELEMETRY_LIMITS.attributeChars,
  ) as Readable;
  READABLE.set(declared, entries);
  return entries;
}

const READABLE = new WeakMap<object, Readable>();

export function listContexts(tallies: ContextTallies): ContextCount[] {
  return Array.from(tallies.byAttribute, ([path, { seen, missing, mistyped, "not-allowed": notAllowed, values }]) => ({
    path,
    seen,
    missing,
    mistyped,
    notAllowed,
    values: Array.from(values, ([value, count]) => ({ value, count })),
  }));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
