/** What only Dimmer can give to `@dimmer/ai`: events for the server, the flag's fallback, and tokens for feedback. */

import type { EvaluationContext, FallbackValue } from "@dimmer/evaluation";
import type { TelemetryEvent } from "@dimmer/sdk-core";
import type { Dimmer, RunClaims } from "./client.ts";

/** The port of `@dimmer/ai`, filled by a client. */
export interface DimmerAiPort {
  record(event: TelemetryEvent): void;
  /** The flag's fallback list for this context, stopped variants left out; not counted as an evaluation. */
  fallback(flagKey: string, context: EvaluationContext): readonly FallbackValue[];
  runToken(run: RunClaims, expiresInSeconds?: number): Promise<string>;
}

/**
 * Shape:  `openAi({ client, port: aiPort(dimmer) })`; the client of OpenFeature and `dimmer` should be of one environment.
 * Errors: none of its own; `runToken` rejects where there are no signing keys.
 * Source: ADR-0042, ADR-0043.
 */
export function aiPort(dimmer: Dimmer): DimmerAiPort {
  return {
    record: (event) => dimmer.record(event),
    fallback: (flagKey, context) => dimmer.explain(flagKey, context).evaluation.fallback,
    runToken: (run, expiresInSeconds) => dimmer.runToken(run, expiresInSeconds === undefined ? {} : { expiresInSeconds }),
  };
}
