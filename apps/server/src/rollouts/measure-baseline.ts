/** Measures what the others do before a start, and freezes it. */

import { estimateDesignEffect } from "@dimmer/statistics";
import type { RolloutPlan } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import type { ArmsQuestion, BucketRow, ClusterRow, PeopleSumsRow, QuantilesRow } from "../telemetry/rollout-questions.ts";
import type { MetricDefinitionRecord } from "../storage/metric-definition-record.ts";
import { type Baseline, type GuardrailBaseline, secondsOf } from "./decide/baseline.ts";
import { peopleQuestion, RATES } from "./observe.ts";

type Guardrail = RolloutPlan["guardrails"][number];
export type BaselineReads = Pick<EventStore, "armBuckets" | "armPeople" | "armQuantiles" | "armClusters">;

export interface BaselineOrder extends Omit<ArmsQuestion, "since" | "until"> {
  readonly plan: RolloutPlan;
  readonly definitions: readonly MetricDefinitionRecord[];
}

/** The baseline, and how much it was measured from: by guardrail the exposures of the others. */
export interface MeasuredBaseline {
  readonly baseline: Baseline;
  readonly exposures: readonly number[];
  /** Both arms, a second. */
  readonly perSecond: number;
  /** Micro-dollars of a first call, of the treated and of the others; null where none had a price. */
  readonly costs: { readonly treated: number | null; readonly others: number | null };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const FINEST_MS = 10_000;

/** Errors: the telemetry store's own. */
export async function measureBaseline(
  telemetry: BaselineReads,
  place: Place,
  { plan, definitions, ...address }: BaselineOrder,
  now: number,
): Promise<MeasuredBaseline> {
  const until = Math.floor(now / FINEST_MS) * FINEST_MS;
  const arms: ArmsQuestion = { ...address, since: until - DAY_MS, until };
  const [quantiles] = await telemetry.armQuantiles(place, arms);
  const measures = {
    slowMs: quantiles?.durationMs ?? null,
    slowFirstChunkMs: quantiles?.firstChunkMs ?? null,
    capMicroUsd: quantiles?.costMicroUsd ?? null,
    never: [],
  };
  const byRuns = { ...arms, ...measures, unit: "run", lengthMs: MINUTE_MS } as const;
  const rows = await telemetry.armBuckets(place, byRuns);
  const unit = rows.some(({ runs }) => runs > 0) ? "run" : "generation";
  const question = { ...byRuns, unit } as const;
  const minutes = unit === "run" ? rows : await telemetry.armBuckets(place, question);
  const clusters = await telemetry.armClusters(place, question);
  const others = minutes.filter(({ isTreated }) => !isTreated);
  const guardrails: GuardrailBaseline[] = [];
  const exposures: number[] = [];
  for (const guardrail of plan.guardrails) {
    const frozen = freezeGuardrail(guardrail, { quantiles, others, clusters, definitions });
    const people = await measurePeople(telemetry, place, { guardrail, frozen, arms });
    guardrails.push({ ...frozen, spread: people.spread });
    exposures.push(RATES[guardrail.metric] === undefined ? people.people : countOthers(guardrail, others)[0]);
  }
  const models = [...new Set(minutes.flatMap((row) => Object.keys(row.models)))];
  const from = Math.max(arms.since, Math.min(until - MINUTE_MS, ...minutes.map(({ at }) => at)));
  const baseline = { from, until, guardrails, hours: byHour(minutes), unit, models } as const;
  return {
    baseline,
    exposures,
    perSecond: sum(baseline.hours) / secondsOf(baseline),
    costs: await measureCosts(telemetry, place, arms),
  };
}

interface Measured {
  readonly quantiles: QuantilesRow | undefined;
  readonly others: readonly BucketRow[];
  readonly clusters: readonly ClusterRow[];
  readonly definitions: readonly MetricDefinitionRecord[];
}

function freezeGuardrail({ metric, ...rest }: Guardrail, measured: Measured): GuardrailBaseline {
  const { quantiles, others, clusters, definitions } = measured;
  const [exposures, events] = countOthers({ metric, ...rest }, others);
  const cluster = clusters.find((one) => one.metric === metric);
  const definition = definitions.find(({ name }) => metric === `metric:${name}`)?.definition;
  const isScore = metric.startsWith("score:");
  return {
    threshold: thresholdOf(metric, quantiles),
    designEffect: cluster === undefined || cluster.users === 0 ? 1 : estimateDesignEffect(cluster).designEffect,
    rate: exposures > 0 ? events / exposures : null,
    spread: null,
    told: isScore
      ? { event: metric.slice("score:".length), per: "events" }
      : definition === undefined
        ? null
        : { event: definition.event, per: definition.type === "mean" || definition.type === "quantile" ? "events" : "person" },
    isLessWorse: isScore || definition?.direction === "up",
  };
}

function thresholdOf(metric: Guardrail["metric"], quantiles: QuantilesRow | undefined): number | null {
  if (metric === "slow_rate") return quantiles?.durationMs ?? null;
  if (metric === "slow_first_chunk_rate") return quantiles?.firstChunkMs ?? null;
  // The mean of what calls cost is capped where "too dear" begins.
  return metric === "cost_over_cap_rate" || metric === "cost" ? (quantiles?.costMicroUsd ?? null) : null;
}

function countOthers({ metric }: Guardrail, others: readonly BucketRow[]): readonly [number, number] {
  const count = RATES[metric];
  const counts = count === undefined ? [] : others.map(count);
  return [sum(counts.map(([exposures]) => exposures)), sum(counts.map(([, events]) => events))];
}

interface PeopleOrder {
  readonly guardrail: Guardrail;
  readonly frozen: GuardrailBaseline;
  readonly arms: ArmsQuestion;
}

/** How far one person is from the mean, by the mean. */
async function measurePeople(
  telemetry: BaselineReads,
  place: Place,
  { guardrail, frozen, arms }: PeopleOrder,
): Promise<{ readonly people: number; readonly spread: number | null }> {
  if (RATES[guardrail.metric] !== undefined) return { people: 0, spread: null };
  const question = peopleQuestion(frozen, guardrail.metric, { ...arms, startedAt: arms.since });
  const rows = question === null ? [] : await telemetry.armPeople(place, question);
  const others = rows.find(({ isTreated }) => !isTreated);
  if (others === undefined || others.people < 2) return { people: others?.people ?? 0, spread: null };
  return { people: others.people, spread: spreadOf(others) };
}

function spreadOf({ people, meanY, meanD, squaresY, squaresD, products }: PeopleSumsRow): number | null {
  const variance = (squaresY / meanY ** 2 + squaresD / meanD ** 2 - (2 * products) / (meanY * meanD)) / (people - 1);
  return Number.isFinite(variance) && variance > 0 ? Math.sqrt(variance) : null;
}

async function measureCosts(telemetry: BaselineReads, place: Place, arms: ArmsQuestion): Promise<MeasuredBaseline["costs"]> {
  const question = { ...arms, startedAt: arms.since, measure: "cost", event: "", per: "events", cap: null } as const;
  const rows = await telemetry.armPeople(place, question);
  const costOf = (treated: boolean): number | null => {
    const row = rows.find(({ isTreated }) => isTreated === treated);
    return row === undefined || row.people === 0 || row.meanD === 0 ? null : row.meanY / row.meanD;
  };
  return { treated: costOf(true), others: costOf(false) };
}

/** By the hour of the day in UTC; the first and the last of a day's hours are parts of the same one. */
function byHour(rows: readonly BucketRow[]): readonly number[] {
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { at, exposures, calls, runs } of rows) {
    const hour = Math.floor(at / HOUR_MS) % 24;
    hours[hour] = (hours[hour] ?? 0) + Math.max(exposures, calls, runs);
  }
  return hours;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
