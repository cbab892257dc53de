/** The client's face for one context that is bound to one snapshot. */

import type { EvaluationContext, EvaluationDetails, JsonValue } from "@dimmer/evaluation";
import type { EngineScope, ScopeOptions } from "@dimmer/sdk-core";
import { detailsOf, valueOf, type ValueType } from "./details.ts";

/**
 * One context, bound to the flags as they were when the scope was opened.
 *
 * Shape:  the same question gets the same answer for the scope's life, whatever is edited meanwhile; only where a flag is killed,
 *         or the variant that was served is stopped, the newest answer counts. Opened before the first snapshot, a scope binds to
 *         the first one it can ask.
 * Errors: look-ups never throw and give the default as those of the client do. `signal` is aborted with a `FlagStoppedError`.
 * Source: ADR-0013.
 */
export interface Scope {
  boolean(flagKey: string, defaultValue: boolean): boolean;
  string<T extends string = string>(flagKey: string, defaultValue: T): T;
  number(flagKey: string, defaultValue: number): number;
  object<T extends object = { readonly [key: string]: JsonValue }>(flagKey: string, defaultValue: T): T;
  booleanDetails(flagKey: string, defaultValue: boolean): EvaluationDetails<boolean>;
  stringDetails<T extends string = string>(flagKey: string, defaultValue: T): EvaluationDetails<T>;
  numberDetails(flagKey: string, defaultValue: number): EvaluationDetails<number>;
  objectDetails<T extends object = { readonly [key: string]: JsonValue }>(flagKey: string, defaultValue: T): EvaluationDetails<T>;
  readonly context: EvaluationContext;
  /** Aborted when a flag this scope has asked for is killed, or the variant it was given is stopped: hand it to the model call. */
  readonly signal: AbortSignal;
  /** Epoch and version of the snapshot this scope is bound to; undefined before the first. */
  readonly snapshotVersion: { readonly epoch: string; readonly version: number } | undefined;
  /** Lets go of the signal; may be called twice. */
  close(): void;
}

export type { ScopeOptions };

/** Puts the face on an engine's scope. */
export function scopeOf(scope: EngineScope, context: EvaluationContext, isStale: () => boolean): Scope {
  const details = <T>(flagKey: string, type: ValueType, defaultValue: T): EvaluationDetails<T> =>
    detailsOf(scope.evaluate(flagKey), type, defaultValue, isStale());
  return {
    boolean: (flagKey, defaultValue) => valueOf(scope.evaluate(flagKey), "boolean", defaultValue),
    string: (flagKey, defaultValue) => valueOf(scope.evaluate(flagKey), "string", defaultValue),
    number: (flagKey, defaultValue) => valueOf(scope.evaluate(flagKey), "number", defaultValue),
    object: (flagKey, defaultValue) => valueOf(scope.evaluate(flagKey), "object", defaultValue),
    booleanDetails: (flagKey, defaultValue) => details(flagKey, "boolean", defaultValue),
    stringDetails: (flagKey, defaultValue) => details(flagKey, "string", defaultValue),
    numberDetails: (flagKey, defaultValue) => details(flagKey, "number", defaultValue),
    objectDetails: (flagKey, defaultValue) => details(flagKey, "object", defaultValue),
    context,
    get signal() {
      return scope.signal;
    },
    get snapshotVersion() {
      return scope.snapshot && { epoch: scope.snapshot.epoch, version: scope.snapshot.version };
    },
    close: () => scope.close(),
  };
}
