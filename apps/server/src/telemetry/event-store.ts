/** The part of the telemetry store that keeps single events, and what can be asked of them. */

import type { MetricDimension, StoredEvent, TelemetryEvent } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { Span, TelemetrySource } from "./telemetry-store.ts";

/** An event with what it cost, where that is known, and who says so: `app`, or a price table with its version. */
export type KeptEvent = TelemetryEvent & { readonly priceFrom?: string | undefined };

/** Shape: `receivedAt` is the server's clock, epoch milliseconds. */
export interface ReceivedEvents extends Place {
  readonly source: TelemetrySource;
  readonly receivedAt: number;
  readonly events: readonly KeptEvent[];
}

export interface MetricQuestion extends Span {
  readonly flag: string;
  readonly by: MetricDimension;
  /** Milliseconds of one point; everything in one where it is null. */
  readonly stepMs: number | null;
}

/** Milliseconds, of what did not fail; null where there was none. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/**
 * What one variant did, in one point of time and for one value of the dimension.
 *
 * Shape:  counts and sums; money in micro-dollars. Of tokens and cost, sums are of those generations that told, and `…Unknown` is how
 *         many did not. `errors` has no call that the app itself ended.
 */
export interface MetricRow {
  readonly variant: string;
  readonly at: number | null;
  readonly part: string | null;
  readonly exposures: number;
  readonly people: number;
  readonly runs: number;
  readonly runsFallback: number;
  readonly runsDefault: number;
  readonly generations: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly refusals: number;
  readonly durationMs: Quantiles;
  readonly firstChunkMs: Quantiles;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly reasoningTokens: number;
  readonly usageUnknown: number;
  readonly costMicroUsd: number;
  readonly priced: number;
  readonly costUnknown: number;
  readonly toolCalls: number;
  readonly thumbsUp: number;
  readonly thumbsDown: number;
  readonly ratings: number;
  readonly ratingSum: number;
  readonly accepted: number;
  readonly edited: number;
  readonly retried: number;
  readonly abandoned: number;
}

/** A score or a metric of the app's own, by variant. */
export interface ValueRow {
  readonly kind: "score" | "metric";
  readonly variant: string;
  readonly name: string;
  readonly count: number;
  /** Of those with a value; null where none had. */
  readonly mean: number | null;
  readonly sum: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** A model that answered, and whether it could be priced. */
export interface ModelRow {
  readonly variant: string;
  readonly provider: string | null;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  readonly generations: number;
  readonly unpriced: number;
  readonly lastAt: number;
}

export interface EventStore {
  /** Stores all of them or none, each event at most once by its id in its environment; how many of each had come before, in order. */
  appendEvents(received: readonly ReceivedEvents[]): Promise<{ readonly repeated: readonly number[] }>;
  metrics(place: Place, question: MetricQuestion): Promise<readonly MetricRow[]>;
  values(place: Place, span: Span, flag: string): Promise<readonly ValueRow[]>;
  /** Of one flag, or of all for the empty text. */
  modelsAnswered(place: Place, span: Span, flag: string): Promise<readonly ModelRow[]>;
  /** Everything of one run, in the order in which it happened. */
  run(place: Place, run: string): Promise<readonly StoredEvent[]>;
  /** Of one person, or of all for the empty text, the newest first. */
  events(place: Place, question: EventQuestion): Promise<readonly StoredEvent[]>;
}

export interface EventQuestion extends Span {
  readonly targetingKey: string;
  readonly flag: string;
  readonly limit: number;
}

/** The methods that only read, and what they answer where nothing was ever kept. */
export const NO_EVENTS = {
  metrics: [],
  values: [],
  modelsAnswered: [],
  run: [],
  events: [],
} as const satisfies Partial<Record<keyof EventStore, readonly unknown[]>>;
