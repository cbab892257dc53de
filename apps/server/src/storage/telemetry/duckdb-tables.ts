/** The tables of telemetry in DuckDB, and how they are kept small. */

/** An absent name is the empty text in keys, as a key takes no null. */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS marks (name VARCHAR PRIMARY KEY, value BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS batches (
     project VARCHAR NOT NULL, environment VARCHAR NOT NULL, id VARCHAR NOT NULL, received_at BIGINT NOT NULL,
     PRIMARY KEY (project, environment, id))`,
  `CREATE TABLE IF NOT EXISTS evaluations (
     project VARCHAR NOT NULL, environment VARCHAR NOT NULL, flag VARCHAR NOT NULL, variant VARCHAR, value_version BIGINT,
     path VARCHAR, rule VARCHAR, reason VARCHAR NOT NULL, error_code VARCHAR, source VARCHAR NOT NULL,
     counted_at BIGINT NOT NULL, count BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS people (
     project VARCHAR NOT NULL, environment VARCHAR NOT NULL, flag VARCHAR NOT NULL, path VARCHAR NOT NULL, rule VARCHAR NOT NULL,
     day BIGINT NOT NULL, sketch VARCHAR NOT NULL,
     PRIMARY KEY (project, environment, flag, path, rule, day))`,
  `CREATE TABLE IF NOT EXISTS attributes (
     project VARCHAR NOT NULL, environment VARCHAR NOT NULL, path VARCHAR NOT NULL, type VARCHAR NOT NULL, day BIGINT NOT NULL,
     PRIMARY KEY (project, environment, path, type))`,
  `CREATE TABLE IF NOT EXISTS contexts (
     project VARCHAR NOT NULL, environment VARCHAR NOT NULL, path VARCHAR NOT NULL, day BIGINT NOT NULL,
     what VARCHAR NOT NULL, value VARCHAR NOT NULL, count BIGINT NOT NULL,
     PRIMARY KEY (project, environment, path, what, value, day))`,
];

const COLUMNS = "project, environment, flag, variant, value_version, path, rule, reason, error_code, source";

/** What `regroup` runs, in one transaction: rows from $1 to below $2 that say the same become one for each step of $3. */
export const REGROUP: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE regrouped AS
     SELECT ${COLUMNS}, (counted_at // $3::BIGINT) * $3::BIGINT AS counted_at, sum(count)::BIGINT AS count
     FROM evaluations WHERE counted_at >= $1::BIGINT AND counted_at < $2::BIGINT GROUP BY ALL`,
  `DELETE FROM evaluations WHERE counted_at >= $1::BIGINT AND counted_at < $2::BIGINT`,
  `INSERT INTO evaluations (${COLUMNS}, counted_at, count) SELECT ${COLUMNS}, counted_at, count FROM regrouped`,
];

export const TOTALS = `
  SELECT flag, variant, value_version::DOUBLE AS value_version, path, rule, reason, error_code,
         sum(count)::DOUBLE AS count, max(counted_at)::DOUBLE AS last_at
  FROM evaluations
  WHERE project = $1 AND environment = $2 AND counted_at >= $3::BIGINT AND counted_at < $4::BIGINT AND ($5 = '' OR flag = $5)
  GROUP BY flag, variant, evaluations.value_version, path, rule, reason, error_code
  ORDER BY count DESC, flag, variant LIMIT $6::BIGINT`;

export const SERIES = `
  SELECT variant, ((counted_at // $5::BIGINT) * $5::BIGINT)::DOUBLE AS step, sum(count)::DOUBLE AS count
  FROM evaluations
  WHERE project = $1 AND environment = $2 AND counted_at >= $3::BIGINT AND counted_at < $4::BIGINT AND flag = $6
  GROUP BY variant, step ORDER BY variant, step LIMIT $7::BIGINT`;

/** The last first, so that a flood of unknown flags cuts off those that nobody asks for any more. */
export const USES = `
  SELECT flag, max(counted_at)::DOUBLE AS last_at FROM evaluations
  WHERE project = $1 AND environment = $2 AND counted_at >= $3::BIGINT AND counted_at < $4::BIGINT
  GROUP BY flag ORDER BY last_at DESC, flag LIMIT $5::BIGINT`;

export const DAYS = `
  SELECT DISTINCT ((counted_at // $5::BIGINT) * $5::BIGINT)::DOUBLE AS day FROM evaluations
  WHERE project = $1 AND environment = $2 AND counted_at >= $3::BIGINT AND counted_at < $4::BIGINT
  ORDER BY day LIMIT $6::BIGINT`;

/** Everybody first, then the newest days, so that a flood of addresses cuts off neither. */
export const PEOPLE = `
  SELECT day::DOUBLE AS day, flag, path, rule, sketch FROM people
  WHERE project = $1 AND environment = $2 AND day >= $3::BIGINT AND day < $4::BIGINT
  ORDER BY flag <> '', day DESC, flag, path, rule LIMIT $5::BIGINT`;

export const ATTRIBUTES = `
  SELECT path, type, day::DOUBLE AS day FROM attributes
  WHERE project = $1 AND environment = $2 ORDER BY path, type LIMIT $3::BIGINT`;

/** `what` is a count of `ContextCount`, or `value`; the counts come before the values, so that a flood of these cuts off none. */
export const CONTEXTS = `
  SELECT path, what, value, sum(count)::DOUBLE AS count FROM contexts
  WHERE project = $1 AND environment = $2 AND day >= $3::BIGINT AND day < $4::BIGINT
  GROUP BY path, what, value ORDER BY what = 'value', path, what, value LIMIT $5::BIGINT`;

export const SKETCH = `
  SELECT sketch FROM people
  WHERE project = $1 AND environment = $2 AND flag = $3 AND path = $4 AND rule = $5 AND day = $6::BIGINT`;

export const PUT_SKETCH = `
  INSERT INTO people VALUES ($1, $2, $3, $4, $5, $6::BIGINT, $7)
  ON CONFLICT (project, environment, flag, path, rule, day) DO UPDATE SET sketch = excluded.sketch`;

export const PUT_ATTRIBUTE = `
  INSERT INTO attributes VALUES ($1, $2, $3, $4, $5::BIGINT)
  ON CONFLICT (project, environment, path, type) DO UPDATE SET day = greatest(day, excluded.day)`;

export const PUT_CONTEXT = `
  INSERT INTO contexts VALUES ($1, $2, $3, $4::BIGINT, $5, $6, $7::BIGINT)
  ON CONFLICT (project, environment, path, what, value, day) DO UPDATE SET count = count + excluded.count`;

export const HAS_BATCH = `SELECT 1 AS one FROM batches WHERE project = $1 AND environment = $2 AND id = $3`;
export const PUT_BATCH = `INSERT INTO batches VALUES ($1, $2, $3, $4::BIGINT)`;

export const MARK = `SELECT value::DOUBLE AS value FROM marks WHERE name = $1`;
export const PUT_MARK = `
  INSERT INTO marks VALUES ($1, $2::BIGINT) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

/** Each with the time before which it forgets. */
export const FORGET = {
  evaluations: `DELETE FROM evaluations WHERE counted_at < $1::BIGINT`,
  people: `DELETE FROM people WHERE day < $1::BIGINT`,
  attributes: `DELETE FROM attributes WHERE day < $1::BIGINT`,
  contexts: `DELETE FROM contexts WHERE day < $1::BIGINT`,
  batches: `DELETE FROM batches WHERE received_at < $1::BIGINT`,
  events: `DELETE FROM events WHERE received_at < $1::BIGINT`,
} as const;
