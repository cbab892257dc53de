/** Puts a record, and a strict eye, around a client: a look-up that production would answer with the default fails the test. */

import type { EvaluationContext, EvaluationDetails } from "@dimmer/evaluation";
import type { Dimmer } from "../client.ts";
import type { Scope } from "../scope.ts";
import type { RecordedEvaluation } from "../testing.ts";
import { noSuch } from "./no-such.ts";

/** The newest look-ups that are kept. */
export const KEPT_EVALUATIONS = 10_000;

export interface Recorder {
  readonly client: Dimmer;
  readonly evaluations: readonly RecordedEvaluation[];
  reset(): void;
}

type AnyDetails = EvaluationDetails<unknown>;

/** Shape: the same client; `close` rejects with the first failed look-up, as somebody may have swallowed it. */
export function recordLookUps(client: Dimmer, flagKeys: readonly string[], failureOf: (message: string) => Error): Recorder {
  const evaluations: RecordedEvaluation[] = [];
  let failed: Error | undefined;

  const seen = <D extends AnyDetails>(context: EvaluationContext, details: D): D => {
    const { flagKey, value, variant, reason, errorCode, errorMessage } = details;
    if (evaluations.length === KEPT_EVALUATIONS) evaluations.shift();
    evaluations.push({
      flagKey,
      context,
      value,
      reason,
      ...(variant === undefined ? {} : { variant }),
      ...(errorCode === undefined ? {} : { errorCode }),
    });
    if (errorCode !== "FLAG_NOT_FOUND" && errorCode !== "TYPE_MISMATCH") return details;
    const why =
      errorCode === "FLAG_NOT_FOUND" ? noSuch("flag", flagKey, flagKeys, "") : `${flagKey}: ${errorMessage ?? errorCode}`;
    const failure = failureOf(why);
    failed ??= failure;
    throw failure;
  };

  const recorded: Dimmer = {
    ...withoutLookUps(client),
    ...lookUpsOf(client, seen),
    scope: (context) => recordedScope(client.scope(context), seen),
    get status() {
      return client.status;
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
    async close() {
      await client.close();
      if (failed !== undefined) throw failed;
    },
  };
  return {
    client: recorded,
    evaluations,
    reset() {
      evaluations.length = 0;
      failed = undefined;
    },
  };
}

type Seen = <D extends AnyDetails>(context: EvaluationContext, details: D) => D;

type LookUps = Pick<Dimmer, "boolean" | "string" | "number" | "object" | `${"boolean" | "string" | "number" | "object"}Details`>;

/** Values are asked for with their details: what went wrong is only there. */
function lookUpsOf(client: Dimmer, seen: Seen): LookUps {
  return {
    boolean: (key, context, value) => seen(context, client.booleanDetails(key, context, value)).value,
    string: (key, context, value) => seen(context, client.stringDetails(key, context, value)).value,
    number: (key, context, value) => seen(context, client.numberDetails(key, context, value)).value,
    object: (key, context, value) => seen(context, client.objectDetails(key, context, value)).value,
    booleanDetails: (key, context, value) => seen(context, client.booleanDetails(key, context, value)),
    stringDetails: (key, context, value) => seen(context, client.stringDetails(key, context, value)),
    numberDetails: (key, context, value) => seen(context, client.numberDetails(key, context, value)),
    objectDetails: (key, context, value) => seen(context, client.objectDetails(key, context, value)),
  };
}

function recordedScope(scope: Scope, seen: Seen): Scope {
  const { context } = scope;
  return {
    boolean: (key, value) => seen(context, scope.booleanDetails(key, value)).value,
    string: (key, value) => seen(context, scope.stringDetails(key, value)).value,
    number: (key, value) => seen(context, scope.numberDetails(key, value)).value,
    object: (key, value) => seen(context, scope.objectDetails(key, value)).value,
    booleanDetails: (key, value) => seen(context, scope.booleanDetails(key, value)),
    stringDetails: (key, value) => seen(context, scope.stringDetails(key, value)),
    numberDetails: (key, value) => seen(context, scope.numberDetails(key, value)),
    objectDetails: (key, value) => seen(context, scope.objectDetails(key, value)),
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

/** What a client can do beside look-ups; its getters are read anew each time and so not copied. */
function withoutLookUps(client: Dimmer): Pick<Dimmer, "explain" | "ready" | "flush" | "on" | "onFlagChange"> {
  return {
    explain: (flagKey, context) => client.explain(flagKey, context),
    ready: (options) => client.ready(options),
    flush: () => client.flush(),
    on: (event, listener) => client.on(event, listener),
    onFlagChange: (flagKey, listener) => client.onFlagChange(flagKey, listener),
  };
}
