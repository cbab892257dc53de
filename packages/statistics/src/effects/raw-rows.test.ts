/** Effects out of moments, against numpy and scipy on the raw rows: the same linear parts, their variances taken over users. */

import { expect, test } from "vitest";
import { ratioArm } from "./arm.ts";
import { cupedMeans, cupedRatios, cupedShares } from "./cuped.ts";
import { type Effect, estimateEffect } from "./effect.ts";
import { jointMomentsOfSums, type JointMoments, mergeJointMoments, pairOf } from "./moments.ts";
import { pooledShareZ } from "./pooled-tests.ts";
import { posteriorRead, powerOf } from "./power.ts";
import { welchTest } from "./welch.ts";

/** One user a row: y and d during the experiment, y and d before it. */
const CONTROL = [
  [9.4, 5, 7.6, 4],
  [2.7, 1, 8, 3],
  [1.5, 3, 2.8, 3],
  [1.3, 5, 4.8, 4],
  [1.4, 1, 3.3, 3],
  [9.4, 4, 9.8, 4],
  [4.3, 1, 6.6, 4],
  [1.8, 3, 0.7, 1],
  [10.6, 5, 2.1, 1],
  [2.4, 2, 2.8, 2],
  [2.6, 2, 2.9, 2],
  [6.3, 2, 12.5, 4],
];
const TREATMENT = [
  [12.8, 5, 4.8, 3],
  [7.5, 2, 8.2, 2],
  [4.3, 1, 2.5, 2],
  [23.1, 4, 5.4, 1],
  [2.4, 1, 1.4, 1],
  [5.4, 2, 3.2, 2],
  [5.4, 3, 4, 4],
  [10.9, 5, 3.8, 1],
  [3.5, 1, 6, 2],
  [19.2, 4, 12.2, 4],
];

/** Each user merged in alone, as telemetry does. */
const momentsOf = (rows: readonly (readonly number[])[]): JointMoments =>
  rows
    .map((row) =>
      jointMomentsOfSums(
        1,
        row,
        row.map((one) => row.map((other) => one * other)),
      ),
    )
    .reduce((sum, one) => mergeJointMoments(sum, one));

const [control, treatment] = [momentsOf(CONTROL), momentsOf(TREATMENT)];
const close = (actual: number, expected: number) => expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-10);

function check(effect: ReturnType<typeof estimateEffect>, estimate: number, standardError: number): Effect {
  close((effect as Effect).estimate, estimate);
  close((effect as Effect).standardError, standardError);
  return effect as Effect;
}

test("a ratio, absolute and relative", () => {
  const arms = [ratioArm(pairOf(control, 0, 1)), ratioArm(pairOf(treatment, 0, 1))] as const;
  const absolute = check(estimateEffect(...arms, "absolute"), 1.7955882352941184, 0.6195533730772455);
  close(absolute.degrees, 14.632279784334173);
  close(welchTest(absolute, 0.05, "two-sided").p, 0.011261391080824608);
  check(estimateEffect(...arms, "relative"), 1.136871508379889, 0.5388304964227267);
});

test("a mean, with what was before taken off it", () => {
  const arms = cupedMeans(pairOf(control, 0, 2), pairOf(treatment, 0, 2));
  close(arms.theta, 0.7228635574733692);
  const effect = estimateEffect(arms.control, arms.treatment, "absolute") as Effect;
  close(effect.estimate, 5.101501122557839);
  close(effect.degrees, 13.479956333007882);
  const { p, low, high } = welchTest(effect, 0.1, "two-sided");
  close(p, 0.03263999133815066);
  close(low, 1.317148773359949);
  close(high, 8.885853471755727);
});

test("a ratio, with the ratio of before taken off it", () => {
  const arms = cupedRatios(control, treatment);
  close(arms.theta, 0.8337844698298931);
  check(estimateEffect(arms.control, arms.treatment, "absolute"), 1.366026807785653, 0.4801612680818119);
  check(estimateEffect(arms.control, arms.treatment, "relative"), 0.8648959304415682, 0.39688935041504736);
});

test("shares, with those of before taken off them; and without, under one common share", () => {
  const arms = cupedShares({ n: 400, during: 60, before: 80, both: 30 }, { n: 380, during: 75, before: 70, both: 33 });
  close(arms.theta, 0.3057142857142837);
  check(estimateEffect(arms.control, arms.treatment, "absolute"), 0.05219548872180445, 0.025689640952585295);
  const { z, p } = pooledShareZ({ n: 380, events: 75 }, { n: 400, events: 60 });
  close(z, 1.747878588278809);
  close(p, 0.08048505321723105);
});

test("a posterior is read where its interval leaves 0 out", () => {
  // Prior N(0.05, 0.001), standard error 0.02: the posterior's mean is 0 − 1.96 and 0 + 1.96 of its deviation at these two estimates.
  const { below, above } = posteriorRead(0.05, { mean: 0.05, variance: 0.001 })(0.02, 1000);
  close(below, -0.02 - 1.959963984540054 * 0.02 * Math.sqrt(1.4));
  close(above, -0.02 + 1.959963984540054 * 0.02 * Math.sqrt(1.4));
  expect(powerOf(0.05, 0.02, 1000, posteriorRead(0.05, { mean: 0.05, variance: 0.001 }))).toBeGreaterThan(0.8);
});
