/** Scores and the apps' own metrics in DuckDB, added up by variant when somebody asks. */

import { listValue } from "@duckdb/node-api";
import type { ValueMetric } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type { BaseRow, ToldQuestion, ToldRow } from "../../telemetry/event-store.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import type { Span } from "../../telemetry/telemetry-store.ts";
import { numberOrNull } from "./kept-events.ts";
import type { Run } from "./open-questions.ts";
import { BASES, TOLD_BY_VARIANT, VALUES } from "./value-queries.ts";

const common = ({ project, environment }: Place, { since, until }: Span, flag: string, windowMs: number) => [
  project,
  environment,
  since,
  until,
  flag,
  windowMs,
  TELEMETRY_LIMITS.rows,
];

export async function readValues(run: Run, place: Place, span: Span, flag: string): Promise<ValueMetric[]> {
  const rows = await run(VALUES, common(place, span, flag, TELEMETRY_LIMITS.attributedMs));
  return rows.map((row) => ({
    kind: row["kind"] as ValueMetric["kind"],
    variant: row["variant"] as string,
    name: row["name"] as string,
    count: Number(row["count"]),
    mean: numberOrNull(row["mean"]),
    sum: numberOrNull(row["sum"]),
    p50: numberOrNull(row["p50"]),
    p95: numberOrNull(row["p95"]),
  }));
}

export async function readTold(run: Run, place: Place, { flag, asked, ...span }: ToldQuestion): Promise<ToldRow[]> {
  if (asked.length === 0) return [];
  const longestMs = Math.max(...asked.map(({ windowMs }) => windowMs));
  // As text: a list of numbers would be bound as one of 32 bits.
  const lists = [
    listValue(asked.map(({ event }) => event)),
    listValue(asked.map(({ cap }) => String(cap ?? Number.MAX_VALUE))),
    listValue(asked.map(({ windowMs }) => String(windowMs))),
  ];
  const rows = await run(TOLD_BY_VARIANT, [...common(place, span, flag, longestMs), ...lists]);
  return rows.map((row) => ({
    place: Number(row["place"]) - 1,
    variant: row["variant"] as string,
    count: Number(row["count"]),
    people: Number(row["people"]),
    metPeople: Number(row["met_people"]),
    valued: Number(row["valued"]),
    sum: Number(row["sum"] ?? 0),
    total: Number(row["total"]),
    quantiles: row["quantiles"] === null ? null : (row["quantiles"] as readonly number[]).map(Number),
  }));
}

export async function readBases(run: Run, place: Place, span: Span, flag: string): Promise<BaseRow[]> {
  const rows = await run(BASES, common(place, span, flag, TELEMETRY_LIMITS.attributedMs));
  return rows.map(({ variant, people, exposures, met }) => ({
    variant: variant as string,
    people: Number(people),
    exposures: Number(exposures),
    met: Number(met),
  }));
}
