/** Reads what happened to both arms of a rollout since it looked last, and what became of buckets that late events changed. */

import type { GuardrailMetric } from "@dimmer/protocol";
import type { EventIntake } from "../telemetry/event-intake.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import type { ArmsQuestion, BucketRow, PeopleQuestion, PeopleSumsRow } from "../telemetry/rollout-questions.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import { armsOf } from "./arms.ts";
import type { GuardrailBaseline } from "./decide/baseline.ts";
import {
  type BucketBody,
  bucketLength,
  closedSpans,
  DELAY_BUCKETS,
  type Observation,
  type PeopleBody,
  type PeopleSums,
  type RateCounts,
} from "./decide/observations.ts";

export interface ObservePorts {
  readonly telemetry: Pick<EventStore, "armBuckets" | "armPeople">;
  /** When the first event was received that is not stored yet; nothing later can be counted. */
  readonly events: Pick<EventIntake, "oldest">;
}

export interface Observed {
  readonly observations: readonly Omit<Observation, "sequence">[];
  readonly observedUntil: number;
}

const MINUTE_MS = 60_000;
/** How far each look goes back for what came late, each minute, and each ten minutes: people say what they think hours later. */
const LATE_MS = { look: 5 * MINUTE_MS, minute: 60 * MINUTE_MS, long: 24 * 60 * MINUTE_MS } as const;
const LONG_MS = 10 * MINUTE_MS;
/** A new share is with every app by then, those that poll included. */
const SETTLED_MS = 2 * MINUTE_MS;

/**
 * Shape:  every closed bucket of the time that it looks at, whether it was known before or not; sums over people where it is time for them.
 *         `lookedAt` is when it looked before.
 * Errors: the telemetry store's own.
 */
export async function observe(ports: ObservePorts, record: RolloutRecord, lookedAt: number, now: number): Promise<Observed> {
  const { steps, observedUntil, step } = record.progress;
  const horizon = Math.min(now, ports.events.oldest() ?? now);
  const since = Math.min(observedUntil, horizon - lateMs(lookedAt, now));
  const observations: Omit<Observation, "sequence">[] = [];
  let until = observedUntil;
  for (const [index, begun] of steps.entries()) {
    for (const span of closedSpans(begun, since, horizon)) {
      const rows = await ports.telemetry.armBuckets(record, { ...armsOf(record), ...measuresOf(record), ...span });
      observations.push(...bucketsOf(record, rows, index, span.lengthMs));
      if (index === step) until = Math.max(until, span.until);
    }
  }
  const begun = steps[step];
  if (begun !== undefined && isTimeForPeople(begun.startedAt, lookedAt, now)) {
    const body = await readPeople(ports, record, horizon);
    observations.push({ bucketAt: begun.startedAt, lengthMs: 0, step, body });
  }
  return { observations, observedUntil: until };
}

const isPassed = (lengthMs: number, lookedAt: number, now: number): boolean =>
  Math.floor(lookedAt / lengthMs) !== Math.floor(now / lengthMs);

function lateMs(lookedAt: number, now: number): number {
  if (isPassed(LONG_MS, lookedAt, now)) return LATE_MS.long;
  return isPassed(MINUTE_MS, lookedAt, now) ? LATE_MS.minute : LATE_MS.look;
}

/** To go through everybody is dear: each minute in a step's first hour, then each ten. */
const isTimeForPeople = (startedAt: number, lookedAt: number, now: number): boolean =>
  isPassed(now - startedAt < 60 * MINUTE_MS ? MINUTE_MS : LONG_MS, lookedAt, now);

/** What is counted beside the arms: thresholds that were frozen, and what must never happen. */
export function measuresOf({ terms }: Pick<RolloutRecord, "terms">) {
  const { plan, baseline } = terms;
  const frozen = (metric: GuardrailMetric): number | null =>
    baseline.guardrails[plan.guardrails.findIndex((one) => one.metric === metric)]?.threshold ?? null;
  return {
    unit: baseline.unit,
    slowMs: frozen("slow_rate"),
    slowFirstChunkMs: frozen("slow_first_chunk_rate"),
    capMicroUsd: frozen("cost_over_cap_rate"),
    never: plan.never.map(({ event }) => event),
  };
}

function bucketsOf(
  { terms: { plan } }: RolloutRecord,
  rows: readonly BucketRow[],
  step: number,
  lengthMs: number,
): Omit<Observation, "sequence">[] {
  const times = [...new Set(rows.map(({ at }) => at))];
  return times.map((bucketAt) => {
    const treated = rows.find(({ at, isTreated }) => at === bucketAt && isTreated);
    const others = rows.find(({ at, isTreated }) => at === bucketAt && !isTreated);
    const body: BucketBody = {
      rates: plan.guardrails.map(({ metric }) => countRate(metric, treated, others)),
      never: plan.never.map(({ event }, index) => (event === "blocked" ? treated?.blocked : treated?.never[index]) ?? 0),
      seen: [seenOf(treated), seenOf(others)],
      models: { treated: treated?.models ?? {}, others: others?.models ?? {} },
    };
    return { bucketAt, lengthMs, step, body };
  });
}

