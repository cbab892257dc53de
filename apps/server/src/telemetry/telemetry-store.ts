/** The port to wherever telemetry is kept. */

import type { DecisionPath } from "@dimmer/evaluation";
import type { AttributeType, ContextCount, EvaluationCount, TelemetryBatch } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import { type EventStore, NO_EVENTS } from "./event-store.ts";
import { type HabitStore, NO_HABITS } from "./habit-store.ts";

/** Who said so: stamped from the kind of key, never from what is claimed. */
export type TelemetrySource = "server" | "browser";

/** Shape: `receivedAt` is the server's clock, epoch milliseconds. */
export interface ReceivedBatch extends Place {
  readonly source: TelemetrySource;
  readonly receivedAt: number;
  readonly batch: TelemetryBatch;
}

/** Epoch milliseconds; `until` is not in it. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

export interface TotalRow extends Omit<EvaluationCount, "blocked"> {
  readonly lastAt: number;
}

export interface SeriesRow {
  readonly variant: string | null;
  readonly at: number;
  readonly count: number;
}

/** Shape: `lastAt` is the minute, or later the hour, in which the flag was last asked for; one that is not there counts too. */
export interface UseRow {
  readonly flag: string;
  readonly lastAt: number;
}

/** Shape: `day` is epoch milliseconds of its beginning, in UTC; without a flag it is everybody. */
export interface PeopleRow {
  readonly day: number;
  readonly flag: string | null;
  readonly path: DecisionPath | null;
  readonly rule: string | null;
  readonly sketch: string;
}

export interface AttributeRow {
  readonly path: string;
  readonly type: AttributeType;
  readonly lastDay: number;
}

/**
 * What is kept of telemetry, and what can be asked of it.
 *
 * Shape:  `append` commits all of its batches or none, each at most once by its id in its environment; it answers which of them it
 *         had already. Reads see everything appended before.
 * Errors: rejects with a `StoreGoneError` where the store cannot be reached for now: what was appended may be stored or not, and
 *         appending it again is safe. A question may reject with a `QuestionTooLargeError`. Anything else is a fault of the store.
 * Source: ADR-0027.
 */
export interface TelemetryStore extends EventStore, HabitStore {
  append(batches: readonly ReceivedBatch[]): Promise<{ readonly repeated: readonly string[] }>;
  totals(place: Place, span: Span, flag?: string): Promise<readonly TotalRow[]>;
  series(place: Place, span: Span, stepMs: number, flag: string): Promise<readonly SeriesRow[]>;
  /** Once for each flag, the one asked for last first. */
  uses(place: Place, span: Span): Promise<readonly UseRow[]>;
  /** The beginnings, in UTC, of the days in which anything was counted, in order. */
  days(place: Place, span: Span): Promise<readonly number[]>;
  people(place: Place, span: Span): Promise<readonly PeopleRow[]>;
  attributes(place: Place): Promise<readonly AttributeRow[]>;
  /** Sums of the days in the span, by path. */
  contexts(place: Place, span: Span): Promise<readonly ContextCount[]>;
  close(): Promise<void>;
}

/** The methods that only read, and what they answer where nothing was ever kept. */
export const NOTHING_KEPT = {
  totals: [],
  series: [],
  uses: [],
  days: [],
  people: [],
  attributes: [],
  contexts: [],
  ...NO_EVENTS,
  ...NO_HABITS,
} as const satisfies Partial<Record<keyof TelemetryStore, readonly unknown[]>>;

/** Shape: `wasAsked` tells that the call had reached the store, which then went away over it. */
export class StoreGoneError extends Error {
  override readonly name = "StoreGoneError";
  readonly wasAsked: boolean;

  constructor(message: string, wasAsked = false) {
    super(message);
    this.wasAsked = wasAsked;
  }
}

/** A question that needs more time or memory than one may have; the store goes on without it. */
export class QuestionTooLargeError extends Error {
  override readonly name = "QuestionTooLargeError";
}
