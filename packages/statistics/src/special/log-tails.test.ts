/** Logarithms of what itself would be 0: the incomplete beta and gamma far out, against mpmath at 40 digits. */

import { describe, expect, test } from "vitest";
import { logIncompleteBeta } from "./incomplete-beta.ts";
import { logGammaLower, logGammaUpper } from "./incomplete-gamma.ts";

const close = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));

describe("the logarithm of a tail", () => {
  test.each([
    [3, 2.5, 0.01, -11.945429902493785],
    [2, 3, 0.9, -0.0037068619313264752],
    [4_000, 6_000, 0.1, -3117.420616260527],
    [50, 2, 0.5, -31.399262489975783],
  ])("of the incomplete beta of %d, %d at %d", (a, b, x, log) => close(logIncompleteBeta(a, b, x), log));

  test.each([
    [3, 1, -2.5219682600313997, -0.08370926812584494],
    [3, 9, -0.006251696300014949, -5.078026663718686],
    [10, 2_000, 0, -1944.3891974568223],
    [5_000, 100, -14665.27238039303, 0],
    [100, 100, -0.6668971505852894, -0.720104893025474],
  ])("of the incomplete gamma of %d at %d, on both sides", (a, x, lower, upper) => {
    close(logGammaLower(a, x), lower);
    close(logGammaUpper(a, x), upper);
  });
});
