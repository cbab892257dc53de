/** The part of the telemetry store that keeps single events, and what can be asked of them. */

import type {
  EventFormat,
  MetricDimension,
  MetricPoint,
  ModelAnswered,
  ShadowMetrics,
  StoredEvent,
  TaskMetrics,
  TelemetryEvent,
  ValueMetric,
  VariantMetrics,
} from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { HourStore } from "./event-hours.ts";
import type { ExperimentQuestion, ExperimentStatistics } from "./experiment-question.ts";
import type {
  ArmsQuestion,
  BucketQuestion,
  BucketRow,
  ClusterRow,
  PeopleQuestion,
  PeopleSumsRow,
  QuantilesRow,
} from "./rollout-questions.ts";
import type { Span, TelemetrySource } from "./telemetry-store.ts";

/** An event with what it cost, where that is known, and who says so: `app`, or a price table with its version. */
export type KeptEvent = TelemetryEvent & { readonly priceFrom?: string | undefined };

/** Shape: `receivedAt` is the server's clock, epoch milliseconds. */
export interface ReceivedEvents extends Place {
  readonly source: TelemetrySource;
  readonly receivedAt: number;
  readonly events: readonly KeptEvent[];
}

/** Shape: `packed` is JSON of `KeptEvent[]`. */
export interface PackedEvents extends Omit<ReceivedEvents, "events"> {
  readonly packed: string;
  /** What targeting keys are hashed with before anything is stored; undefined where they are kept as they are. */
  readonly secret?: Uint8Array | undefined;
}

export interface MetricQuestion extends Span {
  readonly flag: string;
  readonly by: MetricDimension;
}

/** Of one variant, and for one value of the dimension. */
export interface MetricRow extends Omit<VariantMetrics, "ratingMean"> {
  readonly ratingSum: number;
}

export interface PointQuestion extends Span {
  readonly flag: string;
  readonly stepMs: number;
}

/** Of one variant in one step, epoch milliseconds of its beginning. */
export interface PointRow extends Omit<MetricPoint, "at"> {
  readonly variant: string;
  readonly at: number;
}

/** A model that answered, and whether it could be priced. */
export interface ModelRow extends Omit<ModelAnswered, "lastAt"> {
  readonly lastAt: number;
}

export interface EventStore extends HourStore {
  /** Stores all of them or none, each event at most once by its id in its environment; how many of each had come before, in order. */
  appendEvents(received: readonly PackedEvents[]): Promise<{ readonly repeated: readonly number[] }>;
  /** Quantiles are at most a hundredth more than the exact ones. */
  metrics(place: Place, question: MetricQuestion): Promise<readonly MetricRow[]>;
  /** The latest first, so that a flood of steps cuts off the oldest; quantiles as in `metrics`. */
  points(place: Place, question: PointQuestion): Promise<readonly PointRow[]>;
  values(place: Place, span: Span, flag: string): Promise<readonly ValueMetric[]>;
  /** What was told of metrics and scores, by variant; what names no flag belongs to the variant that its person had met first. */
  told(place: Place, question: ToldQuestion): Promise<readonly ToldRow[]>;
  bases(place: Place, span: Span, flag: string): Promise<readonly BaseRow[]>;
  /** Of the tasks that ended, by the variants that were involved in them. */
  tasks(place: Place, span: Span, flag: string): Promise<readonly TaskMetrics[]>;
  /** Of the calls whose answers nobody saw, by variant. */
  shadows(place: Place, span: Span, flag: string): Promise<readonly ShadowMetrics[]>;
  /** Both arms of a split by bucket, in the order of time; of what server keys told alone. */
  armBuckets(place: Place, question: BucketQuestion): Promise<readonly BucketRow[]>;
  /** Both arms of a split by person. */
  armPeople(place: Place, question: PeopleQuestion): Promise<readonly PeopleSumsRow[]>;
  /** Of the variants that are not treated. */
  armQuantiles(place: Place, question: ArmsQuestion): Promise<readonly QuantilesRow[]>;
  armClusters(place: Place, question: BucketQuestion): Promise<readonly ClusterRow[]>;
  /** Of one flag without what nobody saw, or of all with it for the empty text. */
  modelsAnswered(place: Place, span: Span, flag: string): Promise<readonly ModelRow[]>;
  /** The people who were given an arm, by their sums; of which nobody is named. */
  experiment(place: Place, question: ExperimentQuestion): Promise<ExperimentStatistics>;
  /** Everything of one run, in the order in which it happened. */
  run(place: Place, run: string): Promise<readonly StoredEvent[]>;
  /** Of one person, or of all where no key is named, the newest first. */
  events(place: Place, question: EventQuestion): Promise<readonly StoredEvent[]>;
  /** Writes events into a file of its own beside the store; whoever asked takes it away. Refused where there are too many. */
  exportEvents(place: Place, question: ExportQuestion): Promise<ExportedFile>;
  /** Takes a person out of all environments of a project: their events, those of their runs, and comments of others that name them. */
  forget(project: string, person: Forgettable): Promise<Forgotten>;
  /** Puts hashes in place of targeting keys, so many at a time; whether there may be more. */
  hashKeys(project: string, secret: Uint8Array): Promise<boolean>;
}

