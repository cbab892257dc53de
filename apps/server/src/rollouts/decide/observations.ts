/** What a rollout sees: counts of both arms, bucket by bucket, and sums over people, step by step. */

import type { ArmCounts } from "@dimmer/statistics";

/** Treated exposures and events, then the others'. */
export type RateCounts = readonly [treated: number, treatedEvents: number, others: number, otherEvents: number];

/** One closed bucket. Everything in it is of events that a server key told. */
export interface BucketBody {
  /** In the order of the plan's guardrails; null for a mean. */
  readonly rates: readonly (RateCounts | null)[];
  /** Of the treated, in the order of the plan's never events. */
  readonly never: readonly number[];
  /** What shows that something arrives at all. */
  readonly seen: readonly [treated: number, others: number];
  /** Calls by the model that answered. */
  readonly models: { readonly treated: Readonly<Record<string, number>>; readonly others: Readonly<Record<string, number>> };
}

/** People of one arm: what each has (`y`) for how much (`d`), as mean and centred sums, so that no square is too large to add. */
export interface PeopleSums {
  readonly people: number;
  readonly meanY: number;
  readonly meanD: number;
  readonly squaresY: number;
  readonly squaresD: number;
  readonly products: number;
}

/** Of the people who were first exposed in the step, up to now. */
export interface PeopleBody {
  /** Who was given a variant for the first time in the step, once it had reached all apps. */
  readonly assigned: readonly [treated: number, others: number];
  /** In the order of the plan's guardrails; null for a rate. */
  readonly means: readonly ({ readonly treated: PeopleSums; readonly others: PeopleSums } | null)[];
}

/** Shape: sums over people have no length, and stand at the start of their step. */
export interface Observation {
  readonly sequence: number;
  readonly bucketAt: number;
  readonly lengthMs: number;
  readonly step: number;
  readonly body: BucketBody | PeopleBody;
}

export const isBucket = (body: BucketBody | PeopleBody): body is BucketBody => "rates" in body;

const MINUTE_MS = 60_000;
const FINEST_MS = 10_000;
/** How old a step may be for buckets of each length. */
const LENGTHS = [
  { untilMs: 30 * MINUTE_MS, lengthMs: FINEST_MS },
  { untilMs: 24 * 60 * MINUTE_MS, lengthMs: MINUTE_MS },
  { untilMs: Number.POSITIVE_INFINITY, lengthMs: 10 * MINUTE_MS },
] as const;

/** Buckets that an event may be late by before nothing is decided on its own. */
export const DELAY_BUCKETS = 2;

/**
 * How long the buckets are that begin so long after their step did.
 *
 * Shape:  milliseconds; each length is a multiple of the one before, and buckets begin at multiples of their own.
 */
export function bucketLength(ageMs: number): number {
  return LENGTHS.find(({ untilMs }) => ageMs < untilMs)?.lengthMs ?? FINEST_MS;
}

/** The first time that a bucket may begin: what began before the share changed holds both shares, and counts for none. */
export const firstBucketAt = (stepStartedAt: number): number => (Math.floor(stepStartedAt / FINEST_MS) + 1) * FINEST_MS;

/** One length of buckets, and from when until when. */
export interface BucketSpan {
  readonly since: number;
  readonly until: number;
  readonly lengthMs: number;
}

/**
 * The closed buckets of a step from `since` on, as spans of one length each.
 *
 * Shape:  a bucket is closed once `DELAY_BUCKETS` more of its length have passed; one in which the step ended is none of it. Lengths change
 *         at a multiple of the longer one.
 */
export function closedSpans(
  { startedAt, endedAt }: { readonly startedAt: number; readonly endedAt: number | null },
  since: number,
  now: number,
): readonly BucketSpan[] {
  const spans: BucketSpan[] = [];
  let from = firstBucketAt(startedAt);
  for (const [at, { untilMs, lengthMs }] of LENGTHS.entries()) {
    const next = LENGTHS[at + 1]?.lengthMs;
    const border = next === undefined ? untilMs : Math.ceil((startedAt + untilMs) / next) * next;
    const ended = endedAt ?? Number.POSITIVE_INFINITY;
    const closed = Math.min(Math.floor(now / lengthMs - DELAY_BUCKETS), Math.floor(ended / lengthMs)) * lengthMs;
    const begin = Math.max(from, Math.floor(since / lengthMs) * lengthMs);
    const until = Math.min(border, closed);
    if (begin < until) spans.push({ since: begin, until, lengthMs });
    if (closed < border) break;
    from = border;
  }
  return spans;
}

export const treatedOf = ([exposures, events]: RateCounts): ArmCounts => ({ exposures, events });
export const othersOf = ([, , exposures, events]: RateCounts): ArmCounts => ({ exposures, events });

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** Whether a bucket is one: what is negative, no number, or has more events than exposures says nothing. */
export function isWellFormed({ rates, never, seen }: BucketBody): boolean {
  const counts = [...rates.flatMap((rate) => rate ?? []), ...never, ...seen];
  return counts.every(isCount) && rates.every((rate) => rate === null || (rate[1] <= rate[0] && rate[3] <= rate[2]));
}
