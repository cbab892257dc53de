/** The effects of the collected reference values, from sums under the names of whoever gave them. */

import { type Arm, meanArm, ratioArm, shareArm } from "./effects/arm.ts";
import { cupedMeans, cupedRatios, cupedShares } from "./effects/cuped.ts";
import { type Effect, estimateEffect } from "./effects/effect.ts";
import { jointMomentsOfSums, type JointMoments, momentsOfSums, pairOf } from "./effects/moments.ts";
import { quantileArm } from "./effects/quantile.ts";
import type { ReferenceCase } from "./reference-cases.contract.ts";

type Inputs = ReferenceCase["inputs"];

/** The moments of what a case gives as sums under its own names, one list of sums of products a row. */
function jointOf(given: Inputs): JointMoments {
  switch (given.type) {
    case "ratio":
      return jointMomentsOfSums(
        given.n,
        [given.numSum, given.denSum],
        [
          [given.numSumSq, given.crossSum],
          [given.crossSum, given.denSumSq],
        ],
      );
    case "cuped":
      return jointMomentsOfSums(
        given.n,
        [given.postSum, given.preSum],
        [
          [given.postSumSq, given.crossSum],
          [given.crossSum, given.preSumSq],
        ],
      );
    default:
      return jointMomentsOfSums(
        given.n,
        [given.numPostSum, given.denPostSum, given.numPreSum, given.denPreSum],
        [
          [given.numPostSumSq, given.numPost_denPost, given.numPost_numPre, given.numPost_denPre],
          [given.numPost_denPost, given.denPostSumSq, given.numPre_denPost, given.denPost_denPre],
          [given.numPost_numPre, given.numPre_denPost, given.numPreSumSq, given.numPre_denPre],
          [given.numPost_denPre, given.denPost_denPre, given.numPre_denPre, given.denPreSumSq],
        ],
      );
  }
}

const countsOf = ({ n, postSum, preSum, crossSum }: Inputs) => ({ n, during: postSum, before: preSum, both: crossSum });

function armsOf({ control, treatment }: Inputs): { control: Arm; treatment: Arm } {
  const both = (of: (given: Inputs) => Arm) => ({ control: of(control), treatment: of(treatment) });
  switch (control.type) {
    case "mean":
      return both((given) => meanArm(momentsOfSums(given)));
    case "proportion":
      return both(({ n, sum }) => shareArm({ n, events: sum }));
    case "ratio":
      return both((given) => ratioArm(pairOf(jointOf(given), 0, 1)));
    case "quantile":
      return both((given) => quantileArm({ ...given, share: given.nu }));
    case "cuped":
      return cupedMeans(pairOf(jointOf(control), 0, 1), pairOf(jointOf(treatment), 0, 1));
    case "cuped_proportion":
      return cupedShares(countsOf(control), countsOf(treatment));
    default:
      return cupedRatios(jointOf(control), jointOf(treatment));
  }
}

/** The effect that a case is about. */
export function effectOf(given: Inputs): Effect {
  const { control, treatment } = armsOf(given);
  const effect = estimateEffect(control, treatment, given.difference);
  if ("none" in effect) throw new Error(`no effect: ${effect.none}`);
  return effect;
}
