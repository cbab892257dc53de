/** What is asked of tasks, as SQL: which variants were involved in each, and how it went as a whole. */

import { countOf, EVIDENCE, quantilesOf, WORKED } from "./event-queries.ts";

/**
 * Of the tasks that a variant of flag $5 was involved in, by variant; $7 rows at most. A task is all that was told of it, of whatever
 * flag, from $6 milliseconds before the time asked on; one in which an override forced anything is no evidence.
 */
export const TASKS = `
  WITH involved AS (SELECT DISTINCT task, variant FROM events WHERE ${EVIDENCE} AND flag = $5 AND variant IS NOT NULL AND task IS NOT NULL),
  whole AS (
    SELECT task, arg_min(outcome, happened_at) FILTER (WHERE kind = 'task') AS outcome,
      arg_min(duration_ms, happened_at) FILTER (WHERE kind = 'task') AS duration_ms,
      count(*) FILTER (WHERE kind = 'generation') AS generations, count(*) FILTER (WHERE kind = 'step') AS steps,
      CASE WHEN count(*) FILTER (WHERE ${WORKED} AND cost_micro_usd IS NULL) = 0 THEN coalesce(sum(cost_micro_usd), 0) END AS cost
    FROM events WHERE project = $1 AND environment = $2
      AND happened_at >= $3::BIGINT - $6::BIGINT AND happened_at < $4::BIGINT AND shadow IS NULL
      AND task IN (SELECT task FROM involved)
    GROUP BY task HAVING count(overridden) = 0)
  SELECT variant, count(*)::DOUBLE AS tasks,
    ${countOf("succeeded", "outcome = 'success'")},
    ${countOf("failed", "outcome = 'failure'")},
    ${quantilesOf("duration", "duration_ms", "duration_ms IS NOT NULL")},
    sum(generations)::DOUBLE AS generations, sum(steps)::DOUBLE AS steps,
    coalesce(sum(cost), 0)::DOUBLE AS cost, count(cost)::DOUBLE AS priced
  FROM involved JOIN whole USING (task) GROUP BY variant ORDER BY variant LIMIT $7::BIGINT`;
