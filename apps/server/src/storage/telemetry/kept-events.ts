/** Single events in DuckDB: stored once by their ids, and added up when somebody asks. */

import { type DuckDBConnection, listValue } from "@duckdb/node-api";
import type { MetricDimension, QuantilesView, ShadowMetrics, StoredEvent } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type {
  EventQuestion,
  MetricQuestion,
  MetricRow,
  ModelRow,
  PointQuestion,
  PointRow,
  ReceivedEvents,
} from "../../telemetry/event-store.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import type { Span } from "../../telemetry/telemetry-store.ts";
import { appendEvent, idHash } from "./event-columns.ts";
import type { Run } from "./open-questions.ts";
import { EVENTS_OF, metricsBy, MODELS_ANSWERED, POINTS, RUN, SHADOWS } from "./event-queries.ts";

type Row = Awaited<ReturnType<Run>>[number];

/** Runs inside the transaction of its caller. Shape: how many of each had come before, in their order. */
export async function appendEvents(
  connection: DuckDBConnection,
  run: Run,
  received: readonly ReceivedEvents[],
): Promise<readonly number[]> {
  const hashes = received.map((from) => from.events.map(({ id }) => idHash(from, id)));
  const known = await knownAmong(run, hashes.flat(), received[0]?.receivedAt ?? 0);
  const appender = await connection.createAppender("events");
  const repeated = received.map((from, at) => {
    let before = 0;
    for (const [index, event] of from.events.entries()) {
      const hash = hashes[at]?.[index] as bigint;
      if (known.has(hash)) before++;
      else {
        known.add(hash);
        appendEvent(appender, event, from, hash);
      }
    }
    return before;
  });
  appender.closeSync();
  return repeated;
}

/**
 * A scan of one narrow column over the days in which an id is known: an index over as many would not fit into its memory. The hashes go
 * in as one text, as a thousand values or rows of their own cost more than the scan.
 */
async function knownAmong(run: Run, hashes: readonly bigint[], receivedAt: number): Promise<Set<bigint>> {
  const rows = await run(
    `SELECT id_hash FROM events WHERE received_at >= $1::BIGINT AND id_hash IN (SELECT unnest($2::BIGINT[]))`,
    [receivedAt - TELEMETRY_LIMITS.batchIdsKeptMs, `[${hashes.join(",")}]`],
  );
  return new Set(rows.map((row) => row["id_hash"] as bigint));
}

export async function readMetrics(run: Run, { project, environment }: Place, question: MetricQuestion): Promise<MetricRow[]> {
  const { since, until, flag, by } = question;
  const rows = await run(metricsBy(PARTS[by]), [project, environment, since, until, flag, TELEMETRY_LIMITS.rows]);
  return rows.map((row) => {
    // Null where nothing of that kind was told.
    const number = (name: string): number => Number(row[name]);
    return {
      variant: row["variant"] as string,
      part: row["part"] === "" ? null : (row["part"] as string),
      exposures: number("exposures"),
      people: number("people"),
      runs: number("runs"),
      runsFallback: number("runs_fallback"),
      runsDefault: number("runs_default"),
      ...callsOf(row),
      timeouts: number("timeouts"),
      refusals: number("refusals"),
      firstChunkMs: quantilesOf(row, "first_chunk"),
      cacheReadTokens: number("cache_read_tokens"),
      reasoningTokens: number("reasoning_tokens"),
      toolCalls: number("tool_calls"),
      thumbsUp: number("thumbs_up"),
      thumbsDown: number("thumbs_down"),
      ratings: number("ratings"),
      ratingSum: number("rating_sum"),
      accepted: number("accepted"),
      edited: number("edited"),
      retried: number("retried"),
      abandoned: number("abandoned"),
    };
  });
}

export async function readPoints(run: Run, { project, environment }: Place, question: PointQuestion): Promise<PointRow[]> {
  const { since, until, flag, stepMs } = question;
  const rows = await run(POINTS, [project, environment, since, until, flag, stepMs, TELEMETRY_LIMITS.rows]);
  return rows.map((row) => {
    const { p50, p95, p99 } = quantilesOf(row, "duration");
    const { generations, errors, inputTokens, outputTokens, usageUnknown, costMicroUsd, priced } = callsOf(row);
    return {
      variant: row["variant"] as string,
      at: Number(row["step"]),
      generations,
      errors,
      durationMsP50: p50,
      durationMsP95: p95,
      durationMsP99: p99,
      inputTokens,
      outputTokens,
      usageUnknown,
      costMicroUsd,
      priced,
      thumbsUp: Number(row["thumbs_up"]),
      thumbsDown: Number(row["thumbs_down"]),
    };
  });
}

const PARTS: Readonly<Record<MetricDimension, string>> = {
  none: "NULL::VARCHAR",
  rule: "CASE WHEN path = 'rule' THEN rule ELSE path END",
  valueVersion: "value_version::VARCHAR",
  model: "coalesce(response_model, request_model)",
};

