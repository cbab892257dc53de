/** A client whose every look-up somebody sees, without a cost for the clients that nobody watches. */

import type { EvaluationContext, EvaluationDetails } from "@dimmer/evaluation";
import type { Dimmer } from "./client.ts";
import type { Scope } from "./scope.ts";

/** Sees each look-up with its context, and gives on what the asker is to get. */
export type SeeLookUp = <D extends EvaluationDetails<unknown>>(context: EvaluationContext, details: D) => D;

/** Shape: the same client, open scopes included; getters stay getters. Errors: whatever `see` throws reaches the asker. */
export function watchLookUps(client: Dimmer, see: SeeLookUp): Dimmer {
  return {
    ...lookUpsOf(client, see),
    scope: (context, options) => watchScope(client.scope(context, options), see),
    signContext: (context, options) => client.signContext(context, options),
    readContext: (token) => client.readContext(token),
    readOverrides: (token) => client.readOverrides(token),
    pinToken: (answer, context) => client.pinToken(answer, context),
    readPins: (tokens, context) => client.readPins(tokens, context),
    get pins() {
      return client.pins;
    },
    fallback: (flagKey, context) => client.fallback(flagKey, context),
    takeBudget: (flagKey, variant, context) => client.takeBudget(flagKey, variant, context),
    spendAttributes: (flagKey, context) => client.spendAttributes(flagKey, context),
    shadow: (flagKey, context) => client.shadow(flagKey, context),
    explain: (flagKey, context) => client.explain(flagKey, context),
    track: (name, context, details) => client.track(name, context, details),
    ready: (options) => client.ready(options),
    flush: () => client.flush(),
    close: () => client.close(),
    on: (event, listener) => client.on(event, listener),
    onFlagChange: (flagKey, listener) => client.onFlagChange(flagKey, listener),
    get status() {
      return client.status;
    },
    get source() {
      return client.source;
    },
    get staleForMs() {
      return client.staleForMs;
    },
    get snapshotVersion() {
      return client.snapshotVersion;
    },
    get telemetry() {
      return client.telemetry;
    },
    record: (event) => client.record(event),
    sample: (sample) => client.sample(sample),
    runToken: (run, options) => client.runToken(run, options),
    get events() {
      return client.events;
    },
  };
}

type LookUps = Pick<Dimmer, "boolean" | "string" | "number" | "object" | `${"boolean" | "string" | "number" | "object"}Details`>;

/** Values are asked for with their details: what went wrong is only there. */
function lookUpsOf(client: Dimmer, see: SeeLookUp): LookUps {
  return {
    boolean: (key, context, value) => see(context, client.booleanDetails(key, context, value)).value,
    string: (key, context, value) => see(context, client.stringDetails(key, context, value)).value,
    number: (key, context, value) => see(context, client.numberDetails(key, context, value)).value,
    object: (key, context, value) => see(context, client.objectDetails(key, context, value)).value,
    booleanDetails: (key, context, value) => see(context, client.booleanDetails(key, context, value)),
    stringDetails: (key, context, value) => see(context, client.stringDetails(key, context, value)),
    numberDetails: (key, context, value) => see(context, client.numberDetails(key, context, value)),
    objectDetails: (key, context, value) => see(context, client.objectDetails(key, context, value)),
  };
}

function watchScope(scope: Scope, see: SeeLookUp): Scope {
  const { context } = scope;
  return {
    boolean: (key, value) => see(context, scope.booleanDetails(key, value)).value,
    string: (key, value) => see(context, scope.stringDetails(key, value)).value,
    number: (key, value) => see(context, scope.numberDetails(key, value)).value,
    object: (key, value) => see(context, scope.objectDetails(key, value)).value,
    booleanDetails: (key, value) => see(context, scope.booleanDetails(key, value)),
    stringDetails: (key, value) => see(context, scope.stringDetails(key, value)),
    numberDetails: (key, value) => see(context, scope.numberDetails(key, value)),
    objectDetails: (key, value) => see(context, scope.objectDetails(key, value)),
    context,
    get signal() {
      return scope.signal;
    },
    get snapshotVersion() {
      return scope.snapshotVersion;
    },
    close: () => scope.close(),
  };
}
