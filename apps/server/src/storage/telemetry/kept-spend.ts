/** What calls cost, in DuckDB, added up for budgets. */

import type { Place } from "../../delivery/snapshot-hub.ts";
import type { SpendQuestion, SpendRow } from "../../telemetry/event-store.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import type { Run } from "./open-questions.ts";

/**
 * Of flag $5 by steps of $6 milliseconds, $7 rows at most. Money is spent on what nobody saw and on what an override forced as well; a
 * call that was kept from being made cost nothing and is none.
 */
const spendBy = (attributes: string): string => `
  SELECT ((happened_at // $6::BIGINT) * $6::BIGINT)::DOUBLE AS step, variant, shadow IS NOT NULL AS is_shadow, ${attributes} AS attributes,
    count(*)::DOUBLE AS calls, (count(*) FILTER (WHERE error_type IS NULL AND cost_micro_usd IS NULL))::DOUBLE AS unpriced,
    coalesce(sum(cost_micro_usd), 0)::DOUBLE AS cost
  FROM events
  WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT AND kind = 'generation'
    AND flag = $5 AND variant IS NOT NULL AND (error_type IS NULL OR error_type NOT IN ('budget', 'template', 'invalid_value'))
  GROUP BY ALL ORDER BY step DESC, cost DESC, variant LIMIT $7::BIGINT`;

const BY_ATTRIBUTES = spendBy("events.attributes");
const OF_ALL = spendBy("NULL::VARCHAR");

export async function readSpend(run: Run, { project, environment }: Place, question: SpendQuestion): Promise<SpendRow[]> {
  const { since, until, flag, stepMs, byAttributes } = question;
  const rows = await run(byAttributes ? BY_ATTRIBUTES : OF_ALL, [
    project,
    environment,
    since,
    until,
    flag,
    stepMs,
    TELEMETRY_LIMITS.rows,
  ]);
  return rows.map((row) => ({
    at: Number(row["step"]),
    variant: row["variant"] as string,
    isShadow: row["is_shadow"] === true,
    attributes: row["attributes"] as string | null,
    calls: Number(row["calls"]),
    unpriced: Number(row["unpriced"]),
    costMicroUsd: Number(row["cost"]),
  }));
}
