/** How contexts fit what their project declares: counts, and values only where the declaration lists them and does not hide them. */

import { type DeclaredAttributes, findContextProblems, readDeclared } from "@dimmer/evaluation";
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
  const attributes = readable(declared);
  const problems = new Map(findContextProblems(context, attributes).map(({ attribute, problem }) => [attribute, problem]));
  for (const [attribute, declaration] of Object.entries(attributes)) {
    const tally = tallyOf(tallies, attribute);
    if (tally === undefined) return;
    tally.seen++;
    const problem = problems.get(attribute);
    if (problem !== undefined) tally[problem]++;
    else noteValues(tallies, tally, readDeclared(context, attribute), declaration);
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
function noteValues(tallies: ContextTallies, { values }: Tally, value: unknown, declared: DeclaredAttributes[string]): void {
  if (declared.values === undefined || declared.private === true) return;
  for (const one of new Set(Array.isArray(value) ? (value as readonly unknown[]) : [value])) {
    const name = String(one);
    const count = values.get(name) ?? 0;
    if (count === 0 && tallies.values++ >= TELEMETRY_LIMITS.declaredValues) return;
    values.set(name, count + 1);
  }
}

/** What of a declaration can be read; worked out once for each snapshot that brings one. */
function readable(declared: object): DeclaredAttributes {
  const known = READABLE.get(declared);
  if (known !== undefined) return known;
  const isGood = ([name, entry]: [string, unknown]): boolean =>
    isObject(entry) && name !== "" && name.length <= TELEMETRY_LIMITS.attributeChars;
  const attributes = Object.fromEntries(Object.entries(declared).filter(isGood)) as DeclaredAttributes;
  READABLE.set(declared, attributes);
  return attributes;
}

const READABLE = new WeakMap<object, DeclaredAttributes>();

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
