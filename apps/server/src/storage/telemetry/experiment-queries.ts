/** What is asked of the events about an experiment, as SQL: each person's sums, then their moments by arm. */

import type { AskedQuantile, BuiltInTerm, ExperimentQuestion, Term, ToldTerm } from "../../telemetry/experiment-question.ts";
import { WORKED } from "./event-queries.ts";

/** Milliseconds before somebody's first exposure that their history is of. */
export const HISTORY_MS = 7 * 86_400_000;

const SEEN = `project = $1 AND environment = $2 AND happened_at < $4::BIGINT AND overridden IS NULL AND shadow IS NULL AND targeting_key IS NOT NULL`;
/** The default has no rule, whatever else is told of it. */
const HERE = `flag = $5 AND path = CASE WHEN $6 = 'default' THEN 'default' ELSE 'rule' END AND ($6 = 'default' OR rule = $6) AND blocked IS NULL AND ineligible IS NULL`;

/**
 * Each person who was given an arm here, once, with the first. People are told apart by 64 bits of a hash, as in `idHash`. The names of $8
 * are never none, and asked for here so that each question takes the same values.
 */
const MET = `
  met AS (
    SELECT hash(targeting_key) AS person, count(DISTINCT variant) AS variants, arg_min(variant, happened_at) AS variant,
      arg_min(source, happened_at) AS source, min(happened_at) AS met_at
    FROM events WHERE ${SEEN} AND happened_at >= $3::BIGINT AND ${HERE} AND list_contains($7::VARCHAR[], variant) AND len($8::VARCHAR[]) > 0
    GROUP BY ALL)`;

/** What was told of them since, and in the week before. A mover counts for their first arm as long as they had it. */
const around = (kinds: string, keepsMovers: boolean): string => `
    FROM events JOIN met ON met.person = hash(events.targeting_key)
    WHERE ${SEEN.replaceAll("targeting_key", "events.targeting_key")} AND happened_at >= $3::BIGINT - ${HISTORY_MS}
      AND happened_at >= met.met_at - ${HISTORY_MS} AND kind IN (${kinds}) AND (flag = $5 OR flag IS NULL)
      ${keepsMovers ? "AND (happened_at < met.met_at OR flag IS NULL OR events.variant = met.variant)" : "AND met.variants = 1"}`;

const DURING = "happened_at >= met_at";
const BEFORE = "happened_at < met_at";

const count = (where: string): string => `count(*) FILTER (WHERE ${where})`;
const sum = (column: string, where: string): string => `coalesce(sum(${column}) FILTER (WHERE ${where}), 0)`;

/** Of whom it tells, by the kinds of events that it reads. */
const ACTS: Readonly<Partial<Record<BuiltInTerm, (when: string) => string>>> = {
  exposures: (when) => count(`kind = 'exposure' AND ${when}`),
  calls: (when) => count(`kind = 'generation' AND ${when}`),
  errors: (when) => count(`kind = 'generation' AND error_type IS NOT NULL AND error_type <> 'aborted' AND ${when}`),
  timeouts: (when) => count(`kind = 'generation' AND error_type = 'timeout' AND ${when}`),
  refusals: (when) => count(`kind = 'generation' AND refused AND ${when}`),
  worked: (when) => count(`${WORKED} AND duration_ms IS NOT NULL AND ${when}`),
  duration: (when) => sum("duration_ms", `${WORKED} AND ${when}`),
  tokened: (when) => count(`${WORKED} AND output_tokens IS NOT NULL AND ${when}`),
  output_tokens: (when) => sum("output_tokens", `${WORKED} AND ${when}`),
  cost: (when) => sum("cost_micro_usd", `kind = 'generation' AND ${when}`),
  // What tells of no runs has its first calls for them.
  runs: (when) =>
    `greatest(${count(`kind = 'run' AND ${when}`)}, ${count(`kind = 'generation' AND coalesce(attempt, 1) = 1 AND ${when}`)})`,
  fallbacks: (when) => count(`kind = 'run' AND outcome <> 'model' AND error_type IS DISTINCT FROM 'aborted' AND ${when}`),
};
const WORDS: Readonly<Partial<Record<BuiltInTerm, (when: string) => string>>> = {
  thumbs_down: (when) => count(`name = 'thumbs' AND value < 0.5 AND ${when}`),
  thumbs_up: (when) => count(`name = 'thumbs' AND value >= 0.5 AND ${when}`),
  accepted: (when) => count(`name = 'accepted' AND coalesce(value, 1) > 0 AND ${when}`),
  retried: (when) => count(`name = 'retried' AND coalesce(value, 1) > 0 AND ${when}`),
  abandoned: (when) => count(`name = 'abandoned' AND coalesce(value, 1) > 0 AND ${when}`),
};