export async function readShadows(
  run: Run,
  { project, environment }: Place,
  { since, until }: Span,
  flag: string,
): Promise<ShadowMetrics[]> {
  const rows = await run(SHADOWS, [project, environment, since, until, flag, TELEMETRY_LIMITS.rows]);
  return rows.map((row) => ({ variant: row["variant"] as string, ...callsOf(row) }));
}

const callsOf = (row: Row): Omit<ShadowMetrics, "variant"> => ({
  generations: Number(row["generations"]),
  errors: Number(row["errors"]),
  durationMs: quantilesOf(row, "duration"),
  inputTokens: Number(row["input_tokens"]),
  outputTokens: Number(row["output_tokens"]),
  usageUnknown: Number(row["usage_unknown"]),
  costMicroUsd: Number(row["cost"]),
  priced: Number(row["priced"]),
  costUnknown: Number(row["cost_unknown"]),
});

export const quantilesOf = (row: Row, name: string): QuantilesView => {
  const [p50, p95, p99] = (row[name] ?? []) as readonly unknown[];
  return { p50: numberOrNull(p50), p95: numberOrNull(p95), p99: numberOrNull(p99) };
};

export async function readModelsAnswered(
  run: Run,
  { project, environment }: Place,
  span: Span,
  flag: string,
): Promise<ModelRow[]> {
  const rows = await run(MODELS_ANSWERED, [project, environment, span.since, span.until, flag, TELEMETRY_LIMITS.rows]);
  return rows.map((row) => ({
    variant: row["variant"] as string,
    provider: row["provider"] as string | null,
    requestModel: row["request_model"] as string | null,
    responseModel: row["response_model"] as string | null,
    generations: Number(row["generations"]),
    unpriced: Number(row["unpriced"]),
    lastAt: Number(row["last_at"]),
  }));
}

export async function readRun(run: Run, { project, environment }: Place, id: string): Promise<StoredEvent[]> {
  return (await run(RUN, [project, environment, id, TELEMETRY_LIMITS.rows])).map(eventOf);
}

export async function readEvents(run: Run, { project, environment }: Place, question: EventQuestion): Promise<StoredEvent[]> {
  const { since, until, targetingKeys, flag, limit } = question;
  // No key is the empty text, and a list without an element has no type.
  const keys = listValue(targetingKeys.length === 0 ? [""] : targetingKeys);
  return (await run(EVENTS_OF, [project, environment, since, until, keys, flag, limit])).map(eventOf);
}

export const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** Back from its columns; what is null there was absent. */
function eventOf(row: Row): StoredEvent {
  const get = (name: string): unknown => row[name] ?? undefined;
  const number = (name: string): number | undefined => (get(name) === undefined ? undefined : Number(get(name)));
  const kind = get("kind");
  const list = (name: string): unknown => (get(name) === undefined ? undefined : JSON.parse(String(get(name))));
  const served = {
    flag: get("flag"),
    variant: get("variant"),
    valueVersion: number("value_version"),
    version: get("flag_version"),
    path: get("path"),
    rule: get("rule"),
    reason: get("reason"),
    blocked: get("blocked"),
    ineligible: get("ineligible"),
    pinned: get("pinned"),
    overridden: get("overridden"),
  };
  const event = {
    id: get("id"),
    kind,
    at: number("happened_at"),
    receivedAt: number("received_at"),
    source: get("source"),
    run: get("run"),
    task: get("task"),
    conversation: get("conversation"),
    targetingKey: get("targeting_key"),
    served: served.flag === undefined ? undefined : withoutAbsent(served),
    operation: get("operation"),
    name: get("name"),
    [kind === "run" ? "attempts" : "attempt"]: number("attempt"),
    ...(kind === "task" ? { success: get("outcome") === "success" } : { outcome: get("outcome") }),
    durationMs: number("duration_ms"),
    timeToFirstChunkMs: number("first_chunk_ms"),
    provider: get("provider"),
    requestModel: get("request_model"),
    responseModel: get("response_model"),
    responseId: get("response_id"),
    stream: get("stream"),
    inputTokens: number("input_tokens"),
    outputTokens: number("output_tokens"),
    cacheReadInputTokens: number("cache_read_tokens"),
    cacheCreationInputTokens: number("cache_creation_tokens"),
    reasoningOutputTokens: number("reasoning_tokens"),
    finishReasons: list("finish_reasons"),
    toolCalls: number("tool_calls"),
    refused: get("refused"),
    shadow: get("shadow"),
    errorType: get("error_type"),
    httpStatus: number("http_status"),
    costMicroUsd: number("cost_micro_usd"),
    priceFrom: get("price_from"),
    value: number("value"),
    label: get("label"),
    comment: get("comment"),
    missingTools: list("missing_tools"),
    attributes: list("attributes"),
  };
  // Only our own rows are in it, and each was checked on its way in.
  return withoutAbsent(event) as unknown as StoredEvent;
}

const withoutAbsent = (record: Row): Row => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
