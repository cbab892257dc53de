/** Confidence sequences against values at 50 digits, gbstats and drconfseq. */

import { describe, expect, test } from "vitest";
import { describeReferenceCases, type ReferenceCase } from "../reference-cases.contract.ts";
import { effectOf } from "../reference-effects.contract.ts";
import {
  boundEffect,
  boundEffectOneSided,
  combineSteps,
  narrowInterval,
  type OneSide,
  tightestAtShare,
  tuneSequence,
  tuneSequenceExactly,
  unitMargin,
} from "./confidence-sequence.ts";

const SMALL = { estimate: 0.12, standardError: 0.04, n: 2_000 };
const FAR = { estimate: 0.5, standardError: 0.02, n: 100_000 };
const near = (value: number) => expect.closeTo(value, 14);

describe("an interval that holds at every look", () => {
  // mpmath; the one-sided p by bisection over alpha of the bound itself, not by the closed form that is coded.
  test("on both sides", () => {
    expect(boundEffect(SMALL, { alpha: 0.05, tightestAt: 5_000 })).toEqual({
      low: near(-0.004951163666989182),
      high: near(0.24495116366698919),
      p: near(0.06670175521542619),
    });
    expect(boundEffect(FAR, { alpha: 0.0025, tightestAt: 100_000 })).toEqual({
      low: near(0.42065478747990065),
      high: near(0.5793452125200994),
      p: expect.closeTo(4.059787730195395e-127, 139),
    });
  });

  test("on one side, and p as far out as a double goes", () => {
    expect(boundEffectOneSided(SMALL, "greater", { alpha: 0.05, tightestAt: 5_000 })).toEqual({
      low: near(0.00455944154628666),
      high: Number.POSITIVE_INFINITY,
      p: near(0.038870736372836785),
    });
    const far = boundEffectOneSided(FAR, "greater", { alpha: 0.0025, tightestAt: 100_000 });
    expect(far?.low).toBeCloseTo(0.4244840858102285, 14);
    expect((far?.p ?? 0) / 1.64868944756031e-126).toBeCloseTo(1, 10);
  });

  test("of the other side is its mirror", () => {
    const settings = { alpha: 0.01, tightestAt: 3_000 };
    const above = boundEffectOneSided(SMALL, "greater", settings);
    const below = boundEffectOneSided({ ...SMALL, estimate: -SMALL.estimate }, "lesser", settings);
    expect(below).toEqual({ low: Number.NEGATIVE_INFINITY, high: -(above?.low ?? 0), p: above?.p });
    expect(boundEffectOneSided(SMALL, "lesser", settings)).toMatchObject({ p: 0.5 });
    expect(boundEffectOneSided({ ...SMALL, estimate: 1e-9 }, "greater", settings)).toMatchObject({ p: 0.5 });
  });

  test("of nobody, or without spread, is none", () => {
    const settings = { alpha: 0.05, tightestAt: 5_000 };
    for (const nothing of [
      { n: 1 },
      { standardError: 0 },
      { standardError: Number.NaN },
      { standardError: Number.POSITIVE_INFINITY },
    ]) {
      expect(boundEffect({ ...SMALL, ...nothing }, settings)).toBeUndefined();
      expect(boundEffectOneSided({ ...SMALL, ...nothing }, "greater", settings)).toBeUndefined();
    }
  });

  test("only narrows", () => {
    const [first, second] = [SMALL, { ...SMALL, estimate: 0.1, standardError: 0.03 }].map((effect) =>
      boundEffect(effect, { alpha: 0.05, tightestAt: 5_000 }),
    );
    expect(narrowInterval(undefined, undefined)).toBeUndefined();
    expect(narrowInterval(undefined, first)).toBe(first);
    expect(narrowInterval(first, undefined)).toBe(first);
    expect(narrowInterval(first, second)).toEqual({ low: second?.low, high: second?.high, p: second?.p });
    expect(narrowInterval(second, { low: -1, high: 0.1, p: 1 })).toEqual({ low: second?.low, high: 0.1, p: second?.p });
    expect(narrowInterval(second, first)).toEqual(narrowInterval(first, second));
  });

  test("of a treated share of 1 % is tightest where a thousand are treated", () => {
    expect(tightestAtShare(0.01)).toBe(100_000);
    expect(tightestAtShare(0.5, 100)).toBe(200);
    const width = (users: number) => users * unitMargin(users, tuneSequence(users, 0.05), 0.05) ** 2;
    expect(
      [0.3, 3].every(
        (times) =>
          unitMargin(1_000, tuneSequence(1_000, 0.05), 0.05) < unitMargin(1_000, tuneSequence(1_000 * times, 0.05), 0.05),
      ),
    ).toBe(true);
    expect(width(10)).toBeCloseTo(width(1_000), 12);
  });
});

describe("steps of a ramp", () => {
  test("weigh as the harmonic size of their arms, each compared within itself", () => {
    const steps = [
      { estimate: 0.2, standardError: 0.1, treatedUsers: 100, controlUsers: 9_900 },
      { estimate: 0.1, standardError: 0.05, treatedUsers: 500, controlUsers: 4_500 },
    ];
    // h = 99 and 450.
    expect(combineSteps(steps)).toEqual({
      estimate: expect.closeTo((99 * 0.2 + 450 * 0.1) / 549, 15),
      standardError: expect.closeTo(Math.sqrt((99 * 0.1) ** 2 + (450 * 0.05) ** 2) / 549, 15),
      n: 15_000,
    });
  });

  test("that compare nothing are left out", () => {
    const step = { estimate: 0.2, standardError: 0.1, treatedUsers: 100, controlUsers: 100 };
    const empty = [
      { ...step, treatedUsers: 0 },
      { ...step, controlUsers: 0 },
      { ...step, standardError: 0 },
    ];
    expect(combineSteps(empty)).toBeUndefined();
    expect(combineSteps([...empty, step])).toEqual({ estimate: 0.2, standardError: 0.1, n: 200 });
  });
});

const settingsOf = ({ alpha, nStar }: ReferenceCase["inputs"]) => ({ alpha, tightestAt: nStar });
const oneSided = (side: OneSide) => (inputs: ReferenceCase["inputs"]) => {
  const { low, high, p } = boundEffectOneSided(effectOf(inputs), side, settingsOf(inputs))!;
  return { ci: [low, high], p };
};

describeReferenceCases("sequential", {
  asymptotic_cs_two_sided: (inputs) => {
    const { estimate, standardError, ...effect } = effectOf(inputs);
    const { low, high, p } = boundEffect({ estimate, standardError, ...effect }, settingsOf(inputs))!;
    return { effect: estimate, se: standardError, ci: [low, high], ciLower: low, p };
  },
  asymptotic_cs_one_sided_greater: oneSided("greater"),
  asymptotic_cs_one_sided_lesser: oneSided("lesser"),
  asymptotic_cs_best_rho2_exact: ({ tOpt, alpha }) => ({ rho2: tuneSequenceExactly(tOpt as number, alpha as number) }),
  asymptotic_cs_unit_margin: ({ t, rho2, alpha }) => ({
    margin: (t as number[]).map((size) => unitMargin(size, rho2 as number, alpha as number)),
  }),
});
