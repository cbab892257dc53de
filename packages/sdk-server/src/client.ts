/** The native client: synchronous, typed look-ups over the engine's snapshot. */

import {
  pinnedAnswer,
  pinUnit,
  type Evaluation,
  type EvaluationContext,
  type EvaluationDetails,
  type Explanation,
  type FallbackValue,
  type JsonValue,
  type Pin,
  type SpendAttributes,
} from "@dimmer/evaluation";
import {
  SIGNED_CONTEXT_SECONDS,
  type Engine,
  type EngineEvents,
  type EventCounts,
  type FlagChange,
  type GivenSample,
  type HeldSource,
  type Listener,
  type PinCounts,
  type ReadToken,
  type Scopes,
  type Spending,
  type SourceFailure,
  type Status,
  type TelemetryCounts,
  type TelemetryEvent,
  type Tokens,
} from "@dimmer/sdk-core";
import { detailsOf, type ValueType } from "./details.ts";
import { scopeOf, type Scope, type ScopeOptions } from "./scope.ts";
import { checkMilliseconds } from "./options.ts";
import type { Track } from "./track.ts";

/** What `ready` found: flags, or why there are none yet. */
export interface Readiness {
  /** Whether there is a snapshot to answer from. */
  readonly isReady: boolean;
  readonly status: Status;
  /** What answers are given from. */
  readonly source: HeldSource;
  /** Why the source is not live, where it is not. */
  readonly failure?: SourceFailure;
}

/**
 * A client for one environment.
 *
 * Shape:  look-ups answer at once from the snapshot that is held; they never wait, and object values are frozen and shared.
 * Errors: look-ups never throw, whatever they are given. Without an answer they give the default: before the first snapshot
 *         (PROVIDER_NOT_READY), for an unknown flag (FLAG_NOT_FOUND), for a value of another type (TYPE_MISMATCH), on any other
 *         error code, and where a flag is DISABLED with no fallback left. With the server gone, or after `close`, the last known
 *         value goes on being served; its details say `flagMetadata.stale`.
 * Source: ADR-0010.
 */
export interface Dimmer {
  boolean(flagKey: string, context: EvaluationContext, defaultValue: boolean): boolean;
  string<T extends string = string>(flagKey: string, context: EvaluationContext, defaultValue: T): T;
  number(flagKey: string, context: EvaluationContext, defaultValue: number): number;
  object<T extends object = { readonly [key: string]: JsonValue }>(
    flagKey: string,
    context: EvaluationContext,
    defaultValue: T,
  ): T;
  booleanDetails(flagKey: string, context: EvaluationContext, defaultValue: boolean): EvaluationDetails<boolean>;
  stringDetails<T extends string = string>(flagKey: string, context: EvaluationContext, defaultValue: T): EvaluationDetails<T>;
  numberDetails(flagKey: string, context: EvaluationContext, defaultValue: number): EvaluationDetails<number>;
  objectDetails<T extends object = { readonly [key: string]: JsonValue }>(
    flagKey: string,
    context: EvaluationContext,
    defaultValue: T,
  ): EvaluationDetails<T>;
  /**
   * Binds a context to the flags as they are now, for the length of a request or an agent's task; kills and stops still pass.
   * Close it when the work is done. With `overrides`, of an override token say, the scope alone shows these variants; kill,
   * `requires`, stop and `only` still win.
   */
  scope(context: EvaluationContext, options?: ScopeOptions): Scope;
  /**
   * Signs what is known of a person, so that a browser can prove it: an hour unless told, a minute at least, a week at most.
   * Rejects where the signing keys cannot be had, the token would be too long, or the time is none.
   */
  signContext(context: EvaluationContext, options?: { readonly expiresInSeconds?: number }): Promise<string>;
  /** What a signed context says; nothing, and the `problem`, where it does not count. Never rejects. */
  readContext(token: string | undefined): Promise<ReadToken<{ readonly context: EvaluationContext }>>;
  /** Which variants an override token shows; none, and the `problem`, where it does not count. Never rejects. */
  readOverrides(token: string | undefined): Promise<ReadToken<{ readonly overrides: Readonly<Record<string, string>> }>>;
  /**
   * Signs a token with which a browser may say what somebody made of one run's answer, without any key: a day unless told, a week at
   * most. Rejects as `signContext` does.
   */
  runToken(run: RunClaims, options?: { readonly expiresInSeconds?: number }): Promise<string>;
  /**
   * Signs what was served, so that the session goes on being served it: hand the token back as `readPins` and `scope` take it, or in
   * OpenFeature's context as `dimmerPin`. Nothing where the flag does not pin, the context does not name the session, or the answer is
   * degraded, overridden, or of a flag that was edited since. Rejects where the signing keys cannot be had.
   */
  pinToken(answer: PinnableAnswer, context: EvaluationContext): Promise<SignedPin | undefined>;
  /**
   * What pin tokens say, one or a list of them; those of another session, of other flags' keys and of yesterday are left out, and the
   * `problem` is that of the first. Never rejects.
   */
  readPins(
    tokens: string | readonly string[] | undefined,
    context: EvaluationContext,
  ): Promise<ReadToken<{ readonly pins: Readonly<Record<string, Pin>> }>>;
  /** What became of the pin tokens that were read. */
  readonly pins: PinCounts;
  /** The flag's fallback list for this context, in the order in which to try it; not counted as an evaluation. */
  fallback(flagKey: string, context: EvaluationContext): readonly FallbackValue[];
  /**
   * Whether this instance may call the variant once more now, for this context; asking takes the call. True where the flag has no
   * budget for it.
   */
  takeBudget(flagKey: string, variant: string, context?: EvaluationContext): boolean;
  /** What of the context the flag's budgets in dollars are by, for the `attributes` of its calls' events. */
  spendAttributes(flagKey: string, context: EvaluationContext): SpendAttributes | undefined;
  /**
   * The variant to try unseen for this context, where the flag's `shadow` picks this person and its calls a minute are not used up;
   * asking takes the call. Never one that the context may not have, that is stopped, or that it is served anyway.
   */
  shadow(flagKey: string, context: EvaluationContext): FallbackValue | undefined;
  /** Every step of the decision; before the first snapshot there is none to tell. */
  explain(flagKey: string, context: EvaluationContext): Explanation;
  /** Hands what somebody did, and what it was worth, to the `tracker` of the options; says so, once, where there is none. */
  readonly track: Track;

