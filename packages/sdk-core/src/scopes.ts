/** Binds a context to one snapshot for the length of a request or a task, and lets kills and stops through all the same. */

import type { CompiledSnapshot, EvaluateOptions, Evaluation, Pin } from "@dimmer/evaluation";
import type { ConfigurationChange } from "./engine-events.ts";
import type { Engine } from "./engine.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import type { Ports } from "./ports.ts";

/** Why a scope's signal was aborted: what was handed out may not be served any longer. */
export class FlagStoppedError extends Error {
  override readonly name = "FlagStoppedError";
  readonly flagKey: string;
  /** The variant that was handed out; undefined where it was the caller's default. */
  readonly variant: string | undefined;

  constructor(flagKey: string, variant: string | undefined) {
    super(`${flagKey}${variant === undefined ? "" : `:${variant}`} was killed or stopped after this scope had asked for it.`);
    this.flagKey = flagKey;
    this.variant = variant;
  }
}

/**
 * One context and the snapshot it is bound to.
 *
 * Shape:  a scope opened before the first snapshot binds to the first one it can ask. `evaluate` answers from the bound snapshot,
 *         and from the newest one where that says DISABLED, or has stopped the variant that the bound one serves.
 * Errors: none thrown; `signal` is aborted with a `FlagStoppedError` at most once, and never after `close`.
 */
export interface EngineScope {
  evaluate(flagKey: string): Evaluation;
  readonly snapshot: CompiledSnapshot | undefined;
  /** Aborted as soon as a flag that this scope has asked for is killed, or the variant it was given is stopped. */
  readonly signal: AbortSignal;
  /** Lets go of the signal; what it has bound goes on answering. */
  close(): void;
}

/** What counts in one scope alone. */
export interface ScopeOptions {
  /** Flag key → variant, over the engine's own. */
  readonly overrides?: Readonly<Record<string, string>> | undefined;
  /** Flag key → what the session was first served; read from tokens, see `Tokens.readPins`. */
  readonly pins?: Readonly<Record<string, Pin>> | undefined;
}

type ScopedEngine = Pick<Engine, "peek" | "evaluateAt" | "snapshot" | "overrides" | "telemetry">;

/** Shape: all scopes of one engine; only those whose signal somebody took are kept in it. */
export interface Scopes {
  open(context: unknown, options?: ScopeOptions): EngineScope;
  close(): void;
}

/** Opens the scopes of an engine; `log` hears of scopes that nobody closes. */
export function openScopes(engine: ScopedEngine & Pick<Engine, "on">, { log }: Ports): Scopes {
  const watched = new Set<(change: ConfigurationChange) => void>();
  let forget: (() => void) | undefined;
  let hasWarned = false;

  const unwatch = (look: (change: ConfigurationChange) => void): void => {
    watched.delete(look);
    if (watched.size > 0) return;
    forget?.();
    forget = undefined;
  };

  const watch = (look: (change: ConfigurationChange) => void): void => {
    watched.add(look);
    forget ??= engine.on("configuration-changed", (change) => {
      for (const one of Array.from(watched)) one(change);
    });
    if (watched.size <= ENGINE_LIMITS.watchedScopes) return;
    for (const oldest of watched) {
      watched.delete(oldest);
      break;
    }
    if (!hasWarned)
      log?.("warn", `More than ${ENGINE_LIMITS.watchedScopes} scopes are open; close() each when its work is done.`);
    hasWarned = true;
  };

  return {
    open: (context, options) => openScope(engine, context, mergeOptions(engine, options), watch, unwatch),
    close() {
      watched.clear();
      forget?.();
      forget = undefined;
    },
  };
}

function openScope(
  engine: ScopedEngine,
  context: unknown,
  options: () => EvaluateOptions | undefined,
  watch: (look: (change: ConfigurationChange) => void) => void,
  unwatch: (look: (change: ConfigurationChange) => void) => void,
): EngineScope {
  let bound = engine.snapshot;
  let controller: AbortController | undefined;
  let isClosed = false;
  const given = new Map<string, string | undefined>();

  const decide = (flagKey: string): Evaluation => {
    bound ??= engine.snapshot;
    const newest = engine.peek(flagKey, context, options());
    if (bound === undefined || bound === engine.snapshot || newest.reason === "DISABLED") return newest;
    const evaluation = engine.evaluateAt(bound, flagKey, context, options());
    return isStopped(engine.snapshot, flagKey, evaluation.variant) ? newest : evaluation;
  };

  const look = ({ flagsChanged }: ConfigurationChange): void => {
    for (const flagKey of flagsChanged) {
      if (!given.has(flagKey) || decide(flagKey).variant === given.get(flagKey)) continue;
      unwatch(look);
      controller?.abort(new FlagStoppedError(flagKey, given.get(flagKey)));
      return;
    }
  };

  return {
    evaluate(flagKey) {
      const evaluation = decide(flagKey);
      engine.telemetry?.count(evaluation, context);
      if (given.size < ENGINE_LIMITS.flagsAScope || given.has(flagKey)) given.set(flagKey, evaluation.variant);
      return evaluation;
    },
    get snapshot() {
      return bound;
    },
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (!isClosed) watch(look);
      }
      return controller.signal;
    },
    close() {
      isClosed = true;
      unwatch(look);
    },
  };
}

/** Merged once for as long as the engine's own stay the same; without any of the scope's the engine's own count. */
function mergeOptions(engine: ScopedEngine, { overrides = {}, pins = {} }: ScopeOptions = {}): () => EvaluateOptions | undefined {
  if (Object.keys(overrides).length + Object.keys(pins).length === 0) return () => undefined;
  const merge = (own: EvaluateOptions["overrides"]): EvaluateOptions => ({ overrides: { ...own, ...overrides }, pins });
  let own = engine.overrides;
  let merged = merge(own);
  return () => {
    if (own !== engine.overrides) merged = merge((own = engine.overrides));
    return merged;
  };
}

function isStopped(snapshot: CompiledSnapshot | undefined, flagKey: string, variant: string | undefined): boolean {
  return variant !== undefined && snapshot?.flags.get(flagKey)?.source.stopped?.includes(variant) === true;
}
