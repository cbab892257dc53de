/** What is asked of scores and of the apps' own metrics, as SQL: whose each is, and what comes of them. */

import { METRIC_QUANTILES } from "@dimmer/protocol";
import { EVIDENCE } from "./event-queries.ts";

const TOLD = `told AS (
  SELECT kind, name, value, targeting_key, flag, variant, happened_at FROM events
  WHERE ${EVIDENCE} AND kind IN ('score', 'metric') AND (flag IS NULL OR flag = $5))`;

/** Each person who met a variant of flag $5, once, with the variant they met first; from $6 milliseconds before the time asked on. */
const met = (whom: string): string => `met AS (
  SELECT targeting_key, arg_min(variant, happened_at) AS variant, min(happened_at) AS at FROM events
  WHERE project = $1 AND environment = $2 AND happened_at >= $3::BIGINT - $6::BIGINT AND happened_at < $4::BIGINT
    AND overridden IS NULL AND shadow IS NULL AND flag = $5 AND variant IS NOT NULL AND ${whom}
  GROUP BY targeting_key)`;
const EVERYBODY = `targeting_key IS NOT NULL`;
/** Most people met a variant and were told of nothing. */
const TOLD_OF = `targeting_key IN (SELECT targeting_key FROM told)`;

/** Whose each is: of the variant that it names; where it names no flag, of the one that its person had met first, for so long after. */
const mine = (windowMs: string, join = "", more = ""): string => `mine AS (
  SELECT told.kind, told.name, told.value, told.targeting_key, ${more}
    met.variant AS met_variant, met.at AS met_at,
    CASE WHEN told.flag IS NOT NULL THEN told.variant
      WHEN told.happened_at >= met.at AND told.happened_at < met.at + ${windowMs} THEN met.variant END AS variant
  FROM told ${join} LEFT JOIN met ON met.targeting_key = told.targeting_key)`;

export const VALUES = `
  WITH ${TOLD}, ${met(TOLD_OF)}, ${mine("$6::BIGINT")}
  SELECT kind, variant, name, count(*)::DOUBLE AS count, avg(value) AS mean, sum(value) AS sum,
    quantile_disc(value, 0.5) FILTER (WHERE value IS NOT NULL) AS p50, quantile_disc(value, 0.95) FILTER (WHERE value IS NOT NULL) AS p95
  FROM mine WHERE variant IS NOT NULL
  GROUP BY kind, variant, name ORDER BY kind, name, variant LIMIT $7::BIGINT`;

/** Of the events named $8, capped at $9 and attributed for $10 milliseconds each, by their place in the lists and by variant. */
export const TOLD_BY_VARIANT = `
  WITH ${TOLD}, ${met(TOLD_OF)},
  asked AS (
    SELECT generate_subscripts($8::VARCHAR[], 1) AS place, unnest($8::VARCHAR[]) AS event,
      unnest($9::VARCHAR[]::DOUBLE[]) AS cap, unnest($10::VARCHAR[]::BIGINT[]) AS window_ms),
  ${mine("asked.window_ms", "JOIN asked ON asked.event = told.name", "asked.place, least(told.value, asked.cap) AS capped,")}
  SELECT place::DOUBLE AS place, variant, count(*)::DOUBLE AS count, count(DISTINCT targeting_key)::DOUBLE AS people,
    count(DISTINCT targeting_key) FILTER (WHERE met_variant = variant AND met_at >= $3::BIGINT)::DOUBLE AS met_people,
    count(value)::DOUBLE AS valued, sum(capped) FILTER (WHERE value IS NOT NULL) AS sum,
    sum(CASE WHEN value IS NULL THEN 1 ELSE capped END) AS total,
    quantile_disc(capped, [${METRIC_QUANTILES.join(", ")}]) FILTER (WHERE value IS NOT NULL) AS quantiles
  FROM mine WHERE variant IS NOT NULL
  GROUP BY place, variant ORDER BY place, variant LIMIT $7::BIGINT`;

/** What metrics are divided by: who met each variant first in the time asked, who had it, and how often it was met. */
export const BASES = `
  WITH ${met(EVERYBODY)}, here AS (
    SELECT variant, count(DISTINCT targeting_key)::DOUBLE AS people, count(*) FILTER (WHERE kind = 'exposure')::DOUBLE AS exposures
    FROM events WHERE ${EVIDENCE} AND flag = $5 AND variant IS NOT NULL GROUP BY variant)
  SELECT here.variant, here.people, here.exposures,
    (SELECT count(*) FROM met WHERE met.variant = here.variant AND met.at >= $3::BIGINT)::DOUBLE AS met
  FROM here ORDER BY here.variant LIMIT $7::BIGINT`;