/** Names go in as values, `$8`, and bounds as numbers. */
function told({ kind, cap, windowMs, take }: ToldTerm, place: number, when: string): string {
  const within = withinWindow(windowMs);
  const mine = `kind = '${kind}' AND name = list_extract($8::VARCHAR[], ${place + 1}) ${within} AND ${when}`;
  const value = cap === null ? "value" : `least(value, ${cap})`;
  const taken: Readonly<Record<ToldTerm["take"], string>> = {
    any: `least(${count(mine)}, 1)`,
    valued: count(`${mine} AND value IS NOT NULL`),
    sum: sum(value, mine),
    total: sum(`CASE WHEN value IS NULL THEN 1 ELSE ${value} END`, mine),
  };
  return taken[take];
}

/** What names the flag is of it for as long as it takes; what names only the person is for so long after they met it. */
const withinWindow = (windowMs: number | null): string =>
  windowMs === null ? "" : `AND (flag IS NOT NULL OR happened_at < met_at + ${Math.round(windowMs)})`;

/** Every value that a person has, in the order of the ratios: y and d during, y and d before. */
const VALUES = ["y", "d", "y_before", "d_before"] as const;

/**
 * By arm and period and history, by arm and source, and by arm and day; $9 are the periods' beginnings and $10 the most rows.
 *
 * Shape:  `names` are those of told events, for $8. Each ratio has a column of how many, four means, and ten centred products by person.
 */
export function experimentPeople({ ratios, keepsMovers }: ExperimentQuestion): {
  readonly sql: string;
  readonly names: string[];
} {
  const names: string[] = [];
  const acts: string[] = [];
  const words: string[] = [];
  const values: string[] = [];
  const addTerm = (term: Term, column: string, when: string): void => {
    if (term === "people") {
      values.push(`1::DOUBLE AS ${column}`);
      return;
    }
    if (typeof term === "object") {
      names.push(term.event);
      acts.push(`${told(term, names.length - 1, when)} AS ${column}`);
    } else if (WORDS[term] === undefined) acts.push(`${(ACTS[term] as (when: string) => string)(when)} AS ${column}`);
    else words.push(`${WORDS[term](when)} AS ${column}`);
    values.push(`coalesce(${column}, 0)::DOUBLE AS ${column}`);
  };
  for (const [at, { y, d }] of ratios.entries())
    for (const name of VALUES) addTerm(name.startsWith("y") ? y : d, `${name}_${at}`, name.endsWith("before") ? BEFORE : DURING);
  const columns = ratios.map((_, at) => VALUES.map((name) => `${name}_${at}`));
  const sql = `
  WITH ${MET},
  acts AS (
    SELECT person, count(*) FILTER (WHERE ${BEFORE} AND flag = $5) AS before_count,
      count(*) FILTER (WHERE ${BEFORE} AND flag = $5 AND events.variant IS DISTINCT FROM $11) AS strayed,
      count(*) FILTER (WHERE ${DURING} AND ${WORKED} AND cost_micro_usd IS NULL) AS unpriced
      ${acts.map((column) => `, ${column}`).join("")}
    ${around("'exposure', 'generation', 'run', 'metric', 'score'", keepsMovers)} GROUP BY person),
  words AS (
    SELECT person${words.map((column) => `, ${column}`).join("")} FROM (
      SELECT person, met_at, happened_at, name, value
      ${around("'feedback'", keepsMovers)}
      QUALIFY row_number() OVER (PARTITION BY coalesce(run, id), name ORDER BY happened_at DESC, received_at DESC, id DESC) = 1)
    GROUP BY person),
  people AS (
    SELECT met.variant, source, (met_at // 86400000) * 86400000 AS day,
      len(list_filter($9::VARCHAR[]::BIGINT[], begin -> begin <= met_at)) - 1 AS period,
      coalesce(before_count, 0) > 0 AS has_history, coalesce(strayed, 0) > 0 AS strayed, coalesce(unpriced, 0) AS unpriced
      ${values.map((column) => `, ${column}`).join("")}
    FROM met LEFT JOIN acts USING (person) LEFT JOIN words USING (person)
    ${keepsMovers ? "" : "WHERE variants = 1"})
  SELECT variant, period::DOUBLE AS period, has_history, source, day::DOUBLE AS day, count(*)::DOUBLE AS people,
    count(*) FILTER (WHERE strayed)::DOUBLE AS strayed, sum(unpriced)::DOUBLE AS unpriced,
    (SELECT count(*) FROM met WHERE variants > 1)::DOUBLE AS movers
    ${columns.flatMap(momentsOf).join("")}
  FROM people GROUP BY GROUPING SETS ((variant, period, has_history), (variant, source), (variant, day))
  ORDER BY variant, period, has_history, source, day LIMIT $10::BIGINT`;
  return { sql, names };
}

