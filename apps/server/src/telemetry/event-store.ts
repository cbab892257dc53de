/** The part of the telemetry store that keeps single events, and what can be asked of them. */

import type { MetricDimension, ModelAnswered, StoredEvent, TelemetryEvent, ValueMetric, VariantMetrics } from "@dimmer/protocol";
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

/** Of one variant, in one point of time (all of it for null) and for one value of the dimension. */
export interface MetricRow extends Omit<VariantMetrics, "ratingMean"> {
  readonly at: number | null;
  readonly ratingSum: number;
}

/** A model that answered, and whether it could be priced. */
export interface ModelRow extends Omit<ModelAnswered, "lastAt"> {
  readonly lastAt: number;
}

export interface EventStore {
  /** Stores all of them or none, each event at most once by its id in its environment; how many of each had come before, in order. */
  appendEvents(received: readonly ReceivedEvents[]): Promise<{ readonly repeated: readonly number[] }>;
  metrics(place: Place, question: MetricQuestion): Promise<readonly MetricRow[]>;
  values(place: Place, span: Span, flag: string): Promise<readonly ValueMetric[]>;
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
