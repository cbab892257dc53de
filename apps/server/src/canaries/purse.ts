/** What one replay may spend: each call is held to it before it leaves. */

import { sayDollars } from "@dimmer/evaluation";

export interface Purse {
  /** Why a call may not be made; undefined where what it may cost is held back. */
  hold(model: string, estimateMicroUsd: number | undefined): string | undefined;
  /** Puts what a call did cost in place of what was held; null where nobody knows, which leaves it held. */
  settle(estimateMicroUsd: number | undefined, costMicroUsd: number | null): void;
  /** What was spent, and what is held and nobody told of. */
  spentMicroUsd(): number;
}

/** Shape: never more than `mostMicroUsd` is held and spent together, as far as estimates hold. */
export function openPurse(mostMicroUsd: number): Purse {
  let held = 0;
  let spent = 0;
  return {
    hold(model, estimate) {
      if (estimate === undefined) return `No price of ${model} is known, so the budget of the set cannot hold it.`;
      if (held + spent + estimate > mostMicroUsd)
        return `What is left of the day's budget of the set, ${sayDollars(mostMicroUsd)} for this replay, does not reach to its end.`;
      held += estimate;
      return undefined;
    },
    settle(estimate, cost) {
      if (cost === null) return;
      held -= estimate ?? 0;
      spent += cost;
    },
    spentMicroUsd: () => held + spent,
  };
}
