/** What is asked of the events, as SQL: common enough that another engine with columns answers the same. */

/** What an override forced, and what nobody saw, is no evidence of what people get. */
export const EVIDENCE = `project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT AND overridden IS NULL AND shadow IS NULL`;

/** A call that the app itself ended says nothing of the model. */
const FAILED = `error_type IS NOT NULL AND error_type <> 'aborted'`;
export const WORKED = `kind = 'generation' AND error_type IS NULL`;

export const countOf = (name: string, where: string): string => `count(*) FILTER (WHERE ${where})::DOUBLE AS ${name}`;
const sumOf = (name: string, column: string): string => `coalesce(sum(${column}), 0)::DOUBLE AS ${name}`;
/** Together: each for itself would keep all values once more. */
export const quantilesOf = (name: string, column: string, where: string): string =>
  `quantile_disc(${column}, [0.5, 0.95, 0.99]) FILTER (WHERE ${where}) AS ${name}`;
const happened = (name: string): string => countOf(name, `name = '${name}' AND coalesce(value, 1) > 0`);

/** What is told of calls, whoever saw their answers; of generations alone, as a filter at each would cost more than all of it. */
const CALLS = `
    count(*)::DOUBLE AS generations,
    ${countOf("errors", FAILED)},
    ${sumOf("input_tokens", "input_tokens")},
    ${sumOf("output_tokens", "output_tokens")},
    ${countOf("usage_unknown", "error_type IS NULL AND (input_tokens IS NULL OR output_tokens IS NULL)")},
    ${sumOf("cost", "cost_micro_usd")},
    count(cost_micro_usd)::DOUBLE AS priced,
    ${countOf("cost_unknown", "error_type IS NULL AND cost_micro_usd IS NULL")}`;

const SEEN = `${EVIDENCE} AND flag = $5 AND variant IS NOT NULL`;

/** The columns that rows are added up by: each has a name, and is never null, so that tables are joined by them. */
interface Keys {
  readonly columns: string;
  readonly names: string;
}

/**
 * Where three shares of the calls that worked were done. Calls are counted in bins of a hundredth of their size, and the largest of its
 * bin stands for it: at most a hundredth more than the exact one, and the exact one where all in it are alike. Bins are counted several
 * times faster than values are put in order, need no more memory for more calls, and could be added up.
 */
const binned = (name: string, column: string, { columns, names }: Keys): string => `
  ${name} AS (
    SELECT ${names}, [${[0.5, 0.95, 0.99].map((share) => `min(top) FILTER (WHERE upto >= ${share} * calls)`).join(", ")}] AS ${name}
    FROM (
      SELECT ${names}, top, sum(calls) OVER (PARTITION BY ${names} ORDER BY bin) AS upto, sum(calls) OVER (PARTITION BY ${names}) AS calls
      FROM (
        SELECT ${columns}, ceil(100 * ln(greatest(${column}, 0.001)))::INTEGER AS bin, count(*) AS calls, max(${column}) AS top
        FROM events WHERE ${SEEN} AND ${WORKED} AND ${column} IS NOT NULL GROUP BY ALL))
    GROUP BY ${names})`;

/** People change their minds: of the feedback of one run and name the last counts. */
const LAST_WORDS = `
  SELECT * FROM events WHERE ${SEEN} AND kind = 'feedback'
  QUALIFY row_number() OVER (PARTITION BY coalesce(run, id), name ORDER BY happened_at DESC, received_at DESC, id DESC) = 1`;

const THUMBS = `
    ${countOf("thumbs_up", "name = 'thumbs' AND value >= 0.5")},
    ${countOf("thumbs_down", "name = 'thumbs' AND value < 0.5")}`;

/**
 * Of flag $5, by variant and `part`, which is the empty text where there is none; $6 rows at most. Each table reads only the kinds and
 * columns that it is about: to read all once, with a filter at each measure, takes three times as long.
 */
