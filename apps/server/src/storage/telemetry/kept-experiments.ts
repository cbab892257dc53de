/** The people of an experiment in DuckDB: their moments by arm, when somebody asks. */

import { type DuckDBValue, listValue } from "@duckdb/node-api";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type {
  AskedQuantile,
  ExperimentQuestion,
  ExperimentStatistics,
  JointMoments,
  PeoplePart,
  PeopleRow,
  QuantileRow,
} from "../../telemetry/experiment-question.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { experimentPeople, experimentQuantile } from "./experiment-queries.ts";
import type { Run } from "./open-questions.ts";

type Row = Awaited<ReturnType<Run>>[number];

export async function readExperiment(run: Run, place: Place, question: ExperimentQuestion): Promise<ExperimentStatistics> {
  const { since, until, periods, baseline, ratios } = question;
  const { sql, names } = experimentPeople(question);
  // As text: a list of numbers would be bound as one of 32 bits.
  const begins = listValue(periods.map(String));
  const rows = await run(sql, [
    ...common(place, question),
    listValue(names.length === 0 ? [""] : names),
    begins,
    TELEMETRY_LIMITS.rows,
    baseline,
  ]);
  const quantiles: QuantileRow[] = [];
  for (const [at, asked] of question.quantiles.entries())
    quantiles.push(...(await readQuantile(run, place, question, asked, at)));
  const people = rows.map((row): PeopleRow => ({
    variant: row["variant"] as string,
    part: partOf(row),
    people: Number(row["people"]),
    strayed: Number(row["strayed"]),
    moments: ratios.map((_, at) => momentsOf(row, at, 4)),
  }));
  return {
    since,
    until,
    periods,
    movers: Number(rows[0]?.["movers"] ?? 0),
    unpriced: rows.filter((row) => row["period"] !== null).reduce((sum, row) => sum + Number(row["unpriced"]), 0),
    rows: people,
    quantiles,
  };
}

async function readQuantile(
  run: Run,
  place: Place,
  question: ExperimentQuestion,
  asked: AskedQuantile,
  at: number,
): Promise<QuantileRow[]> {
  const names = typeof asked.of === "object" ? [asked.of.event] : [""];
  const sql = experimentQuantile(asked, question.keepsMovers);
  const rows = await run(sql, [...common(place, question), listValue(names), TELEMETRY_LIMITS.rows]);
  return rows.map((row) => ({
    place: at,
    variant: row["variant"] as string,
    values: Number(row["total"]),
    quantile: Number(row["quantile"]),
    lower: Number(row["lower"]),
    upper: Number(row["upper"]),
    below: momentsOf(row, 0, 2),
  }));
}

const common = ({ project, environment }: Place, { since, until, flag, address, arms }: ExperimentQuestion): DuckDBValue[] => [
  project,
  environment,
  since,
  until,
  flag,
  address,
  listValue([...arms]),
];

function partOf(row: Row): PeoplePart {
  if (row["period"] !== null) return { by: "period", period: Number(row["period"]), hasHistory: row["has_history"] === true };
  if (row["source"] !== null) return { by: "source", source: row["source"] as string };
  return { by: "day", day: Number(row["day"]) };
}

function momentsOf(row: Row, at: number, values: number): JointMoments {
  const all = Array.from({ length: values }, (_, i) => i);
  const product = (i: number, j: number) => Number(row[`product_${at}_${Math.min(i, j)}_${Math.max(i, j)}`]);
  return {
    n: Number(row["people"]),
    means: all.map((i) => Number(row[`mean_${at}_${i}`])),
    products: all.map((i) => all.map((j) => product(i, j))),
  };
}
