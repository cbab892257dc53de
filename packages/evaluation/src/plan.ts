/** One flag made ready: its variants, rules and splits as data that `evaluate` walks. */

import type { Evaluation, FallbackValue, FlagMetadata, Reason } from "./details.ts";
import type { PinPolicy, Requirement } from "./flag.ts";
import type { JsonValue } from "./json.ts";
import type { AttributePath } from "./run.ts";
import type { SnapshotFlag } from "./snapshot.ts";
import type { Condition } from "./targeting/condition.ts";

export interface Plan {
  readonly problem: undefined;
  readonly key: string;
  readonly source: SnapshotFlag;
  readonly base: FlagMetadata;
  readonly isEnabled: boolean;
  readonly requires: readonly Requirement[];
  readonly pin: PinPolicy | undefined;
  readonly variants: readonly PlanVariant[];
  /** Targeting key → what to serve. */
  readonly targets: ReadonlyMap<string, PlanServe> | undefined;
  readonly rules: readonly PlanRule[];
  readonly default: PlanServe;
  readonly fallback: readonly PlanFallback[];
  /** The fallback chain where it is the same for every context. */
  readonly chain: readonly FallbackValue[] | undefined;
  readonly constant: Evaluation | undefined;
}

/** A flag that cannot be used, and why: every evaluation of it is PARSE_ERROR. */
export interface BrokenPlan {
  readonly problem: string;
  readonly base: FlagMetadata;
}

export interface PlanVariant {
  readonly name: string;
  readonly value: JsonValue;
  readonly version: number;
  readonly pinEpoch: number;
  readonly isStopped: boolean;
  readonly only: Condition | undefined;
  readonly onlySource: unknown;
  /** Value versions that live pins may still hold. */
  readonly earlier: ReadonlyMap<number, JsonValue>;
}

export interface PlanFallback {
  readonly variant: PlanVariant;
  readonly value: FallbackValue;
  readonly when: Condition | undefined;
}

export interface PlanRule {
  readonly id: string;
  readonly whenSource: unknown;
  /** Compiled when first tested. */
  when: Condition | undefined;
  readonly serve: PlanServe;
}

/** How an answer came about. */
export interface Origin {
  readonly reason: Reason;
  readonly metadata: FlagMetadata;
}

export type PlanServe =
  | { readonly variant: PlanVariant; readonly split: undefined; readonly origin: Origin }
  | { readonly variant: undefined; readonly split: PlanSplit; readonly origin: Origin };

export interface PlanSplit {
  readonly by: string;
  readonly path: AttributePath;
  readonly salt: string;
  /** The salt made ready for hashing, see `prefixOf`. */
  readonly prefix: readonly number[] | undefined;
  readonly offset: number;
  /** Ends of the pieces that cover all slots, ascending; `holders[i]` has the slots below `ends[i]`. */
  readonly ends: readonly number[];
  /** Undefined is the way on to the next rule. */
  readonly holders: readonly (PlanVariant | undefined)[];
  /** All slots have one holder: no key is needed then. */
  readonly isForOne: boolean;
  /** Live variants that not everybody may have. */
  readonly restricted: readonly PlanVariant[];
  readonly else: PlanVariant | undefined;
  /** Undefined where everybody may have every live variant. */
  readonly ineligible: Origin | undefined;
}

export const newOrigin = (reason: Reason, metadata: FlagMetadata): Origin => ({ reason, metadata });

/** The answer that serves a variant; frozen, as it is handed to every caller. */
export function answerOf(flagKey: string, origin: Origin, variant: PlanVariant, chain: readonly FallbackValue[]): Evaluation {
  // Not a spread: that would give every answer a hidden class of its own, slow to read and 300 bytes each.
  const flagMetadata: FlagMetadata = Object.freeze(Object.assign({}, origin.metadata, { valueVersion: variant.version }));
  return Object.freeze({
    flagKey,
    value: variant.value,
    variant: variant.name,
    reason: origin.reason,
    flagMetadata,
    fallback: chain,
  });
}

/** Every fallback is stopped or does not hold: the caller's default, DISABLED, no error code. */
export function nothingLeft(flagKey: string, metadata: FlagMetadata): Evaluation {
  return Object.freeze({ flagKey, value: undefined, reason: "DISABLED", flagMetadata: Object.freeze(metadata), fallback: [] });
}
