/** What a rollout asks of the events: both arms of one split, counted by time, and added up by person. */

import type { Span } from "./telemetry-store.ts";

/** A split's address, and who is compared: what the split itself gave, no pin, no override, no fallback, nothing that nobody saw. */
export interface ArmsQuestion extends Span {
  readonly flag: string;
  /** Rule id, or `default`. */
  readonly rule: string;
  readonly treated: string;
  /** The other variants of the split. */
  readonly others: readonly string[];
}

export interface BucketQuestion extends ArmsQuestion {
  readonly lengthMs: number;
  /** What thumbs are for: runs that ended, or first calls where an app tells of no runs. */
  readonly unit: "run" | "generation";
  /** Above which a call is slow, or too dear; null where that is not asked. */
  readonly slowMs: number | null;
  readonly slowFirstChunkMs: number | null;
  readonly capMicroUsd: number | null;
  /** Names of events that must not happen. */
  readonly never: readonly string[];
}

/** One arm in one bucket. */
export interface BucketRow {
  /** Epoch milliseconds of its beginning. */
  readonly at: number;
  readonly isTreated: boolean;
  /** First calls; what the app itself ended is none. */
  readonly calls: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly refusals: number;
  /** What failed is slow, too. */
  readonly slow: number;
  readonly firstChunks: number;
  readonly slowFirstChunks: number;
  readonly priced: number;
  readonly overCap: number;
  readonly runs: number;
  readonly fallbacks: number;
  /** By the time of the run that they are about. */
  readonly thumbsDown: number;
  readonly retried: number;
  readonly abandoned: number;
  readonly exposures: number;
  readonly blocked: number;
  /** In the order of `never`. */
  readonly never: readonly number[];
  /** Model → calls that it answered. */
  readonly models: Readonly<Record<string, number>>;
}

export const PEOPLE_MEASURES = ["cost", "output_tokens", "duration", "told"] as const;

export interface PeopleQuestion extends ArmsQuestion {
  /** From when on it is asked who was met first; `since` is that of the step. */
  readonly startedAt: number;
  readonly measure: (typeof PEOPLE_MEASURES)[number];
  /** The name of the events, where they are told; else the empty text. */
  readonly event: string;
  /** Whether it is by the events, or by the person. */
  readonly per: "events" | "person";
  /** What is more counts as this; null for no bound. */
  readonly cap: number | null;
}

/** The people of one arm who were met first in the time asked: what each has (`y`) for how much (`d`). */
export interface PeopleSumsRow {
  readonly isTreated: boolean;
  /** All of them, and those of whom there is anything. */
  readonly met: number;
  readonly people: number;
  readonly meanY: number;
  readonly meanD: number;
  readonly squaresY: number;
  readonly squaresD: number;
  readonly products: number;
}

/** What is frozen before a rollout starts. */
export interface QuantilesRow {
  /** 95 of 100 calls that worked were done in this time; null where none was. */
  readonly durationMs: number | null;
  readonly firstChunkMs: number | null;
  /** 999 of 1,000 calls cost no more. */
  readonly costMicroUsd: number | null;
}

/** By how much people are alike, as sums over them: requests, and those of them in which it happened. */
export interface ClusterRow {
  readonly metric: string;
  readonly users: number;
  readonly requests: number;
  readonly events: number;
  readonly requestsSquared: number;
  readonly eventsSquared: number;
  readonly requestsTimesEvents: number;
}
