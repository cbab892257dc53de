/** Dimmer behind OpenFeature: a provider for `@openfeature/server-sdk`. */

import {
  ErrorCode,
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type EvaluationContext,
  type EventMetadata,
  type FlagMetadata,
  type Hook,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
  type TrackingEventDetails,
} from "@openfeature/server-sdk";
import type { EvaluationDetails } from "@dimmer/evaluation";
import type { Dimmer } from "./client.ts";
import { carriesTokens, resolveWithTokens, type AskScope } from "./openfeature-tokens.ts";
import { openDimmer } from "./open-dimmer.ts";
import { checkMilliseconds, type DimmerOptions } from "./options.ts";

/** Shape: a client that the app opened and closes itself, or the options of one that lives as long as the provider. */
export type DimmerProviderOptions = { readonly hooks?: readonly Hook[] } & (
  | { readonly client: Dimmer }
  | (DimmerOptions & { readonly readyTimeoutMs?: number })
);

/**
 * The OpenFeature provider.
 *
 * Shape:  `await OpenFeature.setProviderAndWait(new DimmerProvider({ url, key }))`; without arguments the environment variables decide.
 *         `hooks` run with every evaluation of this provider, whoever asks.
 * Errors: `initialize` rejects (PROVIDER_NOT_READY) when there are no flags in time, and at once where the key is refused; the
 *         provider goes on trying and becomes ready later. PROVIDER_FATAL means "for good", so it is for options that do not fit
 *         together, and for nothing else. Resolutions never reject: an error code comes with the default. Nor does `track` throw.
 * Source: ADR-0010; ADR-0028; OpenFeature specification of August 2026, sections 2, 5 and 6.
 */
export class DimmerProvider implements Provider {
  readonly metadata = { name: "dimmer" } as const;
  readonly runsOn = "server";
  readonly events = new OpenFeatureEventEmitter();
  readonly hooks: Hook[];
  readonly #options: DimmerProviderOptions;
  #client: Dimmer | undefined;
  #forget: readonly (() => void)[] = [];
  /** Another one with each `initialize`, none after `onClose`: tells a wait for flags that it has been overtaken. */
  #opening: symbol | undefined;

  constructor(options: DimmerProviderOptions = {}) {
    this.#options = options;
    this.hooks = [...(options.hooks ?? [])];
    if ("client" in options) this.#client = options.client;
    else if (options.readyTimeoutMs !== undefined) checkMilliseconds("readyTimeoutMs", options.readyTimeoutMs);
  }

  async initialize(): Promise<void> {
    const options = this.#options;
    const client = (this.#client ??= "client" in options ? options.client : openOrFail(options));
    const opening = (this.#opening = Symbol("opening"));
    const { isReady, failure } = await client.ready("client" in options ? {} : timeoutOf(options.readyTimeoutMs));
    if (this.#opening !== opening) throw new ProviderNotReadyError("The provider was closed before there were flags.");
    // Only now: until here OpenFeature itself says what comes of the provider.
    this.#stopListening();
    this.#forget = this.#passOn(client);
    if (!isReady) throw new ProviderNotReadyError(failure?.message ?? "There are no flags yet.");
    // A turn later, because OpenFeature says READY when this returns, and the last word counts.
    if (client.status !== "READY") setImmediate(() => this.#sayStale(client, opening));
  }

  async onClose(): Promise<void> {
    this.#opening = undefined;
    this.#stopListening();
    if ("client" in this.#options) return;
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  resolveBooleanEvaluation(
    flagKey: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(
      context,
      defaultValue,
      (client) => client.booleanDetails(flagKey, context, defaultValue),
      (scope) => scope.booleanDetails(flagKey, defaultValue),
    );
  }

  resolveStringEvaluation(flagKey: string, defaultValue: string, context: EvaluationContext): Promise<ResolutionDetails<string>> {
    return this.#resolve(
      context,
      defaultValue,
      (client) => client.stringDetails(flagKey, context, defaultValue),
      (scope) => scope.stringDetails(flagKey, defaultValue),
    );
  }

  resolveNumberEvaluation(flagKey: string, defaultValue: number, context: EvaluationContext): Promise<ResolutionDetails<number>> {
    return this.#resolve(
      context,
      defaultValue,
      (client) => client.numberDetails(flagKey, context, defaultValue),
      (scope) => scope.numberDetails(flagKey, defaultValue),
    );
  }

  resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    // OpenFeature's default may be any JSON; ours is passed through untouched, so its type does not matter.
    const given = defaultValue as object;
    return this.#resolve(
      context,
      defaultValue,
      (client) => client.objectDetails(flagKey, context, given) as unknown as EvaluationDetails<T>,
      (scope) => scope.objectDetails(flagKey, given) as unknown as EvaluationDetails<T>,
    );
  }

  /** Asks the client, or a scope of this one look-up where the context carries tokens. */
  #resolve<T>(
    context: EvaluationContext,
    defaultValue: T,
    ask: (client: Dimmer) => EvaluationDetails<T>,
    askScope: AskScope<T>,
  ): Promise<ResolutionDetails<T>> {
    const client = this.#client;
    if (client === undefined) return Promise.resolve(notOpen(defaultValue));
    if (carriesTokens(context)) return resolveWithTokens(client, context, askScope).then(resolutionOf);
    return Promise.resolve(resolutionOf(ask(client)));
  }

  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.#client?.track(name, context, details);
  }

