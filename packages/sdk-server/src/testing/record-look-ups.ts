/** Puts a record, and a strict eye, around a client: a look-up that production would answer with the default fails the test. */

import type { EvaluationContext, EvaluationDetails } from "@dimmer/evaluation";
import type { Dimmer } from "../client.ts";
import type { RecordedEvaluation } from "../testing.ts";
import { watchLookUps } from "../watch-look-ups.ts";
import { noSuch } from "./no-such.ts";

/** The newest look-ups, and the newest tracked events, that are kept. */
export const KEPT_RECORDS = 10_000;

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
    if (evaluations.length === KEPT_RECORDS) evaluations.shift();
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

  const recorded = Object.assign(watchLookUps(client, seen), {
    async close() {
      await client.close();
      if (failed !== undefined) throw failed;
    },
  });
  return {
    client: recorded,
    evaluations,
    reset() {
      evaluations.length = 0;
      failed = undefined;
    },
  };
}
