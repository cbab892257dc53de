/** Two shares under Beta posteriors: which is the larger. */

import { type BetaPrior, probabilityBestShare } from "../bandit/probability-best.ts";
import type { ShareCounts } from "../effects/shares.ts";

/**
 * P(treatment's share > control's).
 *
 * Shape:  priors from ½; by quadrature, so two machines agree.
 * Errors: none.
 * Source: reference statistics 3.7.
 */
export const betaChanceToWin = (control: ShareCounts, treatment: ShareCounts, prior: BetaPrior): number =>
  probabilityBestShare([control, treatment], prior)[1] as number;
