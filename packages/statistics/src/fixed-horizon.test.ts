/** Everything but the sequential tests, against the values that others publish for it. */

import { clopperPearsonLow } from "./effects/shares.ts";
import { probabilityBest, withFloor } from "./bandit/probability-best.ts";
import { betaChanceToWin } from "./bayes/beta.ts";
import { expectedLoss, FLAT_PRIOR, posteriorOf } from "./bayes/posterior.ts";
import { ratioVariance } from "./effects/arm.ts";
import { cupedMeans } from "./effects/cuped.ts";
import { type Effect, estimateEffect } from "./effects/effect.ts";
import { jointMomentsOfSums, pairOf } from "./effects/moments.ts";
import { pooledShareZ, pooledT } from "./effects/pooled-tests.ts";
import {
  additionalUsers,
  fixedRead,
  type Plan,
  posteriorRead,
  powerOfRelative,
  type ReadRule,
  smallestRelative,
  usersNeeded,
} from "./effects/power.ts";
import { clusteredQuantileArm } from "./effects/quantile.ts";
import { type Side, welchTest } from "./effects/welch.ts";
import { mcnemar } from "./eval-gate/mcnemar.ts";
import { compareSegments } from "./heterogeneity/segments.ts";
import { benjaminiHochberg, holm } from "./multiplicity/adjust.ts";
import { splitAlpha } from "./multiplicity/split-alpha.ts";
import { describeReferenceCases, type ReferenceCase } from "./reference-cases.contract.ts";
import { effectOf } from "./reference-effects.contract.ts";
import { sequentialRead } from "./sequential/confidence-sequence.ts";
import { goodnessOfFit } from "./shape/goodness-of-fit.ts";
import { kolmogorovSmirnov } from "./shape/kolmogorov-smirnov.ts";
import { binomialTail } from "./special/binomial.ts";
import { incompleteBeta, incompleteBetaInverse } from "./special/incomplete-beta.ts";
import { chiSquareTail, gammaLower } from "./special/incomplete-gamma.ts";
import { logGamma } from "./special/log-gamma.ts";
import { normalCdf, normalQuantile } from "./special/normal.ts";
import { studentTail, studentTailQuantile } from "./special/student-t.ts";

type Inputs = ReferenceCase["inputs"];

const welch = (side: Side) => (given: Inputs) => {
  const effect = effectOf(given);
  const { p, low, high } = welchTest(effect, given.alpha, side);
  return { effect: effect.estimate, se: effect.standardError, ci: [low, high], p };
};

const posterior = ({ priorMean: mean, priorVariance: variance, ...given }: Inputs) => {
  const prior = variance === undefined ? FLAT_PRIOR : { mean, variance };
  const of = posteriorOf(effectOf(given), prior, given.alpha ?? 0.05);
  return {
    effect: of.mean,
    sd: of.standardDeviation,
    ci: [of.low, of.high],
    chanceToWin: of.chanceToWin,
    risk: [of.risk.keep, of.risk.ship],
  };
};

const twoSided = welch("two-sided");

describeReferenceCases("special", {
  normal: ({ cdf, quantile }) => ({ cdf: cdf.map(normalCdf), quantile: quantile.map(normalQuantile) }),
  student_t: ({ cdf, quantile }) => ({
    cdf: cdf.map(([t, degrees]: number[]) => studentTail(-(t as number), degrees as number)),
    quantile: quantile.map(([p, degrees]: number[]) => -studentTailQuantile(p as number, degrees as number)),
  }),
  chi2_sf: ({ x_df }) => ({ sf: x_df.map(([x, degrees]: [number, number]) => chiSquareTail(x, degrees)) }),
  incomplete_beta_gamma: (given) => ({
    betaincReg: given.betaincReg_a_b_x.map(([a, b, x]: [number, number, number]) => incompleteBeta(a, b, x)),
    betaincRegInv: given.betaincRegInv_a_b_p.map(([a, b, p]: [number, number, number]) => incompleteBetaInverse(a, b, p)),
    gammaP: given.gammaP_a_x.map(([a, x]: [number, number]) => gammaLower(a, x)),
    lgamma: given.lgamma.map(logGamma),
  }),
});

describeReferenceCases("ab-fixed", {
  welch_two_sided: twoSided,
  welch_one_sided_greater: welch("greater"),
  welch_one_sided_lesser: welch("lesser"),
  pooled_t_two_sided: ({ mean1, var1, n1, mean2, var2, n2 }) => {
    const of = pooledT({ n: n1, mean: mean1, m2: var1 * (n1 - 1) }, { n: n2, mean: mean2, m2: var2 * (n2 - 1) });
    return { t: of.t, p: of.p, df: of.degrees };
  },
  pooled_proportion_z_two_sided: ({ x1, n1, x2, n2 }) => pooledShareZ({ n: n1, events: x1 }, { n: n2, events: x2 }),
});

describeReferenceCases("ratio", {
  welch_two_sided: twoSided,
  variance_of_ratio: ({ meanNum, varNum, meanDen, varDen, cov }) => ({
    variance: ratioVariance({ n: 2, meanY: meanNum, meanD: meanDen, m2Y: varNum, m2D: varDen, cYD: cov }),
  }),
});

