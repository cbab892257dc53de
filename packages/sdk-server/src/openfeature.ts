/** Dimmer behind OpenFeature: a provider for `@openfeature/server-sdk`. */

import {
  ErrorCode,
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderNotReadyError,
  type EvaluationContext,
  type EventMetadata,
  type FlagMetadata,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from "@openfeature/server-sdk";
import type { EvaluationDetails } from "@dimmer/evaluation";
import type { Dimmer } from "./client.ts";
import { openDimmer } from "./open-dimmer.ts";
import { checkMilliseconds, type DimmerOptions } from "./options.ts";

/** Shape: a client that the app opened and closes itself, or the options of one that lives as long as the provider. */
export type DimmerProviderOptions = { readonly client: Dimmer } | (DimmerOptions & { readonly readyTimeoutMs?: number });

/**
 * The OpenFeature provider.
 *
 * Shape:  `await OpenFeature.setProviderAndWait(new DimmerProvider({ url, key }))`; without arguments the environment variables decide.
 * Errors: `initialize` rejects (PROVIDER_NOT_READY) when there are no flags in time, and at once where the key is refused; the
 *         provider goes on trying and becomes ready later. That is why it is never PROVIDER_FATAL, which means "for good".
 *         Resolutions never reject: an error code comes with the default.
 * Source: ADR-0010; OpenFeature specification 0.8, section 2.
 */
export class DimmerProvider implements Provider {
  readonly metadata = { name: "dimmer" } as const;
  readonly runsOn = "server";
  readonly events = new OpenFeatureEventEmitter();
  readonly #options: DimmerProviderOptions;
  #client: Dimmer | undefined;
  #forget: readonly (() => void)[] = [];

  constructor(options: DimmerProviderOptions = {}) {
    this.#options = options;
    if ("client" in options) this.#client = options.client;
    else if (options.readyTimeoutMs !== undefined) checkMilliseconds("readyTimeoutMs", options.readyTimeoutMs);
  }

  async initialize(): Promise<void> {
    const options = this.#options;
    const client = (this.#client ??= "client" in options ? options.client : openDimmer(options));
    const { isReady, failure } = await client.ready("client" in options ? {} : timeoutOf(options.readyTimeoutMs));
    // Only now: until here OpenFeature itself says what comes of the provider.
    this.#forget = this.#passOn(client);
    if (!isReady) throw new ProviderNotReadyError(failure?.message ?? "There are no flags yet.");
  }

  async onClose(): Promise<void> {
    for (const forget of this.#forget) forget();
    this.#forget = [];
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
    const client = this.#client;
    return Promise.resolve(
      client === undefined ? notOpen(defaultValue) : resolutionOf(client.booleanDetails(flagKey, context, defaultValue)),
    );
  }

  resolveStringEvaluation(flagKey: string, defaultValue: string, context: EvaluationContext): Promise<ResolutionDetails<string>> {
    const client = this.#client;
    return Promise.resolve(
      client === undefined ? notOpen(defaultValue) : resolutionOf(client.stringDetails(flagKey, context, defaultValue)),
    );
  }

  resolveNumberEvaluation(flagKey: string, defaultValue: number, context: EvaluationContext): Promise<ResolutionDetails<number>> {
    const client = this.#client;
    return Promise.resolve(
      client === undefined ? notOpen(defaultValue) : resolutionOf(client.numberDetails(flagKey, context, defaultValue)),
    );
  }

  resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    const client = this.#client;
    if (client === undefined) return Promise.resolve(notOpen(defaultValue));
    // OpenFeature's default may be any JSON; ours is passed through untouched, so its type does not matter.
    const details = client.objectDetails(flagKey, context, defaultValue as object) as unknown as EvaluationDetails<T>;
    return Promise.resolve(resolutionOf(details));
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
