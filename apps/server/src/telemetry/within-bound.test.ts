/** What becomes of a question to telemetry that is not answered. */

import { expect, test, vi } from "vitest";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { QuestionTooLargeError, StoreGoneError } from "./telemetry-store.ts";
import { askSettled, orNull, withinBound } from "./within-bound.ts";

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

test("what an answer may do without is null where it is too large or late, and what the store refuses is refused", async () => {
  await expect(orNull(Promise.resolve([1]))).resolves.toEqual([1]);
  await expect(orNull(Promise.reject(new QuestionTooLargeError("4 s")))).resolves.toBeNull();
  await expect(orNull(Promise.reject(new StoreGoneError("away")))).rejects.toThrow("away");
  await expect(orNull(new Promise(() => {}), 1)).resolves.toBeNull();
});

test("[nothing-is-known] nothing is no answer while what was sent is on its way", async () => {
  const ask = (isSettled: boolean, items: readonly number[]) =>
    askSettled(
      { settled: async () => isSettled },
      async () => items,
      ({ length }) => length === 0,
    );
  await expect(ask(true, [])).resolves.toEqual([]);
  await expect(ask(false, [1])).resolves.toEqual([1]);
  await expect(ask(false, [])).rejects.toMatchObject({
    code: "telemetry-unavailable",
    message: expect.stringMatching(/not stored yet.*Ask again/u),
  });
});
