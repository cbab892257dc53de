/** Hours of variants in DuckDB, added up when somebody holds them against their past. */

import { listValue } from "@duckdb/node-api";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type { AnsweredRow, HourQuestion, HourRow, HourScoreRow, InputSizeRow } from "../../telemetry/event-hours.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { ANSWERED, HOUR_SCORES, HOURS, INPUT_SIZES } from "./hour-queries.ts";
import type { Run } from "./open-questions.ts";

type Row = Awaited<ReturnType<Run>>[number];

/** A list without an element has no type, and nobody is asked for in it. */
async function ask(run: Run, sql: string, { project, environment }: Place, { since, until, asked }: HourQuestion) {
  if (asked.length === 0) return [];
  const lists = [
    asked.map(({ flag }) => flag),
    asked.map(({ variant }) => variant),
    asked.map(({ valueVersion }) => String(valueVersion ?? -1)),
    asked.map(({ slowMs }) => String(slowMs ?? -1)),
  ];
  return await run(sql, [project, environment, since, until, ...lists.map((list) => listValue(list)), TELEMETRY_LIMITS.rows]);
}

const whoseOf = (row: Row) => ({ flag: row["flag"] as string, variant: row["variant"] as string });

export async function readHours(run: Run, place: Place, question: HourQuestion): Promise<HourRow[]> {
  return (await ask(run, HOURS, place, question)).map((row) => ({
    ...whoseOf(row),
    at: Number(row["hour"]),
    // Null where nothing of that kind was told.
    runs: Number(row["runs"]),
    generations: Number(row["generations"]),
    errors: Number(row["errors"]),
    refusals: Number(row["refusals"]),
    slow: Number(row["slow"]),
    tokenCalls: Number(row["token_calls"]),
    outputTokens: Number(row["output_tokens"]),
    priced: Number(row["priced"]),
    costMicroUsd: Number(row["cost"]),
    thumbsDown: Number(row["thumbs_down"]),
  }));
}

export async function readHourScores(run: Run, place: Place, question: HourQuestion): Promise<HourScoreRow[]> {
  return (await ask(run, HOUR_SCORES, place, question)).map((row) => ({
    ...whoseOf(row),
    at: Number(row["hour"]),
    name: row["name"] as string,
    count: Number(row["count"]),
    sum: Number(row["sum"]),
  }));
}

export async function readAnswered(run: Run, place: Place, question: HourQuestion): Promise<AnsweredRow[]> {
  return (await ask(run, ANSWERED, place, question)).map((row) => ({
    ...whoseOf(row),
    provider: row["provider"] as string | null,
    model: row["model"] as string,
    calls: Number(row["calls"]),
    firstAt: Number(row["first_at"]),
  }));
}

export async function readInputSizes(run: Run, place: Place, question: HourQuestion): Promise<InputSizeRow[]> {
  return (await ask(run, INPUT_SIZES, place, question)).map((row) => ({
    bin: Number(row["bin"]),
    calls: Number(row["calls"]),
  }));
}
