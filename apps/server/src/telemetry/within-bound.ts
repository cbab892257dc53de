/** A question to the telemetry store that ends: with its answer, or with the word that there is none for now. */

import { ProblemError } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { QuestionTooLargeError } from "./telemetry-store.ts";

/**
 * A store that is being started again, or hangs, must not hold up whoever only wants to know.
 *
 * Errors: `ProblemError("question-too-large")` where the store gave it up; `ProblemError("telemetry-unavailable")` after `boundMs`, or
 *         where the store fails.
 */
export async function withinBound<T>(answer: Promise<T>, boundMs: number = TELEMETRY_LIMITS.readMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("The telemetry store did not answer in time.")), boundMs);
  });
  try {
    return await Promise.race([answer, over]);
  } catch (error) {
    if (error instanceof QuestionTooLargeError)
      throw new ProblemError("question-too-large", "Ask for less: for a shorter time (fewer `hours`), or for one `flag`.", {
        cause: error,
      });
    throw new ProblemError("telemetry-unavailable", "Ask again in a moment; flags are served all the same.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
