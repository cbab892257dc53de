/** What is usual, and who spends, asked of DuckDB: one pass over the time asked for each. */

import { listValue } from "@duckdb/node-api";
import type { SpenderDimension } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type {
  AskedRow,
  HoursQuestion,
  PremiumQuestion,
  PremiumRow,
  SignalRow,
  SpenderQuestion,
  SpenderRow,
} from "../../telemetry/habit-store.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { DAY_MS, HOUR_MS } from "../../telemetry/times.ts";
import { countOf, EVIDENCE, WORKED } from "./event-queries.ts";
import type { Run } from "./open-questions.ts";

/** Of the time from $3 to below $4, the last $5 milliseconds of each day of $6, counted back from its end. */
const sameHours = (at: string): string => `($4::BIGINT - 1 - ${at}) % $6::BIGINT < $5::BIGINT`;
const daysBefore = (at: string): string => `(($4::BIGINT - 1 - ${at}) // $6::BIGINT)::DOUBLE AS days_before`;

const SIGNALS = `
  SELECT flag, variant, ${daysBefore("happened_at")},
    ${countOf("exposures", "kind = 'exposure'")},
    ${countOf("calls", WORKED)},
    ${countOf("metered", `${WORKED} AND output_tokens > 0`)},
    ${countOf("feedback", "kind = 'feedback'")}
  FROM events WHERE ${EVIDENCE} AND flag IS NOT NULL AND variant IS NOT NULL AND ${sameHours("happened_at")}
  GROUP BY flag, variant, days_before ORDER BY days_before, flag, variant LIMIT $7::BIGINT`;

const ASKED = `
  SELECT flag, ${daysBefore("counted_at")}, sum(count)::DOUBLE AS evaluations
  FROM evaluations WHERE project = $1 AND environment = $2 AND counted_at >= $3::BIGINT AND counted_at < $4::BIGINT
    AND ${sameHours("counted_at")}
  GROUP BY flag, days_before ORDER BY days_before, flag LIMIT $7::BIGINT`;

const PREMIUM = `
  SELECT coalesce(rule, path, '') AS tier, ((counted_at // $5::BIGINT) * $5::BIGINT)::DOUBLE AS hour,
    coalesce(sum(count) FILTER (WHERE list_contains($7::VARCHAR[], variant)), 0)::DOUBLE AS premium, sum(count)::DOUBLE AS evaluations
  FROM evaluations WHERE project = $1 AND environment = $2 AND counted_at >= $3::BIGINT AND counted_at < $4::BIGINT AND flag = $6
    AND path IS DISTINCT FROM 'override'
  GROUP BY tier, hour ORDER BY hour DESC, tier LIMIT $8::BIGINT`;

const NAMES: Readonly<Record<SpenderDimension, string>> = {
  person: "targeting_key",
  flag: "flag",
  variant: "flag || ':' || variant",
  model: "coalesce(response_model, request_model)",
  provider: "provider",
  rule: "flag || '/' || coalesce(rule, path)",
  conversation: "conversation",
  task: "task",
};

const spendersBy = (name: string): string => `
  SELECT *, sum(cost) OVER ()::DOUBLE AS all_cost FROM (
    SELECT ${name} AS name, coalesce(sum(cost_micro_usd), 0)::DOUBLE AS cost, count(*)::DOUBLE AS calls, count(cost_micro_usd)::DOUBLE AS priced,
      coalesce(sum(input_tokens), 0)::DOUBLE AS input_tokens, coalesce(sum(output_tokens), 0)::DOUBLE AS output_tokens,
      count(DISTINCT hash(targeting_key)) FILTER (WHERE targeting_key IS NOT NULL)::DOUBLE AS people
    FROM events WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT
      AND kind IN ('generation', 'step') AND ($5 = '' OR flag = $5)
    GROUP BY ALL)
  ORDER BY cost DESC, calls DESC, name LIMIT $6::BIGINT`;

const valuesOf = ({ project, environment }: Place, { until, windowMs, days }: HoursQuestion) => [
  project,
  environment,
  until - days * DAY_MS - windowMs,
  until,
  windowMs,
  DAY_MS,
  TELEMETRY_LIMITS.rows,
];

export async function readSignals(run: Run, place: Place, question: HoursQuestion): Promise<SignalRow[]> {
  return (await run(SIGNALS, valuesOf(place, question))).map((row) => ({
    flag: row["flag"] as string,
    variant: row["variant"] as string,
    daysBefore: Number(row["days_before"]),
    exposures: Number(row["exposures"]),
    calls: Number(row["calls"]),
    metered: Number(row["metered"]),
    feedback: Number(row["feedback"]),
  }));
}

export async function readAsked(run: Run, place: Place, question: HoursQuestion): Promise<AskedRow[]> {
  return (await run(ASKED, valuesOf(place, question))).map((row) => ({
    flag: row["flag"] as string,
    daysBefore: Number(row["days_before"]),
    evaluations: Number(row["evaluations"]),
  }));
}

export async function readPremium(run: Run, place: Place, question: PremiumQuestion): Promise<PremiumRow[]> {
  const { since, until, flag, variants } = question;
  const values = [place.project, place.environment, since, until, HOUR_MS, flag, listValue([...variants]), TELEMETRY_LIMITS.rows];
  return (await run(PREMIUM, values)).map((row) => ({
    tier: row["tier"] as string,
    at: Number(row["hour"]),
    premium: Number(row["premium"]),
    evaluations: Number(row["evaluations"]),
  }));
}

export async function readSpenders(run: Run, place: Place, question: SpenderQuestion): Promise<SpenderRow[]> {
  const { since, until, by, flag, limit } = question;
  const rows = await run(spendersBy(NAMES[by]), [place.project, place.environment, since, until, flag, limit]);
  return rows.map((row) => ({
    name: row["name"] as string | null,
    costMicroUsd: Number(row["cost"]),
    calls: Number(row["calls"]),
    priced: Number(row["priced"]),
    inputTokens: Number(row["input_tokens"]),
    outputTokens: Number(row["output_tokens"]),
    people: Number(row["people"]),
    allMicroUsd: Number(row["all_cost"]),
  }));
}