  /**
   * Resolves when there is a snapshot, the server refuses the key, or the time is over; until then it keeps the
   * process alive. Flags may still come after it said no, with a refused key too: `on("ready")` tells. It rejects for one thing, a
   * `timeoutMs` that is no time (a TypeError); Infinity is one.
   */
  ready(options?: { readonly timeoutMs?: number }): Promise<Readiness>;
  /** Sends what was counted of evaluations; resolves when it is sent, or could not be sent for now. */
  flush(): Promise<void>;
  /**
   * Sends the last of what was counted, within two seconds, ends the source, its timers and all listeners, and saves what is held to
   * the cache; may be called twice.
   */
  close(): Promise<void>;
  /** What became of the evaluations that were counted for the server; undefined where there is nobody to tell. */
  readonly telemetry: TelemetryCounts | undefined;
  /**
   * Hands the server one event: a call of a model, a run, feedback, a metric. Returns at once and never throws; where there is nobody to
   * tell, nothing happens.
   */
  record(event: TelemetryEvent): void;
  /** What became of them; undefined where there is nobody to tell. */
  readonly events: EventCounts | undefined;
  /**
   * Gives what was asked and answered in a run to the judges of the environment, as you want it seen: leave out what nobody else may
   * read. Of a run that none wants nothing leaves. Returns at once and never throws.
   */
  sample(sample: GivenSample): void;

  /** Returns its own undoing. */
  on<E extends keyof EngineEvents>(event: E, listener: Listener<EngineEvents[E]>): () => void;
  /** Hears of every swap after which the flag may decide differently; ask again to learn what it gives now. Returns its own undoing. */
  onFlagChange(flagKey: string, listener: Listener<FlagChange>): () => void;
  readonly status: Status;
  /** Milliseconds since the source last confirmed what is held; 0 while it is live. */
  readonly staleForMs: number;
  /** What answers are given from: none, bootstrap, cache, file or server; and when the source last confirmed it. */
  readonly source: HeldSource;
  /** Epoch and version of the snapshot that is held; undefined before the first. */
  readonly snapshotVersion: { readonly epoch: string; readonly version: number } | undefined;
}

/** What of an event belongs to its run, as a token carries it. */
export type RunClaims = Pick<TelemetryEvent, "task" | "conversation" | "targetingKey" | "served"> & { readonly run: string };

/** What of an answer's details a pin is made of. */
export type PinnableAnswer = Pick<Evaluation, "flagKey" | "variant" | "reason" | "flagMetadata">;

