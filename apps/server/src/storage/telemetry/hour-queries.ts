/** What is asked of single hours, to hold variants against their past, as SQL: each kind of event is read once, of all variants asked for. */

import { countOf, EVIDENCE } from "./event-queries.ts";

/** Lists of as many: flags $5, variants $6, value versions $7 and thresholds $8 in milliseconds; −1 is any version, and no threshold. */
const ASKED = `asked AS (
  SELECT unnest($5::VARCHAR[]) AS flag, unnest($6::VARCHAR[]) AS variant,
    unnest($7::VARCHAR[]::BIGINT[]) AS version, unnest($8::VARCHAR[]::DOUBLE[]) AS slow_ms)`;

/** What names no version may be of any. */
const OF_ASKED = `
  FROM events JOIN asked ON asked.flag = events.flag AND asked.variant = events.variant
    AND (asked.version < 0 OR events.value_version IS NULL OR events.value_version = asked.version)
  WHERE ${EVIDENCE}`;

const HOUR_MS = 3_600_000;
const KEYS = `asked.flag AS flag, asked.variant AS variant, (happened_at // ${HOUR_MS}) * ${HOUR_MS} AS hour`;
const NAMES = "flag, variant, hour";
const FAILED = "error_type IS NOT NULL";

/** Calls that the app itself ended say nothing of the model, and are in no count. */
const CALLS = `kind = 'generation' AND error_type IS DISTINCT FROM 'aborted'`;

/** $9 rows at most, the earliest first. */
export const HOURS = `
  WITH ${ASKED},
  calls AS (
    SELECT ${KEYS}, count(*)::DOUBLE AS generations,
      ${countOf("errors", FAILED)},
      ${countOf("refusals", "refused")},
      ${countOf("slow", `slow_ms >= 0 AND (${FAILED} OR duration_ms > slow_ms)`)},
      count(output_tokens)::DOUBLE AS token_calls, coalesce(sum(output_tokens), 0)::DOUBLE AS output_tokens,
      count(cost_micro_usd)::DOUBLE AS priced, coalesce(sum(cost_micro_usd), 0)::DOUBLE AS cost
    ${OF_ASKED} AND ${CALLS} GROUP BY ALL),
  runs AS (
    SELECT ${KEYS}, count(*)::DOUBLE AS runs ${OF_ASKED} AND kind = 'run' AND error_type IS DISTINCT FROM 'aborted' GROUP BY ALL),
  thumbs AS (
    SELECT ${NAMES}, ${countOf("thumbs_down", "value < 0.5")}
    FROM (
      SELECT ${KEYS}, value ${OF_ASKED} AND kind = 'feedback' AND name = 'thumbs'
      QUALIFY row_number() OVER (
        PARTITION BY asked.flag, asked.variant, coalesce(run, id) ORDER BY happened_at DESC, received_at DESC, id DESC) = 1)
    GROUP BY ALL),
  hours AS (SELECT ${NAMES} FROM calls UNION SELECT ${NAMES} FROM runs UNION SELECT ${NAMES} FROM thumbs)
  SELECT hours.flag, hours.variant, hours.hour::DOUBLE AS hour, generations, errors, refusals, slow, token_calls, output_tokens,
    priced, cost, runs, thumbs_down
  FROM hours LEFT JOIN calls USING (${NAMES}) LEFT JOIN runs USING (${NAMES}) LEFT JOIN thumbs USING (${NAMES})
  ORDER BY hours.hour, hours.flag, hours.variant LIMIT $9::BIGINT`;

/** What judges said of each hour's runs; of what names a variant. */
export const HOUR_SCORES = `
  WITH ${ASKED}
  SELECT ${KEYS}, name, count(value)::DOUBLE AS count, sum(value)::DOUBLE AS sum
  ${OF_ASKED} AND kind = 'score' AND value IS NOT NULL
  GROUP BY ALL ORDER BY hour, flag, variant, name LIMIT $9::BIGINT`;

/** Who answered, and when they first did so in the time asked. */
export const ANSWERED = `
  WITH ${ASKED}
  SELECT asked.flag AS flag, asked.variant AS variant, provider, coalesce(response_model, request_model) AS model,
    count(*)::DOUBLE AS calls, min(happened_at)::DOUBLE AS first_at
  ${OF_ASKED} AND ${CALLS} AND error_type IS NULL AND coalesce(response_model, request_model) IS NOT NULL
  GROUP BY ALL ORDER BY calls DESC, flag, variant, model LIMIT $9::BIGINT`;

/** Calls by the size of their input, in bins of a twentieth of a power of e. */
export const INPUT_SIZES = `
  WITH ${ASKED}
  SELECT ceil(20 * ln(greatest(input_tokens, 1)))::DOUBLE AS bin, count(*)::DOUBLE AS calls
  ${OF_ASKED} AND kind = 'generation' AND input_tokens IS NOT NULL
  GROUP BY ALL ORDER BY bin LIMIT $9::BIGINT`;
