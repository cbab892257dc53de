/** What is asked of the events about an experiment, by people, and what comes back: counts, means and centred products, which merge. */

import type { Span } from "./telemetry-store.ts";

/** What is added up for each person. `people` is 1 for everybody. */
export type Term = BuiltInTerm | ToldTerm;
export const BUILT_IN_TERMS = [
  "people",
  "exposures",
  "calls",
  "errors",
  "timeouts",
  "refusals",
  "worked",
  "duration",
  "tokened",
  "output_tokens",
  "cost",
  "runs",
  "fallbacks",
  "thumbs_down",
  "thumbs_up",
  "accepted",
  "retried",
  "abandoned",
] as const;
export type BuiltInTerm = (typeof BUILT_IN_TERMS)[number];

/** Of events of one name. */
export interface ToldTerm {
  readonly kind: "metric" | "score";
  readonly event: string;
  /** What is more counts as this; null for no bound. */
  readonly cap: number | null;
  /** After the person's first exposure, of what names only them; null until the end. */
  readonly windowMs: number | null;
  /** Whether there was any, the sum of values, how many had one, or the sum with 1 for each that has none. */
  readonly take: "any" | "sum" | "valued" | "total";
}

/** A metric as sums of each person: a ratio of the two. */
export interface AskedRatio {
  readonly y: Term;
  readonly d: Term;
}

/** A quantile of the values of calls, or of told events. */
export interface AskedQuantile {
  readonly quantile: number;
  readonly of: "duration" | "first_chunk" | Omit<ToldTerm, "take">;
}

export interface ExperimentQuestion extends Span {
  readonly flag: string;
  /** Rule id, or `default`. */
  readonly address: string;
  readonly arms: readonly string[];
  readonly baseline: string;
  /** Where periods begin, epoch milliseconds, ascending; the first is `since`. People belong to that of their first exposure. */
  readonly periods: readonly number[];
  /** Whether people who met a second variant count for the first, by what that one did; else they are left out. */
  readonly keepsMovers: boolean;
  readonly ratios: readonly AskedRatio[];
  readonly quantiles: readonly AskedQuantile[];
}

/** Of four values a person: y and d since their first exposure, y and d in the week before it. */
export interface JointMoments {
  readonly n: number;
  readonly means: readonly number[];
  /** Σ(vᵢ − meanᵢ)(vⱼ − meanⱼ) at [i][j]; symmetric. */
  readonly products: readonly (readonly number[])[];
}

export type PeoplePart =
  | { readonly by: "period"; readonly period: number; readonly hasHistory: boolean }
  | { readonly by: "source"; readonly source: string }
  /** UTC, epoch milliseconds of its beginning. */
  | { readonly by: "day"; readonly day: number };

export interface PeopleRow {
  readonly variant: string;
  readonly part: PeoplePart;
  readonly people: number;
  /** Those who met another variant than the baseline in the week before: what they did then is no history. */
  readonly strayed: number;
  /** One for each asked ratio. */
  readonly moments: readonly JointMoments[];
}

export interface QuantileRow {
  /** Its place among those asked. */
  readonly place: number;
  readonly variant: string;
  readonly values: number;
  readonly quantile: number;
  /** At the ranks 1.96 standard errors to both sides. */
  readonly lower: number;
  readonly upper: number;
  /** By person: values up to the quantile, and values. */
  readonly below: JointMoments;
}

/** Where nothing was ever kept. */
export const noStatistics = ({ since, until, periods }: ExperimentQuestion): ExperimentStatistics => ({
  since,
  until,
  periods,
  movers: 0,
  unpriced: 0,
  rows: [],
  quantiles: [],
});

export interface ExperimentStatistics {
  readonly since: number;
  readonly until: number;
  readonly periods: readonly number[];
  /** People who met two variants. */
  readonly movers: number;
  /** Calls that worked and have no price. */
  readonly unpriced: number;
  readonly rows: readonly PeopleRow[];
  readonly quantiles: readonly QuantileRow[];
}
