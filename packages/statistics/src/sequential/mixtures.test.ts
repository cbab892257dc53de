/** Mixture boundaries against those of confseq, and far from where they are tight. */

import { describe, expect, test } from "vitest";
import { describeReferenceCases, type ReferenceCase } from "../reference-cases.contract.ts";
import {
  betaBinomialMixture,
  betaBinomialMixtureOneSided,
  boundShare,
  gammaExponentialMixture,
  gammaPoissonMixture,
  type LogMixture,
  mixtureBound,
  normalMixture,
  normalMixtureOneSided,
} from "./mixtures.ts";

describe("a mixture", () => {
  const tuning = { variance: 50, alpha: 0.001 };
  const poisson = gammaPoissonMixture(tuning, 1);

  // mpmath at 30 digits, from the incomplete gamma integral.
  test.each([
    [75, 50, 4.359527990912676],
    [90, 50, 11.391724532160255],
    [50, 50, -1.2899570768979918],
    [0, 50, -3.424667428134494],
    [40_000, 10_000, 25442.534810381774],
    [0, 5_000, -8.009375161539483],
  ])("of %d events where %d were expected", (count, expected, log) => {
    expect(Math.abs(poisson(count - expected, expected) - log)).toBeLessThan(1e-12 * Math.max(1e3, expected, Math.abs(log)));
  });

  test("grows with the sum and is worth 1 where nothing has been seen", () => {
    const all: readonly LogMixture[] = [
      normalMixture(tuning),
      normalMixtureOneSided(tuning),
      poisson,
      gammaExponentialMixture(tuning, 1),
      betaBinomialMixture(tuning, { below: 0.3, above: 0.7 }),
      betaBinomialMixtureOneSided(tuning, { below: 0.3, above: 0.7 }),
    ];
    for (const mixture of all) {
      expect(mixture(0, 1e-9)).toBeCloseTo(0, 6);
      const grown = [5, 10, 20, 30].map((s) => mixture(s, 100));
      expect(grown).toEqual([...grown].sort((one, other) => one - other));
      expect(mixture(mixtureBound(mixture, 100, 0.01), 100)).toBeCloseTo(Math.log(100), 9);
    }
  });

  test("of a coin that hardly varies still begins with something", () => {
    expect(Number.isFinite(betaBinomialMixture({ variance: 1e-6, alpha: 0.05 }, { below: 0.5, above: 0.5 })(3, 5))).toBe(true);
  });
});

describe("a share that holds at every look", () => {
  test("of nothing, none and all is open towards its end", () => {
    expect(boundShare({ successes: 0, trials: 0 }, { alpha: 0.05 })).toEqual({ low: 0, high: 1 });
    const none = boundShare({ successes: 0, trials: 500 }, { alpha: 0.05 });
    expect(none.low).toBe(0);
    expect(none.high).toBeLessThan(0.03);
    const all = boundShare({ successes: 500, trials: 500 }, { alpha: 0.05 });
    expect([all.low, all.high]).toEqual([expect.closeTo(1 - none.high, 9), 1]);
  });
});

const check =
  (make: (inputs: ReferenceCase["inputs"]) => LogMixture) =>
  (inputs: ReferenceCase["inputs"]): object => {
    const mixture = make(inputs);
    const { s, v, vOpt, alphaOpt, alpha } = inputs as Record<string, number>;
    // ρ of the tuning, read back from the mixture at a sum of 0: ½ ln(ρ/(v + ρ)).
    const share = Math.exp(2 * normalMixture(tuned({ vOpt, alphaOpt }))(0, 1));
    return {
      rho: share / (1 - share),
      logMixture: mixture(s as number, v as number),
      bound: mixtureBound(mixture, v as number, alpha as number),
    };
  };
const tuned = ({ vOpt, alphaOpt }: ReferenceCase["inputs"]) => ({ variance: vOpt as number, alpha: alphaOpt as number });
const range = ({ g, h }: ReferenceCase["inputs"]) => ({ below: g as number, above: h as number });

describeReferenceCases("sequential", {
  normal_mixture_two_sided: check((inputs) => normalMixture(tuned(inputs))),
  normal_mixture_one_sided: check((inputs) => normalMixtureOneSided(tuned(inputs))),
  beta_binomial_mixture_two_sided: check((inputs) => betaBinomialMixture(tuned(inputs), range(inputs))),
  beta_binomial_mixture_one_sided: check((inputs) => betaBinomialMixtureOneSided(tuned(inputs), range(inputs))),
  gamma_poisson_mixture_one_sided: check((inputs) => gammaPoissonMixture(tuned(inputs), inputs.c as number)),
  gamma_exponential_mixture_one_sided: check((inputs) => gammaExponentialMixture(tuned(inputs), inputs.c as number)),
  bernoulli_confidence_sequence: ({ cases, alphaOpt }) => ({
    ci: (cases as number[][]).map(([successes = 0, trials = 0, alpha = 0, tightestAt = 0]) => {
      const { low, high } = boundShare({ successes, trials }, { alpha, tightestAt, tunedFor: alphaOpt as number });
      return [low, high];
    }),
  }),
});
