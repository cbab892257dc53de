/** How long a failure keeps us away. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";
import type { SourceFailure } from "./source.ts";

const lost: SourceFailure = { code: "network", message: "" };
const refusedKey: SourceFailure = { code: "status", status: 401, message: "" };

test.each<[string, number, SourceFailure, number, number]>([
  ["the first", 0, lost, 500, 1_000],
  ["the second", 1, lost, 1_000, 2_000],
  ["the fifth", 4, lost, 8_000, 16_000],
  ["the cap", 5, lost, 15_000, 30_000],
  ["long after the cap", 5_000, lost, 15_000, 30_000],
  ["a refused key begins alike", 0, refusedKey, 500, 1_000],
  ["a refused key waits longer in the end", 99, refusedKey, 150_000, 300_000],
  ["a forbidden key as well", 99, { ...refusedKey, status: 403 }, 150_000, 300_000],
  ["other statuses do not", 99, { ...refusedKey, status: 503 }, 15_000, 30_000],
  ["Retry-After: 0 changes nothing", 0, { ...lost, retryAfterMs: 0 }, 500, 1_000],
  ["Retry-After comes first, then the spread", 0, { ...lost, retryAfterMs: 60_000 }, 60_500, 61_000],
])("%s", (_name, failures, failure, least, most) => {
  expect(backoffMs(failures, failure, () => 0)).toBe(least);
  expect(backoffMs(failures, failure, () => 1)).toBe(most);
});

test("always within half and whole of the wait, and never inside Retry-After", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3_600_000), (n, chance, retryAfterMs) => {
      const full = Math.min(30_000, 2 ** n * 1_000);
      const wait = backoffMs(n, lost, () => chance);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
      expect(backoffMs(n, { ...lost, retryAfterMs }, () => chance)).toBeGreaterThanOrEqual(retryAfterMs);
    }),
    { seed: 20_261_124 },
  );
});
