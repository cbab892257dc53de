/** Who spends most: what the calls of models cost, by whom, by what and where. */

import { z } from "zod";

/** `person` is the targeting key, or its hash where the project keeps hashes. */
export const SPENDER_DIMENSIONS = ["person", "flag", "variant", "model", "provider", "rule", "conversation", "task"] as const;
export const SpenderDimension = z.enum(SPENDER_DIMENSIONS);
export type SpenderDimension = z.infer<typeof SpenderDimension>;

export interface Spender {
  /** Null for what was not told. */
  readonly name: string | null;
  readonly costMicroUsd: number;
  /** Of all that was spent in the time asked; null where nothing was. */
  readonly share: number | null;
  readonly calls: number;
  /** Calls whose cost is not known, and in no sum. */
  readonly unpriced: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly people: number;
}

export interface SpendersView {
  readonly asOf: string;
  readonly since: string;
  readonly until: string;
  readonly by: SpenderDimension;
  readonly allMicroUsd: number;
  /** The dearest first. */
  readonly items: readonly Spender[];
}

export interface SpenderQuery {
  readonly by: SpenderDimension;
  readonly hours?: number | undefined;
  readonly flag?: string | undefined;
  readonly limit?: number | undefined;
}
