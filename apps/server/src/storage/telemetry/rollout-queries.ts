/** What is asked for rollouts, as SQL: both arms of a split by bucket, and by person. Only what a server key told is evidence. */

import { countOf } from "./event-queries.ts";

const PLACE = `project = $1 AND environment = $2`;
const WITHIN = `happened_at >= $3::BIGINT AND happened_at < $4::BIGINT`;
/** What the split at an address itself gave: of flag $5 at rule $6, or by default, one of the variants $7, of which $8 is treated. */
const IN_SPLIT = `source = 'server' AND shadow IS NULL AND overridden IS NULL AND pinned IS NULL AND ineligible IS NULL
    AND flag = $5 AND (CASE WHEN $6 = 'default' THEN path = 'default' ELSE path = 'rule' AND rule = $6 END) AND list_contains($7::VARCHAR[], variant)`;
const SERVED = `${PLACE} AND ${WITHIN} AND ${IN_SPLIT} AND blocked IS NULL`;
const ARM = `variant = $8 AS treated`;
const BUCKET = `(happened_at // $9::BIGINT) * $9::BIGINT`;

const FIRST_CALL = `kind = 'generation' AND attempt = 1 AND error_type IS DISTINCT FROM 'aborted'`;
const FAILED = `error_type IS NOT NULL`;
const SLOW = `${FAILED} OR duration_ms > $10::DOUBLE`;
const SLOW_FIRST_CHUNK = `first_chunk_ms > $11::DOUBLE OR (stream AND ${FAILED})`;
const ENDED = `(CASE WHEN $13 = 'run' THEN kind = 'run' ELSE kind = 'generation' AND attempt = 1 END) AND error_type IS DISTINCT FROM 'aborted'`;
/** So long after a run people may say something of it. */
const SAID_WITHIN_MS = 86_400_000;

/** Each run once, by its own time, with the last word that was said of it, from a browser with the run's token, too. */
const RUNS = `
  ended AS (
    SELECT run, ${ARM}, ${BUCKET} AS bucket, coalesce(outcome IN ('fallback', 'reply', 'default', 'error'), false) AS fallback, targeting_key
    FROM events WHERE ${SERVED} AND ${ENDED}),
  said AS (
    SELECT run, name, arg_max(coalesce(value, 1), happened_at) AS value FROM events
    WHERE ${PLACE} AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT + ${SAID_WITHIN_MS} AND kind = 'feedback' AND flag = $5
      AND overridden IS NULL AND run IN (SELECT run FROM ended)
    GROUP BY run, name),
  words AS (
    SELECT run, bool_or(name = 'thumbs' AND value < 0.5) AS thumbs_down, bool_or(name = 'retried' AND value > 0) AS retried,
      bool_or(name = 'abandoned' AND value > 0) AS abandoned
    FROM said GROUP BY run)`;

const KEYS = "bucket, treated";

/** By bucket of $9 milliseconds and arm; $12 micro-dollars are too dear; $14 rows at most. */
export const BUCKETS = `
  WITH calls AS (
    SELECT ${BUCKET} AS bucket, ${ARM}, count(*)::DOUBLE AS calls, ${countOf("errors", FAILED)}, ${countOf("timeouts", "error_type = 'timeout'")},
      ${countOf("refusals", "refused")}, ${countOf("slow", SLOW)}, ${countOf("first_chunks", `first_chunk_ms IS NOT NULL OR (stream AND ${FAILED})`)},
      ${countOf("slow_first_chunks", SLOW_FIRST_CHUNK)}, count(cost_micro_usd)::DOUBLE AS priced, ${countOf("over_cap", "cost_micro_usd > $12::DOUBLE")}
    FROM events WHERE ${SERVED} AND ${FIRST_CALL} GROUP BY ALL),
  ${RUNS},
  runs AS (
    SELECT bucket, treated, count(*)::DOUBLE AS runs, ${countOf("fallbacks", "fallback")}, ${countOf("thumbs_down", "thumbs_down")},
      ${countOf("retried", "retried")}, ${countOf("abandoned", "abandoned")}
    FROM ended LEFT JOIN words USING (run) GROUP BY ALL),
  met AS (
    SELECT ${BUCKET} AS bucket, ${ARM}, ${countOf("exposures", "kind = 'exposure' AND blocked IS NULL")},
      ${countOf("blocked", "kind = 'generation' AND attempt = 1 AND blocked")}
    FROM events WHERE ${PLACE} AND ${WITHIN} AND ${IN_SPLIT} GROUP BY ALL),
  keys AS (SELECT ${KEYS} FROM calls UNION SELECT ${KEYS} FROM runs UNION SELECT ${KEYS} FROM met)
  SELECT keys.bucket::DOUBLE AS bucket_at, keys.treated, calls.* EXCLUDE (${KEYS}), runs.* EXCLUDE (${KEYS}), met.* EXCLUDE (${KEYS})
  FROM keys LEFT JOIN calls USING (${KEYS}) LEFT JOIN runs USING (${KEYS}) LEFT JOIN met USING (${KEYS})
  ORDER BY bucket_at, treated LIMIT $14::BIGINT`;

