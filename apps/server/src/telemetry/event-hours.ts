/** What is asked of single hours of variants, to hold them against their past. */

import type { Place } from "../delivery/snapshot-hub.ts";
import type { Span } from "./telemetry-store.ts";

export interface HourQuestion extends Span {
  readonly asked: readonly AskedVariant[];
}

/** Shape: each variant of a flag once. */
export interface AskedVariant {
  readonly flag: string;
  readonly variant: string;
  /** Null for any. */
  readonly valueVersion: number | null;
  /** Calls that took longer are slow; null where nobody asks. */
  readonly slowMs: number | null;
}

interface OfVariant {
  readonly flag: string;
  readonly variant: string;
}

/** Shape: `at` is the beginning of the hour; calls and runs that the app itself ended are in no count. */
export interface HourRow extends OfVariant {
  readonly at: number;
  readonly runs: number;
  readonly generations: number;
  readonly errors: number;
  readonly refusals: number;
  /** Over the threshold, or failed. */
  readonly slow: number;
  readonly tokenCalls: number;
  readonly outputTokens: number;
  readonly priced: number;
  readonly costMicroUsd: number;
  /** Of the thumbs of each run the last, in the hour in which it was given. */
  readonly thumbsDown: number;
}

export interface HourScoreRow extends OfVariant {
  readonly at: number;
  readonly name: string;
  readonly count: number;
  readonly sum: number;
}

export interface AnsweredRow extends OfVariant {
  readonly provider: string | null;
  readonly model: string;
  readonly calls: number;
  readonly firstAt: number;
}

/** Shape: the bin's number is 20 times the logarithm of the tokens, rounded up. */
export interface InputSizeRow {
  readonly bin: number;
  readonly calls: number;
}

/** Each question of all variants asked for at once. */
export interface HourStore {
  hours(place: Place, question: HourQuestion): Promise<readonly HourRow[]>;
  hourScores(place: Place, question: HourQuestion): Promise<readonly HourScoreRow[]>;
  answered(place: Place, question: HourQuestion): Promise<readonly AnsweredRow[]>;
  inputSizes(place: Place, question: HourQuestion): Promise<readonly InputSizeRow[]>;
}
