/** What only Dimmer can give to `@dimmer/ai`: events for the server, the flag's fallback, pins, budgets, shadows, and tokens for feedback. */

import type { EvaluationContext, FallbackValue, FlagMetadata, Reason, SpendAttributes } from "@dimmer/evaluation";
import type { GivenSample, TelemetryEvent } from "@dimmer/sdk-core";
import type { Dimmer, RunClaims, SignedPin } from "./client.ts";
import { PIN_TOKEN } from "./openfeature-tokens.ts";

/** What was served, as events say it. */
type Served = NonNullable<TelemetryEvent["served"]>;

/** The port of `@dimmer/ai`, filled by a client. */
export interface DimmerAiPort {
  record(event: TelemetryEvent): void;
  /** The flag's fallback list for this context, stopped variants left out; not counted as an evaluation. */
  fallback(flagKey: string, context: EvaluationContext): readonly FallbackValue[];
  runToken(run: RunClaims, expiresInSeconds?: number): Promise<string>;
  sample(sample: GivenSample): void;
  takeBudget(flagKey: string, variant: string, context: EvaluationContext): boolean;
  spendAttributes(flagKey: string, context: EvaluationContext): SpendAttributes | undefined;
  shadow(flagKey: string, context: EvaluationContext): FallbackValue | undefined;
  readonly pins: {
    issue(flagKey: string, context: EvaluationContext, served: Served): Promise<SignedPin | undefined>;
  };
}

/**
 * Shape:  `openAi({ client, port: aiPort(dimmer) })`; the client of OpenFeature and `dimmer` should be of one environment.
 * Errors: none of its own; `runToken` and `pins.issue` reject where there are no signing keys.
 * Source: ADR-0042, ADR-0043, ADR-0046, ADR-0053, ADR-0059, ADR-0064.
 */
export function aiPort(dimmer: Dimmer): DimmerAiPort {
  return {
    record: (event) => dimmer.record(event),
    fallback: (flagKey, context) => dimmer.fallback(flagKey, withoutPin(context)),
    runToken: (run, expiresInSeconds) => dimmer.runToken(run, expiresInSeconds === undefined ? {} : { expiresInSeconds }),
    sample: (sample) => dimmer.sample(sample),
    takeBudget: (flagKey, variant, context) => dimmer.takeBudget(flagKey, variant, context),
    spendAttributes: (flagKey, context) => dimmer.spendAttributes(flagKey, context),
    shadow: (flagKey, context) => dimmer.shadow(flagKey, withoutPin(context)),
    pins: {
      issue: (flagKey, context, { variant, reason = "UNKNOWN", version, valueVersion, path }) => {
        const flagMetadata = { version, valueVersion, path } as FlagMetadata;
        return dimmer.pinToken({ flagKey, variant, reason: reason as Reason, flagMetadata }, context);
      },
    },
  };
}

/** The token is for the evaluation of what is served; no condition reads it. */
function withoutPin({ [PIN_TOKEN]: _pin, ...claims }: EvaluationContext): EvaluationContext {
  return claims;
}