  #stopListening(): void {
    for (const forget of this.#forget) forget();
    this.#forget = [];
  }

  #sayStale(client: Dimmer, opening: symbol): void {
    if (this.#opening === opening && client.status !== "READY")
      this.events.emit(ProviderEvents.Stale, { message: "The source was gone before the provider was set." });
  }

  #passOn(client: Dimmer): readonly (() => void)[] {
    const { events } = this;
    return [
      client.on("ready", () => events.emit(ProviderEvents.Ready, { metadata: sourceOf(client) })),
      client.on("stale", ({ failure }) =>
        events.emit(ProviderEvents.Stale, { message: failure?.message ?? "The source is gone.", metadata: sourceOf(client) }),
      ),
      client.on("error", ({ message }) => {
        // With flags held, a failing source is no provider error: it is stale, once the grace is over.
        if (client.status === "ERROR") events.emit(ProviderEvents.Error, { message, errorCode: ErrorCode.PROVIDER_NOT_READY });
      }),
      client.on("configuration-changed", ({ flagsChanged }) =>
        events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...flagsChanged], metadata: sourceOf(client) }),
      ),
    ];
  }
}

/** What does not fit together now never will: the one failure that is for good. */
function openOrFail(options: DimmerOptions): Dimmer {
  try {
    return openDimmer(options);
  } catch (cause) {
    throw new ProviderFatalError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** What answers are given from, as OpenFeature's events can say it. */
const sourceOf = ({ source, staleForMs }: Dimmer): EventMetadata => ({ source: source.kind, staleForMs: Math.round(staleForMs) });

const timeoutOf = (timeoutMs: number | undefined): { readonly timeoutMs?: number } =>
  timeoutMs === undefined ? {} : { timeoutMs };

/** Only what OpenFeature reads: it copies every member, and each costs. */
function resolutionOf<T>({
  value,
  variant,
  reason,
  errorCode,
  errorMessage,
  flagMetadata,
}: EvaluationDetails<T>): ResolutionDetails<T> {
  const metadata = flagMetadata as FlagMetadata;
  if (errorCode !== undefined)
    return { value, reason, errorCode: ErrorCode[errorCode], errorMessage: errorMessage ?? "", flagMetadata: metadata };
  return variant === undefined ? { value, reason, flagMetadata: metadata } : { value, variant, reason, flagMetadata: metadata };
}

function notOpen<T>(value: T): ResolutionDetails<T> {
  return { value, reason: "ERROR", errorCode: ErrorCode.PROVIDER_NOT_READY, errorMessage: "The provider is not open." };
}
