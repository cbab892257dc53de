/** The eval gate: what it lets pass, what it refuses, and what it does not decide. */

import { describe, expect, test } from "vitest";
import { alphaOfLook, compareEvals, EVAL_GATE, type EvalGateSettings, meanOfRepeats, type PairedItem } from "./compare-evals.ts";
import { comparePaired } from "./compare-paired.ts";

const items = (count: number, of: (at: number) => Partial<PairedItem>): PairedItem[] =>
  Array.from({ length: count }, (_, at) => ({ before: [1], after: [1], ...of(at) }));
const compare = (given: readonly PairedItem[], settings: Partial<EvalGateSettings> = {}) =>
  compareEvals(given, { ...EVAL_GATE, ...settings });

/** Of a fixed seed, in [0, 1). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("the paired estimate", () => {
  test("is that of scipy.stats.ttest_1samp on the differences", () => {
    // scipy: ttest_1samp([.1, .2, -.05, .0, .15], -.02, alternative='greater') and its one-sided 5 % bounds.
    const { difference, standardDeviation, low, high, pNotWorse } = comparePaired([0.1, 0.2, -0.05, 0, 0.15], 0.05, 0.02);
    expect(difference).toBeCloseTo(0.08, 12);
    expect(standardDeviation).toBeCloseTo(0.1036822068, 9);
    expect([low, high]).toEqual([expect.closeTo(-0.0188497, 6), expect.closeTo(0.1788497, 6)]);
    expect(pNotWorse).toBeCloseTo(0.0486264874, 9);
  });

  test("of fewer than two items says nothing", () => {
    expect(comparePaired([], 0.05, 0.02)).toEqual({
      items: 0,
      difference: 0,
      standardDeviation: 0,
      low: -1,
      high: 1,
      pNotWorse: 1,
    });
    expect(comparePaired([0.4], 0.05, 0.02)).toMatchObject({ difference: 0.4, low: -1, high: 1, pNotWorse: 1 });
  });

  test("without spread is no certainty: the bound is what could hide among items of which none differed", () => {
    expect(comparePaired([0, 0], 0.05, 0.02).low).toBeCloseTo(0.05 ** 0.5 - 1, 12);
    expect(comparePaired(Array<number>(148).fill(0), 0.05, 0.02).low).toBeLessThan(-0.02);
    expect(comparePaired(Array<number>(149).fill(0), 0.05, 0.02)).toMatchObject({ low: expect.closeTo(-0.0199, 3) });
    expect(comparePaired(Array<number>(149).fill(0), 0.05, 0.02).pNotWorse).toBeLessThan(0.05);
    expect(comparePaired([-0.1, -0.1, -0.1], 0.05, 0.02).pNotWorse).toBe(1);
    expect(comparePaired([1, 1], 0.05, 0.5).pNotWorse).toBe(0);
    // 0.1 · 3 is not 0.3: what differs by rounding alone has no spread.
    expect(comparePaired([0.1 + 0.2 - 0.3, 0, 0], 0.05, 0.02).standardDeviation).toBeLessThan(1e-12);
  });
});

describe("the gate", () => {
  test("passes what is no worse by the margin, and what is better", () => {
    const random = draws(7);
    const noisy = items(400, () => ({ before: [0.7 + random() / 10], after: [0.7 + random() / 10] }));
    expect(compare(noisy)).toMatchObject({ verdict: "not-worse", items: 400, pLoss: null });
    expect(compare(items(200, (at) => ({ before: [0], after: [at % 2] })))).toMatchObject({
      verdict: "better",
      wins: 100,
      losses: 0,
      ties: 100,
      pLoss: 1,
    });
  });

  test("refuses a loss, by the mean or by exact McNemar", () => {
    const lost = items(300, (at) => ({ after: [at < 30 ? 0 : 1] }));
    expect(compare(lost)).toMatchObject({ verdict: "worse", losses: 30, pLoss: expect.closeTo(2 ** -30, 15) });
    const graded = items(50, (at) => ({ before: [0.9], after: [at % 2 === 0 ? 0.5 : 0.6] }));
    expect(compare(graded)).toMatchObject({ verdict: "worse", pLoss: null });
    // Of single passes and fails McNemar decides: five losses of five have a p of 1/32, although the mean's upper bound is below 0.
    const five = compare(items(40, (at) => ({ after: [at < 5 ? 0 : 1] })));
    expect(five).toMatchObject({ verdict: "undecided", pLoss: expect.closeTo(1 / 32, 12) });
    expect(five.high).toBeLessThan(0);
    expect(compare(items(40, (at) => ({ after: [at < 6 ? 0 : 1] }))).verdict).toBe("worse");
  });

  test("too few items, or too much spread, are undecided, which is no pass", () => {
    expect(compare(items(20, () => ({}))).verdict).toBe("undecided");
    expect(compare([]).verdict).toBe("undecided");
    expect(compare(items(60, (at) => ({ before: [at % 2], after: [(at + 1) % 2] }))).verdict).toBe("undecided");
  });

  test("repeats are averaged within their item: they are no further items", () => {
    const once = compare(items(40, (at) => ({ before: [0.5], after: [at % 2 === 0 ? 0.4 : 0.7] })));
    const thrice = compare(
      items(40, (at) => ({ before: [0.4, 0.5, 0.6], after: at % 2 === 0 ? [0.3, 0.4, 0.5] : [0.6, 0.7, 0.8] })),
    );
    expect(thrice.items).toBe(40);
    expect(thrice.low).toBeCloseTo(once.low, 12);
    expect(meanOfRepeats([1, 0, 1])).toBeCloseTo(2 / 3, 15);
    expect(meanOfRepeats([])).toBeNaN();
  });

  test("each look at a candidate may spend half of what the one before might, so that all together spend α", () => {
    expect([1, 2, 3].map((look) => alphaOfLook(0.05, look))).toEqual([0.025, 0.0125, 0.00625]);
    const close = items(190, () => ({}));
    expect([compare(close), compare(close, { look: 2 })].map(({ verdict }) => verdict)).toEqual(["not-worse", "undecided"]);
  });

  test("a candidate that is worse by the margin passes in no more than the share that is allowed", () => {
    const random = draws(20_260_701);
    const runs = 300;
    let passed = 0;
    for (let run = 0; run < runs; run++) {
      const pairs = items(200, () => {
        const quality = random();
        return { before: [Math.min(1, quality)], after: [quality - 0.02 + (random() - 0.5) / 5] };
      });
      if (compare(pairs).verdict !== "undecided" && compare(pairs).low > -0.02) passed++;
    }
    // 2.5 % are allowed; three standard errors of the simulation beside.
    expect(passed / runs).toBeLessThan(0.025 + 3 * Math.sqrt((0.025 * 0.975) / runs));
  });
});
