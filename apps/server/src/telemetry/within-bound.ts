/** A question to the telemetry store that ends: with its answer, or with the word that there is none for now. */

import { ProblemError } from "@dimmer/protocol";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { QuestionTooLargeError } from "./telemetry-store.ts";

/**
 * A store that is being started again, or hangs, must not hold up whoever only wants to know.
 *
 * Errors: `ProblemError("question-too-large")` where the store gave it up; `ProblemError("telemetry-unavailable")` after `readMs`, or
 *         where the store fails.
 */
export async function withinBound<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("The telemetry store did not answer in time.")), TELEMETRY_LIMITS.readMs);
  });
  try {
    return await Promise.race([answer, over]);
  } catch (error) {
    if (error instanceof QuestionTooLargeError)
      throw new ProblemError("question-too-large", "Ask for less: for fewer `hours`, or for one `flag`.", { cause: error });
    throw new ProblemError("telemetry-unavailable", "Ask again in a moment; flags are served all the same.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