/** Shape: the token counts for so long, which is what the flag's `pin.for` says. */
export interface SignedPin {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** A day: people come back to an answer. */
const RUN_TOKEN_SECONDS = 86_400;

/** How long `ready` waits unless told. */
export const READY_TIMEOUT_MS = 10_000;

/** What the host does around an engine: where tracked events go, how it waits, and what else ends with the client. */
export interface ClientHost {
  readonly track: Track;
  readonly tokens: Tokens;
  readonly spending: Spending;
  /** For what it needs to answer, with the process kept alive. */
  waitForReady(timeoutMs: number): Promise<void>;
  /** For what is being sent, likewise. */
  waitForSent(work: Promise<unknown>): Promise<void>;
  onClose(): void;
}

/** Puts the client's face on an engine. */
export function faceOf(engine: Engine, scopes: Scopes, host: ClientHost): Dimmer {
  const details = <T>(flagKey: string, context: EvaluationContext, type: ValueType, defaultValue: T): EvaluationDetails<T> =>
    detailsOf(engine.evaluate(flagKey, context), type, defaultValue, engine.isStale);
  const waitFor = async <T>(work: Promise<T>): Promise<T> => {
    await host.waitForSent(work.catch(() => {}));
    return await work;
  };
  return {
    // Four times by hand: with the type as an argument each look-up costs a call more.
    boolean(flagKey, context, defaultValue) {
      const { value } = engine.evaluate(flagKey, context);
      return typeof value === "boolean" ? value : defaultValue;
    },
    string<T extends string = string>(flagKey: string, context: EvaluationContext, defaultValue: T): T {
      const { value } = engine.evaluate(flagKey, context);
      return typeof value === "string" ? (value as T) : defaultValue;
    },
    number(flagKey, context, defaultValue) {
      const { value } = engine.evaluate(flagKey, context);
      return typeof value === "number" ? value : defaultValue;
    },
    object<T extends object>(flagKey: string, context: EvaluationContext, defaultValue: T): T {
      const { value } = engine.evaluate(flagKey, context);
      return typeof value === "object" && value !== null ? (value as T) : defaultValue;
    },
    booleanDetails: (flagKey, context, defaultValue) => details(flagKey, context, "boolean", defaultValue),
    stringDetails: (flagKey, context, defaultValue) => details(flagKey, context, "string", defaultValue),
    numberDetails: (flagKey, context, defaultValue) => details(flagKey, context, "number", defaultValue),
    objectDetails: (flagKey, context, defaultValue) => details(flagKey, context, "object", defaultValue),
    scope: (context, options) => scopeOf(scopes.open(context, options), context, () => engine.isStale),
    async signContext(context, { expiresInSeconds = SIGNED_CONTEXT_SECONDS.usual } = {}) {
      return await waitFor(host.tokens.sign("context", context, expiresInSeconds));
    },
    async runToken(run, { expiresInSeconds = RUN_TOKEN_SECONDS } = {}) {
      return await waitFor(host.tokens.sign("run", { ...run }, expiresInSeconds));
    },
    readContext: (token) => waitFor(host.tokens.readContext(token)),
    readOverrides: (token) => waitFor(host.tokens.readOverrides(token)),
    async pinToken(answer, context) {
      const pinned = engine.snapshot && pinnedAnswer(engine.snapshot, answer, context);
      if (pinned === undefined) return undefined;
      return { token: await waitFor(host.tokens.signPin(pinned)), expiresInSeconds: pinned.seconds };
    },
    readPins(tokens, context) {
      const unitFor = (flagKey: string) => engine.snapshot && pinUnit(engine.snapshot, flagKey, context);
      return waitFor(host.tokens.readPins(tokens, unitFor));
    },
    get pins() {
      return host.tokens.pinCounts();
    },
    fallback: (flagKey, context) => engine.peek(flagKey, context).fallback,
    takeBudget: (flagKey, variant, context) => host.spending.takeBudget(flagKey, variant, context),
    spendAttributes: (flagKey, context) => host.spending.attributes(flagKey, context),
    shadow: (flagKey, context) => host.spending.shadow(flagKey, context),
    explain: (flagKey, context) => engine.explain(flagKey, context),
    track: host.track,
    async ready({ timeoutMs = READY_TIMEOUT_MS } = {}) {
      checkMilliseconds("timeoutMs", timeoutMs);
      await host.waitForReady(timeoutMs);
      const { status, source, failure } = engine;
      return { isReady: engine.snapshot !== undefined, status, source, ...(failure === undefined ? {} : { failure }) };
    },
    async flush() {
      const { telemetry, events, samples } = engine;
      if (telemetry !== undefined) await host.waitForSent(Promise.all([telemetry.flush(), events?.flush(), samples?.flush()]));
    },
    async close() {
      scopes.close();
      const sent = Promise.all([engine.telemetry?.close(), engine.events?.close(), engine.samples?.close()]);
      engine.close();
      host.onClose();
      if (engine.telemetry !== undefined) await host.waitForSent(sent);
    },
    get telemetry() {
      return engine.telemetry?.counts();
    },
    record: (event) => engine.events?.record(event),
    sample: (sample) => engine.samples?.give(sample),
    get events() {
      return engine.events?.counts();
    },
    on: (event, listener) => engine.on(event, listener),
    onFlagChange: (flagKey, listener) => engine.onFlagChange(flagKey, listener),
    get status() {
      return engine.status;
    },
    get staleForMs() {
      return engine.staleForMs;
    },
    get source() {
      return engine.source;
    },
    get snapshotVersion() {
      return engine.snapshot && { epoch: engine.snapshot.epoch, version: engine.snapshot.version };
    },
  };
}