export interface EventQuestion extends Span {
  /** All that the person may stand under; none for everybody. */
  readonly targetingKeys: readonly string[];
  readonly flag: string;
  readonly limit: number;
}

/** Shape: of all flags and kinds for the empty text. */
export interface ExportQuestion extends Span {
  readonly flag: string;
  readonly kind: string;
  readonly format: EventFormat;
}

export interface ExportedFile {
  readonly path: string;
  readonly rows: number;
}

/** What is asked of the events of one name. */
export interface AskedEvent {
  readonly event: string;
  /** What is more counts as this; null for no bound. */
  readonly cap: number | null;
  /** How long after somebody first met a variant what names only them counts for it. */
  readonly windowMs: number;
}

export interface ToldQuestion extends Span {
  readonly flag: string;
  readonly asked: readonly AskedEvent[];
}

/** Shape: `place` is that in `asked`. */
export interface ToldRow {
  readonly place: number;
  readonly variant: string;
  readonly count: number;
  /** Different targeting keys. */
  readonly people: number;
  /** Those of them who first met this variant, and did so in the time asked. */
  readonly metPeople: number;
  /** Events with a value, and the sum of their values. */
  readonly valued: number;
  readonly sum: number;
  /** The same with 1 for each that has no value. */
  readonly total: number;
  /** At `METRIC_QUANTILES`; null where there is no value. */
  readonly quantiles: readonly number[] | null;
}

/** What metrics of a variant are divided by. */
export interface BaseRow {
  readonly variant: string;
  /** Different targeting keys in the time asked, and those of them who met no other variant before. */
  readonly people: number;
  readonly met: number;
  readonly exposures: number;
}

export interface Forgettable {
  /** The exact text, as comments may name it. */
  readonly person: string;
  /** All that the person may stand under as a targeting key. */
  readonly keys: readonly string[];
}

/** Shape: `events` are gone; `comments` are empty now. */
export interface Forgotten {
  readonly events: number;
  readonly comments: number;
}

/** The methods that only read, and what they answer where nothing was ever kept. */
export const NO_EVENTS = {
  metrics: [],
  points: [],
  values: [],
  told: [],
  bases: [],
  tasks: [],
  shadows: [],
  armBuckets: [],
  armPeople: [],
  armQuantiles: [],
  armClusters: [],
  modelsAnswered: [],
  run: [],
  events: [],
  hours: [],
  hourScores: [],
  answered: [],
  inputSizes: [],
} as const satisfies Partial<Record<keyof EventStore, readonly unknown[]>>;