/** Events named in $10 of the treated, by bucket; $11 rows at most. */
export const NEVER = `
  SELECT (${BUCKET})::DOUBLE AS bucket_at, name, count(*)::DOUBLE AS count FROM events
  WHERE ${SERVED} AND kind IN ('metric', 'score') AND variant = $8 AND list_contains($10::VARCHAR[], name) AND coalesce(value, 1) > 0
  GROUP BY ALL ORDER BY bucket_at LIMIT $11::BIGINT`;

/** Calls by bucket, arm and the model that answered; $10 rows at most. */
export const ANSWERED = `
  SELECT (${BUCKET})::DOUBLE AS bucket_at, ${ARM}, coalesce(response_model, request_model) AS model, count(*)::DOUBLE AS calls FROM events
  WHERE ${SERVED} AND ${FIRST_CALL} AND error_type IS NULL AND coalesce(response_model, request_model) IS NOT NULL
  GROUP BY ALL ORDER BY calls DESC LIMIT $10::BIGINT`;

export interface Measure {
  readonly y: string;
  readonly d: string;
  readonly where: string;
}

const whole = (y: string): Measure => ({
  y,
  d: `count(*) FILTER (WHERE attempt = 1)`,
  where: `kind = 'generation' AND error_type IS DISTINCT FROM 'aborted'`,
});

/** $10 is what a value counts as at most; $11 is the name of what is told. */
export const MEASURES = {
  cost: whole(`sum(least(cost_micro_usd, $10::DOUBLE))`),
  output_tokens: whole(`sum(least(output_tokens, $10::DOUBLE))`),
  duration: whole(`sum(least(duration_ms, $10::DOUBLE))`),
  told: { y: `sum(least(coalesce(value, 1), $10::DOUBLE))`, d: `count(*)`, where: `kind IN ('metric', 'score') AND name = $11` },
} as const satisfies Record<string, Measure>;

/**
 * People by arm who were met first, since $9, in the time asked, and the moments of what each had. Who was met first with one variant has
 * nothing of what they had with another. By the person, $12, those of whom nothing was told have 0.
 */
export const peopleBy = ({ y, d, where }: Measure): string => `
  WITH met AS (
    SELECT targeting_key, arg_min(variant, happened_at) = $8 AS treated, min(happened_at) AS met_at FROM events
    WHERE ${PLACE} AND happened_at >= $9::BIGINT AND happened_at < $4::BIGINT AND ${IN_SPLIT} AND blocked IS NULL
      AND kind IN ('exposure', 'generation', 'run') AND targeting_key IS NOT NULL
    GROUP BY targeting_key HAVING min(happened_at) >= $3::BIGINT),
  had AS (
    SELECT targeting_key, ${ARM}, (${y})::DOUBLE AS y, (${d})::DOUBLE AS d FROM events
    WHERE ${SERVED} AND targeting_key IS NOT NULL AND ($11 = '' OR $11 <> '') AND ${where} GROUP BY ALL),
  each AS (
    SELECT met.treated, CASE WHEN $12 = 'person' THEN coalesce(y, 0) ELSE y END AS y, CASE WHEN $12 = 'person' THEN 1 ELSE d END AS d
    FROM met LEFT JOIN had ON had.targeting_key = met.targeting_key AND had.treated = met.treated)
  SELECT treated, count(*)::DOUBLE AS met, count(y) FILTER (WHERE d > 0)::DOUBLE AS people,
    avg(y) FILTER (WHERE d > 0) AS mean_y, avg(d) FILTER (WHERE y IS NOT NULL AND d > 0) AS mean_d,
    var_pop(y) FILTER (WHERE d > 0) AS var_y, var_pop(d) FILTER (WHERE y IS NOT NULL AND d > 0) AS var_d,
    covar_pop(y, d) FILTER (WHERE y IS NOT NULL AND d > 0) AS covar
  FROM each GROUP BY treated`;

