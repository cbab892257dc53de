/** What `explain` tells: every step of one evaluation, in order. */

import type { JsonValue } from "./json.ts";

export type TruthWord = "true" | "false" | "unknown";

/** One condition that was looked at; `path` is a JSON Pointer into the tree it belongs to. */
export interface ConditionTrace {
  readonly path: string;
  readonly result: TruthWord;
  /** The attribute and what it held; absent for `all`, `any`, `not` and `segment`. */
  readonly attribute?: string;
  readonly actual?: JsonValue;
  readonly expected: JsonValue;
}

export type TraceStep =
  | { readonly step: "killed" }
  | {
      readonly step: "requires";
      readonly flag: string;
      readonly variant: string | readonly string[];
      readonly served: string | null;
      readonly holds: boolean;
    }
  | { readonly step: "override"; readonly variant: string; readonly applies: boolean }
  | { readonly step: "pin"; readonly variant: string; readonly applies: boolean; readonly why?: string }
  | { readonly step: "target"; readonly variant: string }
  | { readonly step: "rule"; readonly ruleId: string; readonly result: TruthWord; readonly conditions: readonly ConditionTrace[] }
  | { readonly step: "default" }
  | { readonly step: "ineligible"; readonly variant: string; readonly conditions: readonly ConditionTrace[] }
  | {
      readonly step: "split";
      readonly by: string;
      readonly unit: string | null;
      readonly slot: number | null;
      readonly offset: number;
      /** The range that covers the slot, half open; null where the rest takes it. */
      readonly range: readonly [from: number, to: number] | null;
      /** Null is the way on to the next rule. */
      readonly variant: string | null;
    }
  | { readonly step: "stopped"; readonly variant: string }
  | {
      readonly step: "only";
      readonly variant: string;
      readonly result: TruthWord;
      readonly conditions: readonly ConditionTrace[];
    }
  | { readonly step: "fallback"; readonly variant: string; readonly applies: boolean; readonly why?: string };
