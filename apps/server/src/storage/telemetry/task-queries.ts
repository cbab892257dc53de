/** What is asked of tasks, as SQL: which variants were involved in each, and how it went as a whole. */

import { countOf, quantilesOf, WORKED } from "./event-queries.ts";

const TOLD = `
    FROM events WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT - $6::BIGINT AND happened_at < $4::BIGINT
      AND shadow IS NULL AND task IS NOT NULL`;

/**
 * Of the tasks that ended in the time asked, by the variants of flag $5 that were involved; $7 rows at most. A task is all that was told
 * of it, of whatever flag, from $6 milliseconds before that time on; one in which an override forced anything is no evidence. Whoever
 * takes a trace for the task of each run and tells of no end has none, and is asked no more than whether there is one.
 * Of the thumbs of one run the last counts, and counts for the task whole, whichever run in it they were for.
 * Tasks are told apart by 64 bits of a hash, as in `idHash`: by their whole names it takes twice as long. What was told is read for each, as
 * to keep it aside for all takes twice as long, too.
 */
export const TASKS = `
  WITH ended AS (
    SELECT hash(task) AS task, arg_min(outcome = 'success', happened_at) AS succeeded, arg_min(duration_ms, happened_at) AS duration_ms
    FROM events
    WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT
      AND kind = 'task' AND task IS NOT NULL
    GROUP BY hash(task)),
  involved AS (
    SELECT DISTINCT hash(task) AS task, variant ${TOLD}
      AND flag = $5 AND variant IS NOT NULL AND hash(task) IN (SELECT task FROM ended)),
  whole AS (
    SELECT hash(task) AS task, count(*) FILTER (WHERE kind = 'generation') AS generations, count(*) FILTER (WHERE kind = 'step') AS steps,
      CASE WHEN count(*) FILTER (WHERE ${WORKED} AND cost_micro_usd IS NULL) = 0 THEN coalesce(sum(cost_micro_usd), 0) END AS cost
    ${TOLD} AND hash(task) IN (SELECT task FROM involved) GROUP BY hash(task) HAVING count(overridden) = 0),
  said AS (
    SELECT hash(task) AS task, arg_max(value, happened_at) AS thumb ${TOLD}
      AND kind = 'feedback' AND name = 'thumbs' AND value IS NOT NULL AND hash(task) IN (SELECT task FROM involved)
    GROUP BY hash(task), coalesce(run, id)),
  thumbs AS (
    SELECT task, count(*) FILTER (WHERE thumb >= 0.5) AS up, count(*) FILTER (WHERE thumb < 0.5) AS down FROM said GROUP BY task)
  SELECT variant, count(*)::DOUBLE AS tasks, ${countOf("succeeded", "succeeded")},
    ${quantilesOf("duration", "duration_ms", "duration_ms IS NOT NULL")},
    sum(generations)::DOUBLE AS generations, sum(steps)::DOUBLE AS steps,
    coalesce(sum(cost), 0)::DOUBLE AS cost, count(cost)::DOUBLE AS priced,
    coalesce(sum(up), 0)::DOUBLE AS thumbs_up, coalesce(sum(down), 0)::DOUBLE AS thumbs_down
  FROM involved JOIN whole USING (task) JOIN ended USING (task) LEFT JOIN thumbs USING (task) GROUP BY variant ORDER BY variant LIMIT $7::BIGINT`;
