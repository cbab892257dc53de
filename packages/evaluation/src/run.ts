/** One evaluation in progress: its context, and the counts that bound its work. */

import type { EvaluationContext } from "./context.ts";
import { LIMITS } from "./limits.ts";
import type { TraceStep } from "./trace.ts";
import type { CompiledSnapshot } from "./compile-snapshot.ts";

export interface Run {
  snapshot: CompiledSnapshot;
  context: EvaluationContext;
  /** The context's prototype adds no attributes, so a plain read is a read of an own attribute. */
  isPlain: boolean;
  /** Conditions, elements and list entries looked at. */
  steps: number;
  matcherSteps: number;
  /** Conditions that could not be decided. */
  unknowns: number;
  /** Segments and required flags that this one is nested in. */
  depth: number;
  trace: TraceStep[] | undefined;
}

/** Starts the counts again for another evaluation. */
export function startRun(run: Run, snapshot: CompiledSnapshot, context: EvaluationContext, trace: TraceStep[] | undefined): void {
  run.snapshot = snapshot;
  run.context = context;
  const prototype: unknown = Object.getPrototypeOf(context);
  run.isPlain = prototype === Object.prototype || prototype === null;
  run.steps = 0;
  run.matcherSteps = 0;
  run.unknowns = 0;
  run.depth = 0;
  run.trace = trace;
}

/** Counts steps; false once the evaluation has used up what it may. */
export function mayGoOn(run: Run, steps: number): boolean {
  run.steps += steps;
  return run.steps <= LIMITS.evaluationSteps;
}

/** Reads one attribute of the context: an exact own key, else a path of own keys. Missing is undefined. */
export type AttributeReader = (run: Run) => unknown;

/**
 * Makes the reader of one attribute.
 *
 * Shape:  a name → a reader that never sees what the context inherits (`constructor`, `toString`, a polluted prototype's names known at compile).
 * Errors: a throwing getter or proxy throws through; `evaluate` turns that into GENERAL.
 */
export function readerOf(name: string): AttributeReader {
  const path = name.includes(".") ? name.split(".") : undefined;
  if (path !== undefined || name in Object.prototype) return (run) => readCarefully(run.context, name, path);
  return (run) => (run.isPlain ? run.context[name] : readCarefully(run.context, name, undefined));
}

function readCarefully(context: object, name: string, path: readonly string[] | undefined): unknown {
  if (Object.hasOwn(context, name)) return (context as Readonly<Record<string, unknown>>)[name];
  if (path === undefined) return undefined;
  let value: unknown = context;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/**
 * The key that a split hashes and that lists of targeting keys hold.
 *
 * Shape:  a non-empty text, or a safe integer as decimal text; everything else is missing.
 */
export function unitOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
