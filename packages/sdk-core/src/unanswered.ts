/** What is answered where nothing can be decided. */

import type { Evaluation, Explanation } from "@dimmer/evaluation";
import type { SourceFailure } from "./sources/source.ts";

export function notReady(flagKey: string, failure: SourceFailure | undefined): Evaluation {
  const why = failure?.message ?? "The first snapshot is on its way.";
  return unanswered(flagKey, "PROVIDER_NOT_READY", `There are no flags yet. ${why}`);
}

/** The context ended the evaluation, where one that only decides would have answered. */
export function unreadable(flagKey: string): Evaluation {
  return unanswered(flagKey, "GENERAL", "The evaluation failed: the context cannot be read.");
}

export const unexplained = (evaluation: Evaluation): Explanation => ({
  evaluation,
  trace: [],
  steps: 0,
  matcherSteps: 0,
  unknowns: 0,
});

function unanswered(flagKey: string, errorCode: "PROVIDER_NOT_READY" | "GENERAL", errorMessage: string): Evaluation {
  return { flagKey, value: undefined, reason: "ERROR", errorCode, errorMessage, flagMetadata: {}, fallback: [] };
}
