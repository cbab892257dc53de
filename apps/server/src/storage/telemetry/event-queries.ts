/** What is asked of the events, as SQL: common enough that another engine with columns answers the same. */

/** What an override forced, and what nobody saw, is no evidence of what people get. */
export const EVIDENCE = `project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT AND overridden IS NULL AND shadow IS NULL`;

/** A call that the app itself ended says nothing of the model. */
const FAILED = `kind = 'generation' AND error_type IS NOT NULL AND error_type <> 'aborted'`;
export const WORKED = `kind = 'generation' AND error_type IS NULL`;

export const countOf = (name: string, where: string): string => `count(*) FILTER (WHERE ${where})::DOUBLE AS ${name}`;
const sumOf = (name: string, column: string, where: string): string =>
  `coalesce(sum(${column}) FILTER (WHERE ${where}), 0)::DOUBLE AS ${name}`;
export const quantilesOf = (name: string, column: string, where: string): string =>
  [0.5, 0.95, 0.99]
    .map((share) => `quantile_disc(${column}, ${share}) FILTER (WHERE ${where}) AS ${name}_p${share * 100}`)
    .join(", ");
const ofCalls = (name: string, column: string): string => quantilesOf(name, column, `${WORKED} AND ${column} IS NOT NULL`);
const happened = (name: string): string => countOf(name, `kind = 'feedback' AND name = '${name}' AND coalesce(value, 1) > 0`);

/** What is told of calls, whoever saw their answers. */
const CALLS = `
    ${countOf("generations", "kind = 'generation'")},
    ${countOf("errors", FAILED)},
    ${ofCalls("duration", "duration_ms")},
    ${sumOf("input_tokens", "input_tokens", "kind = 'generation'")},
    ${sumOf("output_tokens", "output_tokens", "kind = 'generation'")},
    ${countOf("usage_unknown", `${WORKED} AND (input_tokens IS NULL OR output_tokens IS NULL)`)},
    ${sumOf("cost", "cost_micro_usd", "kind = 'generation'")},
    ${countOf("priced", "kind = 'generation' AND cost_micro_usd IS NOT NULL")},
    ${countOf("cost_unknown", `${WORKED} AND cost_micro_usd IS NULL`)}`;

/** People change their minds: of the feedback of one run and name the last counts. */
const LAST_WORDS = `
  SELECT * FROM events WHERE ${EVIDENCE} AND flag = $5 AND variant IS NOT NULL AND kind <> 'feedback'
  UNION ALL
  SELECT * FROM events WHERE ${EVIDENCE} AND flag = $5 AND variant IS NOT NULL AND kind = 'feedback'
  QUALIFY row_number() OVER (PARTITION BY coalesce(run, id), name ORDER BY happened_at DESC, received_at DESC, id DESC) = 1`;

/** Of flag $5, by variant, step of $6 milliseconds (all in one for 0) and `part`; $7 rows at most, the latest steps first. */
export const metricsBy = (part: string): string => `
  SELECT variant, ${part} AS part,
    CASE WHEN $6::BIGINT = 0 THEN 0 ELSE (happened_at // greatest($6::BIGINT, 1)) * $6::BIGINT END::DOUBLE AS step,
    ${countOf("exposures", "kind = 'exposure'")},
    count(DISTINCT targeting_key)::DOUBLE AS people,
    ${countOf("runs", "kind = 'run'")},
    ${countOf("runs_fallback", "kind = 'run' AND outcome IN ('fallback', 'reply')")},
    ${countOf("runs_default", "kind = 'run' AND outcome IN ('default', 'error') AND error_type IS DISTINCT FROM 'aborted'")},
    ${CALLS},
    ${countOf("timeouts", "kind = 'generation' AND error_type = 'timeout'")},
    ${countOf("refusals", "kind = 'generation' AND refused")},
    ${ofCalls("first_chunk", "first_chunk_ms")},
    ${sumOf("cache_read_tokens", "cache_read_tokens", "kind = 'generation'")},
    ${sumOf("reasoning_tokens", "reasoning_tokens", "kind = 'generation'")},
    ${sumOf("tool_calls", "tool_calls", "kind = 'generation'")},
    ${countOf("thumbs_up", "kind = 'feedback' AND name = 'thumbs' AND value >= 0.5")},
    ${countOf("thumbs_down", "kind = 'feedback' AND name = 'thumbs' AND value < 0.5")},
    ${countOf("ratings", "kind = 'feedback' AND name = 'rating' AND value IS NOT NULL")},
    ${sumOf("rating_sum", "value", "kind = 'feedback' AND name = 'rating'")},
    ${["accepted", "edited", "retried", "abandoned"].map(happened).join(", ")}
  FROM (${LAST_WORDS}) GROUP BY variant, part, step ORDER BY step DESC, variant, part LIMIT $7::BIGINT`;

/** Calls of flag $5 whose answers nobody saw, by variant; $6 rows at most. */
export const SHADOWS = `
  SELECT variant, ${CALLS}
  FROM events WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT
    AND overridden IS NULL AND shadow AND flag = $5 AND variant IS NOT NULL
  GROUP BY variant ORDER BY variant LIMIT $6::BIGINT`;

/**
 * Of flag $5 those whose answers people saw and that no override forced; of all flags, for the empty text, the others too: a model without
 * a price is listed either way.
 */
export const MODELS_ANSWERED = `
  SELECT coalesce(variant, '') AS variant, provider, request_model, response_model, count(*)::DOUBLE AS generations,
    ${countOf("unpriced", `${WORKED} AND cost_micro_usd IS NULL`)}, max(happened_at)::DOUBLE AS last_at
  FROM events WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT AND kind = 'generation' AND ($5 = '' OR (flag = $5 AND shadow IS NULL AND overridden IS NULL))
  GROUP BY ALL ORDER BY generations DESC, variant, provider, request_model, response_model LIMIT $6::BIGINT`;

export const RUN = `
  SELECT * FROM events WHERE project = $1 AND environment = $2 AND run = $3 ORDER BY happened_at, received_at LIMIT $4::BIGINT`;

export const EVENTS_OF = `
  SELECT * FROM events WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT
    AND (list_contains($5::VARCHAR[], '') OR list_contains($5::VARCHAR[], targeting_key)) AND ($6 = '' OR flag = $6)
  ORDER BY happened_at DESC, received_at DESC LIMIT $7::BIGINT`;
