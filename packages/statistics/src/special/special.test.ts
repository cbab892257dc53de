/** Special functions against scipy and R, above all far out in the tails. */

import { describe, expect, test } from "vitest";
import { binomialTail } from "./binomial.ts";
import { incompleteBeta } from "./incomplete-beta.ts";
import { logGamma } from "./log-gamma.ts";
import { studentTail, studentTailQuantile } from "./student-t.ts";

const close = (actual: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(actual - expected), `${actual} is ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected));

describe("special functions", () => {
  test("the logarithm of gamma", () => {
    for (const [x, expected] of [
      [0.5, 0.5723649429247001],
      [1e-5, 11.512919692895826],
      [1, 0],
      [4, Math.log(6)],
      [11.5, 16.292000476567242],
      [171, 706.5730622457874],
      [1_000_000.5, 12_815_511.476902766],
    ] as const)
      expect(logGamma(x)).toBeCloseTo(expected, expected > 1e6 ? 5 : 11);
    expect([logGamma(0), logGamma(-1), logGamma(Number.NaN)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("the incomplete beta, on both sides of its turning point and at the ends", () => {
    close(incompleteBeta(250, 20_000, 0.01), 0.0006518824255822822);
    close(incompleteBeta(3, 2.5, 0.01), 6.488819736990204e-6);
    close(incompleteBeta(20_000, 980_000, 0.02), 0.5009118684755307);
    close(incompleteBeta(2, 3, 0.9), 0.9963);
    expect([incompleteBeta(2, 3, 0), incompleteBeta(2, 3, 1)]).toEqual([0, 1]);
    for (const [a, b, x] of [
      [0, 1, 0.5],
      [1, 0, 0.5],
      [1, 1, -0.1],
      [1, 1, 1.1],
    ] as const)
      expect(incompleteBeta(a, b, x)).toBeNaN();
  });

  test("Student's t: a tail is small far out and never 0, and its quantile leads back", () => {
    close(studentTail(12, 30), 2.7900927075996303e-13);
    close(studentTail(6, 6867.3), 1.036756710855768e-9, 1e-8);
    close(studentTail(-2.5, 3.7), 0.9640889885440866);
    close(studentTail(1e8, 4), 3e-32);
    expect([studentTail(0, 3), studentTail(Number.POSITIVE_INFINITY, 3), studentTail(Number.NEGATIVE_INFINITY, 3)]).toEqual([
      0.5, 0, 1,
    ]);
    close(studentTailQuantile(0.025, 5), 2.5705818366147395);
    close(studentTailQuantile(0.0025, 6867.3), 2.8079414165797925);
    close(studentTailQuantile(0.975, 5), -2.5705818366147395);
    close(studentTail(studentTailQuantile(1e-14, 9), 9), 1e-14);
    expect([studentTailQuantile(0, 9), studentTailQuantile(1, 9)]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(studentTailQuantile(0.5, 9)).toBeCloseTo(0, 12);
  });

  test("the binomial's tail", () => {
    close(binomialTail(3, 15, 0.1), 0.18406106910639114);
    close(binomialTail(60, 60, 0.5), 2 ** -60);
    expect([binomialTail(0, 5, 0.5), binomialTail(6, 5, 0.5), binomialTail(0, 0, 0.5)]).toEqual([1, 0, 1]);
  });
});
