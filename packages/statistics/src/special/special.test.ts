/** Special functions against values by mpmath (50 digits), scipy and R, above all far out in the tails. */

import { describe, expect, test } from "vitest";
import { binomialTail } from "./binomial.ts";
import { erfc } from "./error-function.ts";
import { bisect } from "./bisect.ts";
import { incompleteBeta, incompleteBetaInverse } from "./incomplete-beta.ts";
import { chiSquareTail, gammaLower, gammaUpper } from "./incomplete-gamma.ts";
import { gaussLegendre, integrate } from "./integrate.ts";
import { logGamma } from "./log-gamma.ts";
import { logSumExp } from "./log-sum-exp.ts";
import { logNormalTail, normalCdf, normalDensity, normalQuantile, normalTail } from "./normal.ts";
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

  test("erfc, on both sides of each of its approximations", () => {
    for (const [x, expected] of [
      [-30, 2],
      [-2, 1.9953222650189526],
      [-0.46, 1.4846553900016797],
      [0, 1],
      [0.1, 0.887537083981715],
      [0.47, 0.5062549491139179],
      [2, 0.004677734981047266],
      [3.99, 1.6739211364520814e-8],
      [4.01, 1.4196939421371052e-8],
      [26, 5.663192408856143e-296],
    ] as const)
      close(erfc(x), expected, 1e-14);
    expect(erfc(Number.NaN)).toBeNaN();
  });

  test("the normal distribution: both tails, far out too, and in logarithms where there is no double for them", () => {
    for (const [z, expected] of [
      [-37, 5.725571222524577e-300],
      [-20, 2.7536241186062337e-89],
      [-5, 2.866515718791939e-7],
      [-1, 0.15865525393145705],
      [0.3, 0.6179114221889526],
      [8, 0.9999999999999994],
    ] as const) {
      close(normalCdf(z), expected, 1e-14);
      close(normalTail(-z), expected, 1e-14);
    }
    for (const [z, expected] of [
      [-9, -1.1285884059538405e-19],
      [-1, -0.1727537790234499],
      [0.5, -1.1759117615936185],
      [1, -1.8410216450092636],
      [1.0001, -1.8411741625414106],
      [5, -15.064998393988725],
      [40, -804.6084420137538],
      [1e5, -5000000012.431864],
    ] as const)
      close(logNormalTail(z), expected, 1e-14);
    close(normalDensity(1), 0.24197072451914337, 1e-15);
    for (const [p, expected] of [
      [1e-300, -37.0470962993612],
      [1e-20, -9.262340089798409],
      [1e-9, -5.997807015007687],
      [0.01, -2.326347874040841],
      [0.07, -1.4757910281791706],
      [0.2, -0.8416212335729142],
      [0.99, 2.326347874040841],
    ] as const)
      close(normalQuantile(p), expected, 1e-13);
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("the incomplete gamma, both sides of it, and chi-square's tail", () => {
    for (const [a, x, expected] of [
      [0.5, 1e-8, 0.00011283791633342487],
      [3, 0.001, 1.6654171665278076e-10],
      [1000, 1100, 0.99894067674607],
      [1e5, 1e5, 0.5004205221103651],
    ] as const)
      close(gammaLower(a, x), expected);
    for (const [a, x, expected] of [
      [0.5, 1e-8, 0.9998871620836666],
      [3, 700, 2.4225323864783197e-299],
      [1000, 1100, 0.0010593232539299773],
      [1e5, 1.02e5, 1.6506061359362835e-10],
      [2, 50, 9.83662422461598e-21],
      [7, 7, 0.44971105584869886],
    ] as const)
      close(gammaUpper(a, x), expected);
    close(chiSquareTail(1400, 1), 2.1010145162642176e-306);
    close(chiSquareTail(10.8, 3), 0.012858001156297616);
    expect([chiSquareTail(0, 3), chiSquareTail(Number.POSITIVE_INFINITY, 3), gammaLower(2, 0)]).toEqual([1, 0, 0]);
    for (const of of [gammaLower, gammaUpper])
      expect([of(0, 1), of(1, -1), of(Number.NaN, 1), of(1, Number.NaN)]).toEqual(Array.from({ length: 4 }, () => Number.NaN));
  });

  test("the beta's quantile leads back", () => {
    close(incompleteBetaInverse(0.5, 2.5, 1e-6), 3.4697828e-13, 1e-8);
    close(incompleteBetaInverse(3, 1e4, 1e-12), 1.81702143e-8, 1e-8);
    close(incompleteBetaInverse(2.01, 3, 0.999999), 0.993713062, 1e-8);
    close(incompleteBetaInverse(500, 0.5, 0.5), 0.99954494, 1e-8);
    expect([incompleteBetaInverse(2, 3, 0), incompleteBetaInverse(2, 3, 1)]).toEqual([0, 1]);
    for (const [a, b, p] of [
      [0, 1, 0.5],
      [1, 0, 0.5],
      [1, 1, -0.1],
      [1, 1, 1.1],
    ] as const)
      expect(incompleteBetaInverse(a, b, p)).toBeNaN();
  });

  test("sums of what only logarithms can hold", () => {
    close(logSumExp([-1000, -1001, -1002]), -999.5923940355557);
    close(logSumExp([800, 800]), 800 + Math.LN2);
    expect([logSumExp([]), logSumExp([Number.NEGATIVE_INFINITY, 3]), logSumExp([Number.POSITIVE_INFINITY, 3])]).toEqual([
      Number.NEGATIVE_INFINITY,
      3,
      Number.POSITIVE_INFINITY,
    ]);
    expect(logSumExp([Number.NaN, 1])).toBeNaN();
  });

  test("a root by halving, to the neighbouring double; and around 0 it ends too", () => {
    close(
      bisect((x) => x * x < 2, 0, 2),
      Math.SQRT2,
      3e-16,
    );
    expect(Math.abs(bisect((x) => x < 0, -1, 3))).toBeLessThan(1e-59);
    expect(bisect(() => true, 0, 1)).toBe(1);
  });

  test("integrals: exact for polynomials, right for a bell that is cut where it turns", () => {
    close(
      integrate((x) => 64 * x ** 63, [0, 1]),
      1,
      1e-14,
    );
    close(integrate(normalDensity, [-9, -3, 0, 0, 3, 9]), 1, 1e-14);
    expect(integrate(() => 1, [])).toBe(0);
    expect(gaussLegendre(2).map(({ x, weight }) => [x, weight])).toEqual([
      [expect.closeTo(Math.sqrt(1 / 3), 15), expect.closeTo(1, 14)],
      [expect.closeTo(-Math.sqrt(1 / 3), 15), expect.closeTo(1, 14)],
    ]);
  });
});