function momentsOf(columns: readonly string[], at: number): string[] {
  const pairs = columns.flatMap((one, i) => columns.slice(i).map((other, j) => [one, other, i, i + j] as const));
  return [
    ...columns.map((column, i) => `, avg(${column}) AS mean_${at}_${i}`),
    ...pairs.map(([one, other, i, j]) => `, covar_pop(${one}, ${other}) * count(*) AS product_${at}_${i}_${j}`),
  ];
}

/**
 * One quantile by arm, with each person's share of the values up to it; $8 has the event's name, where there is one. Values are counted in
 * bins of a thousandth of their size, of which the largest stands for the bin: sorting all would take memory for all.
 */
export function experimentQuantile({ of, quantile }: AskedQuantile, keepsMovers: boolean): string {
  const isTold = typeof of === "object";
  const column = isTold ? (of.cap === null ? "value" : `least(value, ${of.cap})`) : `${of}_ms`;
  const within = isTold ? withinWindow(of.windowMs) : "";
  const mine = isTold ? `kind = '${of.kind}' AND name = list_extract($8::VARCHAR[], 1) ${within}` : WORKED;
  const z = 1.96 * Math.sqrt(quantile * (1 - quantile));
  const upTo = (shift: string): string => `min(top) FILTER (WHERE upto >= (${quantile} ${shift}) * total)`;
  return `
  WITH ${MET},
  told AS (
    SELECT person, met.variant AS variant, ${column} AS value
    ${around(isTold ? `'${of.kind}'` : "'generation'", keepsMovers)} AND ${DURING} AND ${mine} AND ${column} IS NOT NULL),
  bins AS (
    SELECT variant, (CASE WHEN value = 0 THEN 0 ELSE sign(value) * ceil(1000 * ln(abs(value) + 1)) END)::BIGINT AS bin, count(*) AS held,
      max(value) AS top
    FROM told GROUP BY ALL),
  ranked AS (
    SELECT variant, top, sum(held) OVER (PARTITION BY variant ORDER BY bin) AS upto, sum(held) OVER (PARTITION BY variant) AS total FROM bins),
  cuts AS (
    SELECT variant, any_value(total) AS total, ${upTo("")} AS quantile, ${upTo(`- ${z} / sqrt(total)`)} AS lower,
      coalesce(${upTo(`+ ${z} / sqrt(total)`)}, max(top)) AS upper
    FROM ranked GROUP BY variant),
  people AS (
    SELECT told.variant AS variant, count(*) FILTER (WHERE value <= cuts.quantile)::DOUBLE AS below, count(*)::DOUBLE AS held
    FROM told JOIN cuts ON cuts.variant = told.variant GROUP BY told.variant, person)
  SELECT people.variant AS variant, any_value(cuts.total)::DOUBLE AS total, any_value(cuts.quantile) AS quantile, any_value(cuts.lower) AS lower,
    any_value(cuts.upper) AS upper, count(*)::DOUBLE AS people ${momentsOf(["below", "held"], 0).join("")}
  FROM people JOIN cuts ON cuts.variant = people.variant GROUP BY people.variant ORDER BY people.variant LIMIT $9::BIGINT`;
}
