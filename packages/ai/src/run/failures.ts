/** What a candidate's failure leaves behind: an entry for the app, an event, a word of warning, and what the breaker learns. */

import type { GenerationError } from "../event.ts";
import type { Permit } from "../fallback/breaker.ts";
import type { Candidate } from "../fallback/chain.ts";
import { present } from "../present.ts";
import type { Surroundings } from "../recorder.ts";
import { failureWithin } from "./attempt.ts";
import { RefusalError, type AttemptFailure } from "./errors.ts";
import type { Interrupted } from "./interruption.ts";
import type { RunState } from "./run-state.ts";

export function failureOf(
  { number, served }: Candidate,
  errorType: AttemptFailure["errorType"],
  message: string,
  cause?: unknown,
): AttemptFailure {
  return present<AttemptFailure>({ attempt: number, variant: served?.variant, errorType, message, cause });
}

/** A candidate that could not even be called; its generation of no duration is how the server hears of it. */
export function failBefore(candidate: Candidate, errorType: GenerationError, message: string, state: RunState): undefined {
  const { use, surroundings, record, failures } = state;
  failures.push(failureOf(candidate, errorType, message));
  if (errorType !== "budget") say(candidate, errorType, message, use.flag, surroundings);
  record({
    kind: "generation",
    operation: "chat",
    attempt: candidate.number,
    served: candidate.served,
    durationMs: 0,
    errorType,
  });
}

export function failForTools(candidate: Candidate, missing: readonly string[], state: RunState): undefined {
  const message = `The app does not have the tools ${missing.join(", ")}.`;
  for (const name of missing) state.missingTools.add(name);
  state.failures.push(failureOf(candidate, "missing_tools", message));
  say(candidate, "missing_tools", message, state.use.flag, state.surroundings);
}

export function failAfter(candidate: Candidate, error: unknown, permit: Permit, interrupted: Interrupted, state: RunState): void {
  const { use, surroundings, failures } = state;
  if (error instanceof RefusalError) {
    permit.succeed();
    failures.push(failureOf(candidate, "refusal", error.message, error));
    return;
  }
  const { errorType, httpStatus } = failureWithin(error, interrupted);
  settle(permit, errorType, httpStatus);
  failures.push(failureOf(candidate, errorType, error instanceof Error ? error.message : String(error), error));
  // Nobody's network and nobody's refusal: most likely the app's own code, which must not fail unseen.
  if (errorType === "unknown") say(candidate, errorType, describe(error), use.flag, surroundings);
}

const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name} was thrown.` : "What was thrown is no error.";

function say({ served }: Candidate, errorType: string, message: string, flag: string, { sayOnce }: Surroundings): void {
  const what = served === undefined ? `the default of ${flag}` : `${flag} · ${served.variant}`;
  sayOnce(`${what} ${errorType}`, `${what} gave no answer (${errorType}). ${message}`);
}

/** What a failure says about the model: nothing where the request was at fault, or nobody wanted the answer any more. */
export function settle(permit: Permit, errorType: GenerationError | undefined, httpStatus: number | undefined): void {
  if (errorType === undefined) permit.succeed();
  else if (isOfTheRequest(errorType, httpStatus)) permit.release();
  else permit.fail();
}

const OF_THE_REQUEST: readonly GenerationError[] = ["aborted", "content_filter", "context_length", "invalid_request"];

/** A model that is not there is no fault of the request's. */
const isOfTheRequest = (errorType: GenerationError, httpStatus: number | undefined): boolean =>
  OF_THE_REQUEST.includes(errorType) && httpStatus !== 404;
