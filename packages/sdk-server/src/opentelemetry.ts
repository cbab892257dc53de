/** Evaluations as OpenTelemetry events: a hook for any OpenFeature provider, and the same for the native client. */

import { diag } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import type { Hook } from "@openfeature/server-sdk";
import type { EvaluationContext } from "@dimmer/evaluation";
import type { Dimmer } from "./client.ts";
import { EVALUATION_EVENT } from "./opentelemetry/attributes.ts";
import { attributesOf, type EvaluationEventOptions, type ObservedEvaluation } from "./opentelemetry/evaluation-event.ts";
import { VERSION } from "./version.ts";
import { watchLookUps } from "./watch-look-ups.ts";

/** The scope that the events are recorded under, and the name of the provider in those of the native client. */
const SCOPE_NAME = "@dimmer/sdk-server";
const PROVIDER_NAME = "dimmer";

/**
 * A hook that records each evaluation as the event `feature_flag.evaluation`.
 *
 * Shape:  `OpenFeature.addHooks(evaluationEvents())`. The event belongs to the span that is active; the values of flags are left
 *         out unless asked for. Without a LoggerProvider nothing is recorded, and nearly nothing is done.
 * Errors: none thrown; what goes wrong is told to OpenTelemetry's `diag`.
 * Source: OpenTelemetry semantic conventions, feature flags; ADR-0028.
 */
export function evaluationEvents(options: EvaluationEventOptions = {}): Hook {
  const record = recorderOf(options);
  return {
    finally: ({ context, providerMetadata }, details) => record(details, context, providerMetadata.name),
  };
}

/**
 * The same for the native client: `const dimmer = recordEvaluations(openDimmer())`.
 *
 * Shape:  the client, and the scopes it opens, with every look-up recorded. Use the hook instead for what goes through OpenFeature.
 * Errors: as the client's; recording fails quietly, to `diag`.
 * Source: ADR-0028.
 */
export function recordEvaluations(client: Dimmer, options: EvaluationEventOptions = {}): Dimmer {
  const record = recorderOf(options);
  return watchLookUps(client, (context, details) => {
    record(details, context, PROVIDER_NAME);
    return details;
  });
}

function recorderOf(
  options: EvaluationEventOptions,
): (evaluation: ObservedEvaluation, context: EvaluationContext, providerName: string) => void {
  // A stand-in until the app registers its LoggerProvider, which may be later.
  const logger = logs.getLogger(SCOPE_NAME, VERSION);
  return (evaluation, context, providerName) => {
    try {
      if (!logger.enabled({ eventName: EVALUATION_EVENT })) return;
      const attributes = readSafely(() => attributesOf(evaluation, context, providerName, options));
      if (attributes === undefined) return complain(evaluation, "Reading its context or value threw an error.");
      logger.emit({ eventName: EVALUATION_EVENT, attributes });
    } catch (failure) {
      complain(evaluation, failure);
    }
  };
}

/** What a context throws may quote it, so it is not passed on. */
function readSafely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function complain({ flagKey }: ObservedEvaluation, why: unknown): void {
  diag.error(`${EVALUATION_EVENT} of ${JSON.stringify(flagKey)} was not recorded.`, why);
}