describeReferenceCases("cuped", {
  welch_two_sided: twoSided,
  pooled_theta: (given) => {
    const [control, treatment] = [0, 1].map((arm) =>
      pairOf(
        jointMomentsOfSums(
          given.n[arm],
          [given.postSum[arm], given.preSum[arm]],
          [
            [given.postSumSq[arm], given.crossSum[arm]],
            [given.crossSum[arm], given.preSumSq[arm]],
          ],
        ),
        0,
        1,
      ),
    );
    return { theta: cupedMeans(control!, treatment!).theta };
  },
});

describeReferenceCases("quantile", {
  normal_effect_interval: posterior,
  clustered_quantile_variance: (given) => {
    const below = pairOf(
      jointMomentsOfSums(
        given.clusters,
        [given.indSum, given.sizeSum],
        [
          [given.indSumSq, given.crossSum],
          [given.crossSum, given.sizeSumSq],
        ],
      ),
      0,
      1,
    );
    const arm = clusteredQuantileArm({ ...given, share: given.nu }, below);
    return { variance: (arm.variance / arm.n) * given.n };
  },
});

describeReferenceCases("srm", {
  chi2_gof: ({ observed, expected }) => ({ ...goodnessOfFit(observed, expected) }),
  chi2_gof_weights: ({ counts, weights }, { below }) => {
    const p = goodnessOfFit(counts, weights)?.p ?? 1;
    return { p, below: p < below ? below : p };
  },
});

describeReferenceCases("multiple", {
  holm: ({ p }) => ({ adjusted: holm(p) }),
  benjamini_hochberg: ({ p }) => ({ adjusted: benjaminiHochberg(p) }),
  preferential_bonferroni: (given) => {
    const { primary, secondary } = splitAlpha(given);
    return { primaryAlpha: primary, secondaryAlpha: secondary };
  },
});

describeReferenceCases("bayes", {
  normal_posterior_effect: posterior,
  normal_expected_loss: ({ cases }) => ({
    risk: cases.map(([mean, deviation]: [number, number]) => {
      const { keep, ship } = expectedLoss(mean, deviation);
      return [keep, ship];
    }),
  }),
  beta_chance_to_win: ({ control, treatment, prior }) => ({
    chanceToWin: betaChanceToWin(
      { events: control[0], n: control[1] },
      { events: treatment[0], n: treatment[1] },
      { events: prior[0], others: prior[1] },
    ),
  }),
});

describeReferenceCases("bandit", {
  probability_best_normal: ({ means, sds }) => ({
    probabilityBest: probabilityBest(means.map((mean: number, at: number) => ({ mean, standardDeviation: sds[at] }))),
  }),
  additive_weight_floor: ({ raw, floors }) => ({ weights: floors.map((floor: number) => withFloor(raw, floor)) }),
});

const planOf = ({ mean, variance, totalUsers, variations }: Inputs): Plan => ({
  control: totalUsers / variations,
  treatment: totalUsers / variations,
  mean,
  variance,
});

describeReferenceCases("power", {
  power_relative_two_sided: (given) => ({
    power: powerOfRelative(planOf(given), given.relativeEffect, fixedRead(given.alpha)),
  }),
  mde_relative_two_sided: (given) => ({ mde: smallestRelative(planOf(given), given.power, fixedRead(given.alpha)) }),
  sample_size_two_sided: (given) => ({
    total: usersNeeded({ ...given, effect: given.absoluteMde, shares: given.allocation }),
  }),
  mid_experiment_scaling: (given) => {
    const running = effectOf({ ...given, difference: "relative" });
    const more = (rule: ReadRule) => additionalUsers(running, given.targetMde, given.power, rule);
    return {
      fixed: more(fixedRead(given.alpha)),
      sequentialNStar5000: more(sequentialRead({ alpha: given.alpha, tightestAt: 5000 })),
      "bayesPrior_mean0.05_var0.001": more(posteriorRead(given.alpha, { mean: 0.05, variance: 0.001 })),
    };
  },
  difference_variance: ({ meanA, varA, nA, meanB, varB, nB }) => {
    const arms = [
      { n: nA, estimate: meanA, variance: varA },
      { n: nB, estimate: meanB, variance: varB },
    ] as const;
    const variance = (scale: "absolute" | "relative") => (estimateEffect(...arms, scale) as Effect).standardError ** 2;
    return { absolute: variance("absolute"), relative: variance("relative") };
  },
});

describeReferenceCases("drift", {
  ks_two_sample: ({ a, b }) => {
    const of = kolmogorovSmirnov(a, b);
    return { statistic: of?.distance, pExact: of?.p };
  },
});

describeReferenceCases("heterogeneity", {
  dersimonian_laird_and_q: ({ tables }) => {
    const of = compareSegments(
      tables.map(([a, b, c, d]: [number, number, number, number]) => ({
        estimate: Math.log(a / (a + b) / (c / (c + d))),
        variance: 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d),
      })),
    )!;
    const pooled = ({ estimate, standardError }: typeof of.fixed) => ({ estimate, se: standardError });
    return {
      Q: of.q,
      df: of.degrees,
      tau2: of.variance,
      I2pct: 100 * of.share,
      random: pooled(of.random),
      fixed: pooled(of.fixed),
    };
  },
});

describeReferenceCases("eval-gate", {
  mcnemar_chi2_corrected: ({ onlyFirst, onlySecond }) => ({ ...mcnemar(onlyFirst, onlySecond) }),
  binomial_test_greater: ({ k, n, p0 }) => ({
    p: binomialTail(k, n, p0),
    clopperPearsonLower95: clopperPearsonLow({ n, events: k }, 0.05),
  }),
});