/** What is frozen: of the variants $7 whatever is treated. */
export const QUANTILES = `
  SELECT quantile_disc(duration_ms, 0.95) FILTER (WHERE error_type IS NULL) AS duration,
    quantile_disc(first_chunk_ms, 0.95) FILTER (WHERE first_chunk_ms IS NOT NULL) AS first_chunk,
    quantile_disc(cost_micro_usd, 0.999) FILTER (WHERE cost_micro_usd IS NOT NULL)::DOUBLE AS cost
  FROM events WHERE ${SERVED} AND ${FIRST_CALL} AND variant <> $8`;

const SQUARES = ["requests", "events"] as const;

/** One row a metric: what its rate counts, by person, as sums over people; of everybody but the treated. */
function clustersOf(metric: string, requests: string, events: string): string {
  const [n, x] = SQUARES;
  return `SELECT '${metric}' AS metric, count(*)::DOUBLE AS users, sum(${n})::DOUBLE AS requests, sum(${x})::DOUBLE AS events,
    sum(${n} * ${n})::DOUBLE AS requests_squared, sum(${x} * ${x})::DOUBLE AS events_squared, sum(${n} * ${x})::DOUBLE AS products
    FROM (SELECT ${requests}::DOUBLE AS ${n}, ${events}::DOUBLE AS ${x} FROM WHO) WHERE ${n} > 0`;
}

const ofCalls = (metric: string, column: string, requests = "calls"): string =>
  clustersOf(metric, requests, column).replace("WHO", "callers");
const ofRuns = (metric: string, column: string): string => clustersOf(metric, "runs", column).replace("WHO", "runners");

export const CLUSTERS = `
  WITH callers AS (
    SELECT targeting_key, count(*) AS calls, ${countOf("errors", FAILED)}, ${countOf("timeouts", "error_type = 'timeout'")},
      ${countOf("refusals", "refused")}, ${countOf("slow", SLOW)}, ${countOf("first_chunks", `first_chunk_ms IS NOT NULL OR (stream AND ${FAILED})`)},
      ${countOf("slow_first_chunks", SLOW_FIRST_CHUNK)}, count(cost_micro_usd) AS priced, ${countOf("over_cap", "cost_micro_usd > $12::DOUBLE")}
    FROM events WHERE ${SERVED} AND ${FIRST_CALL} AND variant <> $8 AND targeting_key IS NOT NULL GROUP BY targeting_key),
  ${RUNS},
  runners AS (
    SELECT targeting_key, count(*) AS runs, ${countOf("fallbacks", "fallback")}, ${countOf("thumbs_down", "thumbs_down")},
      ${countOf("retried", "retried")}, ${countOf("abandoned", "abandoned")}
    FROM ended LEFT JOIN words USING (run) WHERE NOT treated AND targeting_key IS NOT NULL GROUP BY targeting_key)
  ${[
    ofCalls("error_rate", "errors"),
    ofCalls("timeout_rate", "timeouts"),
    ofCalls("refusal_rate", "refusals"),
    ofCalls("slow_rate", "slow"),
    ofCalls("slow_first_chunk_rate", "slow_first_chunks", "first_chunks"),
    ofCalls("cost_over_cap_rate", "over_cap", "priced"),
    ofRuns("fallback_rate", "fallbacks"),
    ofRuns("thumbs_down_rate", "thumbs_down"),
    ofRuns("retry_rate", "retried"),
    ofRuns("abandon_rate", "abandoned"),
  ].join(" UNION ALL ")}`;