export const metricsBy = (part: string): string => {
  const keys: Keys = { columns: `variant, coalesce(${part}, '') AS part`, names: "variant, part" };
  return `
  WITH people AS (
    SELECT ${keys.columns}, count(DISTINCT hash(targeting_key)) FILTER (WHERE targeting_key IS NOT NULL)::DOUBLE AS people
    FROM events WHERE ${SEEN} GROUP BY ALL),
  calls AS (
    SELECT ${keys.columns}, ${CALLS},
      ${countOf("timeouts", "error_type = 'timeout'")},
      ${countOf("refusals", "refused")},
      ${sumOf("cache_read_tokens", "cache_read_tokens")},
      ${sumOf("reasoning_tokens", "reasoning_tokens")},
      ${sumOf("tool_calls", "tool_calls")}
    FROM events WHERE ${SEEN} AND kind = 'generation' GROUP BY ALL),
  runs AS (
    SELECT ${keys.columns},
      ${countOf("exposures", "kind = 'exposure'")},
      ${countOf("runs", "kind = 'run'")},
      ${countOf("runs_fallback", "kind = 'run' AND outcome IN ('fallback', 'reply')")},
      ${countOf("runs_default", "kind = 'run' AND outcome IN ('default', 'error') AND error_type IS DISTINCT FROM 'aborted'")}
    FROM events WHERE ${SEEN} AND kind IN ('exposure', 'run') GROUP BY ALL),
  feedback AS (
    SELECT ${keys.columns}, ${THUMBS},
      ${countOf("ratings", "name = 'rating' AND value IS NOT NULL")},
      coalesce(sum(value) FILTER (WHERE name = 'rating'), 0)::DOUBLE AS rating_sum,
      ${["accepted", "edited", "retried", "abandoned"].map(happened).join(", ")}
    FROM (${LAST_WORDS}) GROUP BY ALL),
  ${binned("duration", "duration_ms", keys)},
  ${binned("first_chunk", "first_chunk_ms", keys)}
  SELECT *
  FROM people LEFT JOIN calls USING (${keys.names}) LEFT JOIN runs USING (${keys.names}) LEFT JOIN feedback USING (${keys.names})
    LEFT JOIN duration USING (${keys.names}) LEFT JOIN first_chunk USING (${keys.names})
  ORDER BY variant, part LIMIT $6::BIGINT`;
};

const STEP: Keys = { columns: "variant, (happened_at // $6::BIGINT) * $6::BIGINT AS step", names: "variant, step" };

/** Of flag $5, by variant and step of $6 milliseconds, what a line is drawn of; $7 rows at most, the latest steps first. */
export const POINTS = `
  WITH calls AS (SELECT ${STEP.columns}, ${CALLS} FROM events WHERE ${SEEN} AND kind = 'generation' GROUP BY ALL),
  feedback AS (SELECT ${STEP.columns}, ${THUMBS} FROM (${LAST_WORDS}) GROUP BY ALL),
  ${binned("duration", "duration_ms", STEP)},
  steps AS (SELECT ${STEP.names} FROM calls UNION SELECT ${STEP.names} FROM feedback)
  SELECT steps.variant, steps.step::DOUBLE AS step, generations, errors, duration, input_tokens, output_tokens, usage_unknown, priced,
    thumbs_up, thumbs_down, cost
  FROM steps LEFT JOIN calls USING (${STEP.names}) LEFT JOIN feedback USING (${STEP.names}) LEFT JOIN duration USING (${STEP.names})
  ORDER BY steps.step DESC, variant LIMIT $7::BIGINT`;

/** Calls of flag $5 whose answers nobody saw, by variant; $6 rows at most. */
export const SHADOWS = `
  SELECT variant, ${CALLS}, ${quantilesOf("duration", "duration_ms", "error_type IS NULL AND duration_ms IS NOT NULL")}
  FROM events WHERE kind = 'generation' AND project = $1 AND environment = $2 AND happened_at >= $3::BIGINT AND happened_at < $4::BIGINT
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
