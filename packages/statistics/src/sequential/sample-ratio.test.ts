/** Sample ratio mismatch against values at 50 digits and those of ssrm. */

import { describe, expect, test } from "vitest";
import { describeReferenceCases } from "../reference-cases.contract.ts";
import { addAssigned, changeShares, judgeSampleRatio, type SampleRatioEvidence, startSampleRatio } from "./sample-ratio.ts";

const add = (evidence: SampleRatioEvidence, looks: readonly (readonly number[])[]): SampleRatioEvidence =>
  looks.reduce(addAssigned, evidence);
const repeat = (times: number, counts: readonly number[]) => Array.from({ length: times }, () => counts);

describe("a sample ratio", () => {
  test("of looks at even shares, and of a ramp that changes its shares", () => {
    // mpmath: ln Γ at 50 digits.
    const even = add(startSampleRatio([1, 1]), [
      [260, 240],
      [270, 230],
      [255, 245],
    ]);
    expect(even.logBayesFactor).toBeCloseTo(0.5222249859693562, 9);
    expect(even.users).toBe(1_500);
    const ramp = addAssigned(changeShares(addAssigned(startSampleRatio([0.01, 0.99]), [30, 4_970]), [0.1, 0.9]), [520, 4_480]);
    expect(ramp.logBayesFactor).toBeCloseTo(2.5695991672713077, 9);
    expect(ramp.users).toBe(10_000);
  });

  test("that is off is found, and stays found", () => {
    const lost = add(startSampleRatio([1, 1]), repeat(12, [1_100, 1_000]));
    expect(judgeSampleRatio(lost)).toMatchObject({ isMismatch: true, posterior: expect.closeTo(1, 3) });
    const mended = add(changeShares(lost, [1, 1]), repeat(40, [1_000, 1_000]));
    expect(mended.logBayesFactor).toBeLessThan(lost.logBayesFactor);
    expect(judgeSampleRatio(mended)).toMatchObject({
      isMismatch: true,
      pAlwaysValid: judgeSampleRatio(lost).pAlwaysValid,
    });
  });

  test("that is right, or of nobody yet, is none", () => {
    const none = startSampleRatio([1, 2, 1]);
    expect(judgeSampleRatio(none)).toEqual({ logBayesFactor: 0, pAlwaysValid: 1, posterior: 0.5, isMismatch: false });
    expect(addAssigned(none, [0, 0, 0])).toEqual(none);
    expect(judgeSampleRatio(addAssigned(none, [250, 500, 250]))).toMatchObject({ isMismatch: false, pAlwaysValid: 1 });
    expect(startSampleRatio([0, 0]).shares).toEqual([Number.NaN, Number.NaN]);
  });
});

describeReferenceCases("srm", {
  dirichlet_multinomial_sequential: ({ increments, probabilities, dirichletAlpha, concentration }, expected) => {
    const start = startSampleRatio(probabilities as number[], concentration ?? (dirichletAlpha as number[]).length);
    const looks: SampleRatioEvidence[] = [];
    // ssrm's first tests begin even, and not in the shares that are tested.
    let evidence: SampleRatioEvidence = { ...start, weights: dirichletAlpha ?? start.weights };
    for (const counts of increments as number[][]) looks.push((evidence = addAssigned(evidence, counts)));
    const { logBayesFactor, pAlwaysValid, posterior } = judgeSampleRatio(evidence);
    const logM1 = looks.map((look, at) => look.logBayesFactor + (expected.logM0?.[at] ?? 0));
    return { logM1, logM0: expected.logM0, bayesFactor: Math.exp(logBayesFactor), p: pAlwaysValid, posterior };
  },
});
