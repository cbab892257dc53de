/** What became of model calls since the server started, by flag and variant, for whoever watches from outside: bounded in how many. */

import type { Snapshot } from "@dimmer/evaluation";
import type { Place } from "../delivery/snapshot-hub.ts";
import { isUnpriced } from "./alarm-unpriced.ts";
import type { KeptEvent } from "./event-store.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";

/** Shape: `flag` and `variant` are `OTHERS` for all that came after there were enough of them. */
export interface VariantCount extends Place {
  readonly flag: string;
  readonly variant: string;
  readonly calls: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
  /** Calls whose cost is not known although their tokens are. */
  readonly unpriced: number;
}

/** What some events add to it. */
export type CallCount = Omit<VariantCount, keyof Place>;

export interface VariantCounts {
  add(place: Place, calls: readonly CallCount[]): void;
  all(): readonly VariantCount[];
}

/** No key of a flag or variant, as neither may have a space. */
export const OTHERS = "all others";

/**
 * Shape:  the first `variantCounts` of the installation, and one sum for the rest of each environment, so that counters never fall. What
 *         the environment has no flag or variant of is among the rest: nobody may choose what stands there. Left out is what is in no
 *         metric.
 * Errors: none.
 */
export function openVariantCounts(snapshotOf: (place: Place) => Pick<Snapshot, "flags"> | undefined): VariantCounts {
  const counts = new Map<string, Counting<VariantCount>>();
  const countOf = (place: Place, flag: string, variant: string): Counting<VariantCount> => {
    const name = JSON.stringify([place.project, place.environment, flag, variant]);
    const known = counts.get(name);
    if (known !== undefined) return known;
    if (counts.size >= TELEMETRY_LIMITS.variantCounts && flag !== OTHERS) return countOf(place, OTHERS, OTHERS);
    const { project, environment } = place;
    const fresh = { project, environment, flag, variant, ...NONE };
    counts.set(name, fresh);
    return fresh;
  };
  return {
    add(place, calls) {
      for (const call of calls) {
        const { flag, variant } = call;
        const isKnown = Object.hasOwn(snapshotOf(place)?.flags[flag]?.variants ?? {}, variant);
        const count = isKnown ? countOf(place, flag, variant) : countOf(place, OTHERS, OTHERS);
        for (const sum of SUMS) count[sum] += call[sum];
      }
    },
    all: () => Array.from(counts.values()),
  };
}

/** Of the model calls among events, by variant. What the app itself ended is no error. */
export function countCalls(events: readonly KeptEvent[]): readonly CallCount[] {
  const counts = new Map<string, Map<string, Counting<CallCount>>>();
  for (const event of events) {
    if (event.kind !== "generation" || event.served === undefined) continue;
    if (event.served.overridden === true || event.shadow === true) continue;
    const { flag, variant } = event.served;
    const ofFlag = counts.get(flag) ?? new Map<string, Counting<CallCount>>();
    const count = ofFlag.get(variant) ?? { flag, variant, ...NONE };
    counts.set(flag, ofFlag.set(variant, count));
    count.calls++;
    if (event.errorType !== undefined && event.errorType !== "aborted") count.errors++;
    count.inputTokens += event.inputTokens ?? 0;
    count.outputTokens += event.outputTokens ?? 0;
    count.costMicroUsd += event.costMicroUsd ?? 0;
    if (isUnpriced(event)) count.unpriced++;
  }
  return Array.from(counts.values(), (ofFlag) => Array.from(ofFlag.values())).flat();
}

const NONE = { calls: 0, errors: 0, inputTokens: 0, outputTokens: 0, costMicroUsd: 0, unpriced: 0 };
const SUMS = Object.keys(NONE) as readonly (keyof typeof NONE)[];

type Counting<T> = { -readonly [K in keyof T]: T[K] };