/** What arrives most of: an app tells of exposures, calls or runs, or of several. */
const seenOf = (row: BucketRow | undefined): number => (row === undefined ? 0 : Math.max(row.exposures, row.calls, row.runs));

type Count = (row: BucketRow) => readonly [exposures: number, events: number];

/** What each rate counts, and of what. */
export const RATES: Readonly<Partial<Record<GuardrailMetric, Count>>> = {
  error_rate: ({ calls, errors }) => [calls, errors],
  timeout_rate: ({ calls, timeouts }) => [calls, timeouts],
  refusal_rate: ({ calls, refusals }) => [calls, refusals],
  slow_rate: ({ calls, slow }) => [calls, slow],
  slow_first_chunk_rate: ({ firstChunks, slowFirstChunks }) => [firstChunks, slowFirstChunks],
  cost_over_cap_rate: ({ priced, overCap }) => [priced, overCap],
  thumbs_down_rate: ({ runs, thumbsDown }) => [runs, thumbsDown],
  retry_rate: ({ runs, retried }) => [runs, retried],
  abandon_rate: ({ runs, abandoned }) => [runs, abandoned],
  fallback_rate: ({ runs, fallbacks }) => [runs, fallbacks],
};

function countRate(metric: GuardrailMetric, treated: BucketRow | undefined, others: BucketRow | undefined): RateCounts | null {
  const count = RATES[metric];
  if (count === undefined) return null;
  const [treatedCount, othersCount] = [treated, others].map((row) => (row === undefined ? ([0, 0] as const) : count(row)));
  return [...(treatedCount as readonly [number, number]), ...(othersCount as readonly [number, number])];
}

async function readPeople({ telemetry }: ObservePorts, record: RolloutRecord, now: number): Promise<PeopleBody> {
  const { terms, progress } = record;
  const startedAt = progress.steps[0]?.startedAt ?? record.createdAt;
  const stepStartedAt = progress.steps[progress.step]?.startedAt ?? startedAt;
  const lengthMs = bucketLength(now - stepStartedAt);
  const until = Math.floor(now / lengthMs - DELAY_BUCKETS) * lengthMs;
  const arms = { ...armsOf(record), until, startedAt };
  const means: PeopleBody["means"][number][] = [];
  for (const [index, { metric }] of terms.plan.guardrails.entries()) {
    const frozen = terms.baseline.guardrails[index];
    const question = frozen === undefined ? null : peopleQuestion(frozen, metric, { ...arms, since: stepStartedAt });
    const rows = question === null ? null : await telemetry.armPeople(record, question);
    means.push(rows === null ? null : { treated: sumsOf(rows, true), others: sumsOf(rows, false) });
  }
  return { assigned: await readAssigned(telemetry, record, { ...arms, since: stepStartedAt + SETTLED_MS }), means };
}

/** Null for a rate. */
export function peopleQuestion(
  { threshold: cap, told }: Pick<GuardrailBaseline, "threshold" | "told">,
  metric: GuardrailMetric,
  arms: ArmsQuestion & { readonly startedAt: number },
): PeopleQuestion | null {
  if (metric === "cost" || metric === "output_tokens" || metric === "duration")
    return { ...arms, measure: metric, event: "", per: "events", cap };
  return told === null ? null : { ...arms, measure: "told", event: told.event, per: told.per, cap };
}

/** Whom a split by something else than the person has is no question of its shares. */
async function readAssigned(
  telemetry: ObservePorts["telemetry"],
  { terms: { before }, project, environment }: RolloutRecord,
  arms: ArmsQuestion & { readonly startedAt: number },
): Promise<readonly [number, number]> {
  if ("by" in before && before.by !== undefined && before.by !== "targetingKey") return [0, 0];
  if (arms.since >= arms.until) return [0, 0];
  const question = { ...arms, measure: "told", event: "", per: "person", cap: null } as const;
  const rows = await telemetry.armPeople({ project, environment }, question);
  const met = (treated: boolean): number => rows.find(({ isTreated }) => isTreated === treated)?.met ?? 0;
  return [met(true), met(false)];
}

const NOBODY: PeopleSums = { people: 0, meanY: 0, meanD: 0, squaresY: 0, squaresD: 0, products: 0 };

function sumsOf(rows: readonly PeopleSumsRow[], treated: boolean): PeopleSums {
  const row = rows.find(({ isTreated }) => isTreated === treated);
  if (row === undefined) return NOBODY;
  const { people, meanY, meanD, squaresY, squaresD, products } = row;
  return { people, meanY, meanD, squaresY, squaresD, products };
}
