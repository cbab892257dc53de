/** What becomes of a question to telemetry that is not answered. */

import { expect, test, vi } from "vitest";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { QuestionTooLargeError, StoreGoneError } from "./telemetry-store.ts";
import { withinBound } from "./within-bound.ts";

test.each([
  [new QuestionTooLargeError("4 s"), "question-too-large", /fewer `hours`/u],
  [new StoreGoneError("away"), "telemetry-unavailable", /again in a moment/u],
])("%s is refused as %s", async (cause, code, message) => {
  const refusal = { code, message: expect.stringMatching(message), cause };
  await expect(withinBound(Promise.reject(cause))).rejects.toMatchObject(refusal);
});

test("one without an answer is given up", async () => {
  vi.useFakeTimers();
  const asked = Promise.allSettled([withinBound(new Promise(() => {}))]);
  await vi.advanceTimersByTimeAsync(TELEMETRY_LIMITS.readMs);
  vi.useRealTimers();
  expect(await asked).toMatchObject([{ reason: { code: "telemetry-unavailable" } }]);
});
