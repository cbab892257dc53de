/** What rollouts ask of the events in DuckDB: both arms by bucket, people by arm, and what is frozen before a start. */

import { listValue } from "@duckdb/node-api";
import type { Place } from "../../delivery/snapshot-hub.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import type {
  ArmsQuestion,
  BucketQuestion,
  BucketRow,
  ClusterRow,
  PeopleQuestion,
  PeopleSumsRow,
  QuantilesRow,
} from "../../telemetry/rollout-questions.ts";
import { numberOrNull } from "./kept-events.ts";
import type { Run } from "./open-questions.ts";
import { ANSWERED, BUCKETS, CLUSTERS, MEASURES, NEVER, peopleBy, QUANTILES } from "./rollout-queries.ts";

type Row = Awaited<ReturnType<Run>>[number];

const armsOf = ({ project, environment }: Place, { since, until, flag, rule, treated, others }: ArmsQuestion) => [
  project,
  environment,
  since,
  until,
  flag,
  rule,
  listValue([treated, ...others]),
  treated,
];
const numberOf = (row: Row, name: string): number => Number(row[name] ?? 0);
/** Above which nothing is; as a whole number it is bound as one of 64 bits. */
const NO_BOUND = 1e15;

const measuresOf = ({ slowMs, slowFirstChunkMs, capMicroUsd, unit }: BucketQuestion) => [
  slowMs ?? NO_BOUND,
  slowFirstChunkMs ?? NO_BOUND,
  capMicroUsd ?? NO_BOUND,
  unit,
];

export async function readBuckets(run: Run, place: Place, question: BucketQuestion): Promise<BucketRow[]> {
  const arms = [...armsOf(place, question), question.lengthMs];
  const rows = await run(BUCKETS, [...arms, ...measuresOf(question), TELEMETRY_LIMITS.rows]);
  const answered = await run(ANSWERED, [...arms, TELEMETRY_LIMITS.rows]);
  const { never } = question;
  const told = never.length === 0 ? [] : await run(NEVER, [...arms, listValue([...never]), TELEMETRY_LIMITS.rows]);
  return withNever(rows, told).map((row) => bucketOf(row, answered, told, never));
}

/** A bucket in which nothing was but what must not happen has a row of its own. */
function withNever(rows: readonly Row[], told: readonly Row[]): readonly Row[] {
  const known = new Set(rows.filter((row) => row["treated"] === true).map((row) => Number(row["bucket_at"])));
  const alone = new Set(told.map((row) => Number(row["bucket_at"])).filter((at) => !known.has(at)));
  return [...rows, ...[...alone].map((at) => ({ bucket_at: at, treated: true }))];
}

function bucketOf(row: Row, answered: readonly Row[], told: readonly Row[], never: readonly string[]): BucketRow {
  const at = Number(row["bucket_at"]);
  const isTreated = row["treated"] === true;
  const own = answered.filter((one) => Number(one["bucket_at"]) === at && one["treated"] === isTreated);
  const events = isTreated ? told.filter((one) => Number(one["bucket_at"]) === at) : [];
  const count = (name: string): number => numberOf(row, name);
  return {
    at,
    isTreated,
    calls: count("calls"),
    errors: count("errors"),
    timeouts: count("timeouts"),
    refusals: count("refusals"),
    slow: count("slow"),
    firstChunks: count("first_chunks"),
    slowFirstChunks: count("slow_first_chunks"),
    priced: count("priced"),
    overCap: count("over_cap"),
    runs: count("runs"),
    fallbacks: count("fallbacks"),
    thumbsDown: count("thumbs_down"),
    retried: count("retried"),
    abandoned: count("abandoned"),
    exposures: count("exposures"),
    blocked: count("blocked"),
    never: never.map((name) => Number(events.find((one) => one["name"] === name)?.["count"] ?? 0)),
    models: Object.fromEntries(own.map((one) => [one["model"] as string, Number(one["calls"])])),
  };
}

export async function readPeopleSums(run: Run, place: Place, question: PeopleQuestion): Promise<PeopleSumsRow[]> {
  const { startedAt, measure, event, per, cap } = question;
  const values = [...armsOf(place, question), startedAt, cap ?? NO_BOUND, event, per];
  const rows = await run(peopleBy(MEASURES[measure]), values);
  return rows.map((row) => {
    const people = numberOf(row, "people");
    return {
      isTreated: row["treated"] === true,
      met: numberOf(row, "met"),
      people,
      meanY: numberOf(row, "mean_y"),
      meanD: numberOf(row, "mean_d"),
      squaresY: people * numberOf(row, "var_y"),
      squaresD: people * numberOf(row, "var_d"),
      products: people * numberOf(row, "covar"),
    };
  });
}

export async function readArmQuantiles(run: Run, place: Place, question: ArmsQuestion): Promise<QuantilesRow[]> {
  const rows = await run(QUANTILES, armsOf(place, question));
  return rows.map((row) => ({
    durationMs: numberOrNull(row["duration"]),
    firstChunkMs: numberOrNull(row["first_chunk"]),
    costMicroUsd: numberOrNull(row["cost"]),
  }));
}

export async function readClusters(run: Run, place: Place, question: BucketQuestion): Promise<ClusterRow[]> {
  const rows = await run(CLUSTERS, [...armsOf(place, question), question.lengthMs, ...measuresOf(question)]);
  return rows.map((row) => ({
    metric: row["metric"] as string,
    users: numberOf(row, "users"),
    requests: numberOf(row, "requests"),
    events: numberOf(row, "events"),
    requestsSquared: numberOf(row, "requests_squared"),
    eventsSquared: numberOf(row, "events_squared"),
    requestsTimesEvents: numberOf(row, "products"),
  }));
}
