/** Questions to the telemetry store that end: with an answer, or with the word that there is none for now. */

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

/**
 * Asks once what was sent before is stored. While it is not, nothing is no answer: it may be on its way.
 *
 * Shape:  `isNothing` says whether the answer says that there is nothing.
 * Errors: as `withinBound`; `ProblemError("telemetry-unavailable")` for nothing of which nobody knows yet.
 */
export async function askSettled<T>(
  line: { readonly settled: () => Promise<boolean> },
  question: () => Promise<T>,
  isNothing: (answer: T) => boolean,
): Promise<T> {
  const isSettled = await line.settled();
  const answer = await withinBound(question());
  if (!isSettled && isNothing(answer))
    throw new ProblemError(
      "telemetry-unavailable",
      "What was sent is not stored yet: the telemetry store is starting, or has much to do. Ask again in a moment.",
    );
  return answer;
}

/** What an answer may do without: null where it is too large, or takes longer than `boundMs`. */
export async function orNull<T>(part: Promise<T>, boundMs: number = TELEMETRY_LIMITS.partMs): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => (timer = setTimeout(resolve, boundMs, null)));
  try {
    return await Promise.race([part, over]);
  } catch (error) {
    if (error instanceof QuestionTooLargeError) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
