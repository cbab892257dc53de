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
  /** What `only` is decided on; undefined where it is the context. */
  proven: EvaluationContext | undefined;
  /** The context is what was proven: what is missing in it is unknown. */
  isProof: boolean;
  /** Conditions, elements and list entries looked at. */
  steps: number;
  matcherSteps: number;
  /** Conditions that could not be decided. */
  unknowns: number;
  /** Segments and required flags that this one is nested in. */
  depth: number;
  /** A chain of required flags was longer than it may be. */
  isCut: boolean;
  trace: TraceStep[] | undefined;
}

/** Starts the counts again for another evaluation. */
export function startRun(
  run: Run,
  snapshot: CompiledSnapshot,
  context: EvaluationContext,
  proven: EvaluationContext | undefined,
  trace: TraceStep[] | undefined,
): void {
  run.snapshot = snapshot;
  run.context = context;
  run.isPlain = isPlain(context);
  run.proven = proven;
  run.isProof = false;
  run.steps = 0;
  run.matcherSteps = 0;
  run.unknowns = 0;
  run.depth = 0;
  run.isCut = false;
  run.trace = trace;
}

/** Does the work on what is proven, where that is not the context. */
export function onProof<T>(run: Run, work: () => T): T {
  const { context, isPlain: wasPlain, proven } = run;
  if (proven === undefined) return work();
  run.context = proven;
  run.isPlain = isPlain(proven);
  run.isProof = true;
  const result = work();
  run.context = context;
  run.isPlain = wasPlain;
  run.isProof = false;
  return result;
}

/** Whether an object inherits no attributes, so that a plain read finds its own or nothing. */
function isPlain(context: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(context);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Whether an object is as plain as literals and parsed JSON are. V8 reads `__proto__` six times faster than it asks for the
 * prototype. Where `__proto__` has been taken away, or an attribute is called so, nothing is everyday and all goes the careful way.
 */
export function isEveryday(context: object): boolean {
  return (context as { readonly __proto__?: unknown }).__proto__ === Object.prototype;
}

/** Counts steps; false once the evaluation has used up what it may. */
export function mayGoOn(run: Run, steps: number): boolean {
  run.steps += steps;
  return run.steps <= LIMITS.evaluationSteps;
}

/** Where an attribute lies: an exact own key of the context, else a path into it. */
export interface AttributePath {
  readonly name: string;
  /** The parts of a dotted name. */
  readonly parts: readonly string[] | undefined;
  /** Neither dotted nor a name that every object inherits: one plain read finds it in a plain context. */
  readonly isSimple: boolean;
}

/** Takes an attribute's name apart. */
export function pathOf(name: string): AttributePath {
  const parts = name.includes(".") ? name.split(".") : undefined;
  return { name, parts, isSimple: parts === undefined && !(name in Object.prototype) };
}

/**
 * Reads one attribute of the context; missing is undefined.
 *
 * Shape:  never sees what the context inherits (`constructor`, `toString`, a class's getters).
 * Errors: a throwing getter or proxy throws through; `evaluate` turns that into GENERAL.
 */
export function readAttribute(run: Run, path: AttributePath): unknown {
  return path.isSimple && run.isPlain ? run.context[path.name] : readCarefully(run.context, path.name, path.parts);
}

/** The same for any object, plain or not. */
export function readCarefully(context: object, name: string, path: readonly string[] | undefined): unknown {
  if (Object.hasOwn(context, name)) return (context as Readonly<Record<string, unknown>>)[name];
  if (path === undefined) return undefined;
  let value: unknown = context;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !travels(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** Whether JSON would carry a member: the `length` of a list is its own, too, and does not travel. */
const travels = (value: object, part: string): boolean => Object.prototype.propertyIsEnumerable.call(value, part);

const TARGETING_KEY = pathOf("targetingKey");

/** The targeting key as lists of targeting keys hold it. */
export const targetingKeyOf = (run: Run): string | undefined => unitOf(readAttribute(run, TARGETING_KEY));

/**
 * The key that a split hashes and that lists of targeting keys hold.
 *
 * Shape:  a non-empty text, or a safe integer as decimal text; everything else is missing.
 */
export function unitOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
