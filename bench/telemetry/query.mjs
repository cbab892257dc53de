/** What the page of a flag asks of ten million events, beside DuckDB asked for the same figures directly. */

import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { EVENT_TABLE } from "../../apps/server/dist/storage/telemetry/event-columns.js";
import { openTelemetryProcess } from "../../apps/server/dist/storage/telemetry/open-telemetry-process.js";
import { median } from "../measure/median.mjs";
import { FLAG } from "./events.mjs";

const PLACE = { project: "bench", environment: "production" };
const DAY_MS = 86_400_000;
const STEP_MS = 600_000;
const TIMES = 5;

/** Calls of a model over a day, of two variants and 200,000 people, one of fifty failed. */
const FILL = `
  INSERT INTO events BY NAME
  SELECT 'bench' AS project, 'production' AS environment, 'server' AS source,
    $1::BIGINT + (n * 8.64)::BIGINT % ${DAY_MS} AS received_at, (hash(n) % 9000000000000000)::BIGINT AS id_hash, 'event-' || n AS id,
    'generation' AS kind, $1::BIGINT + (n * 8.64)::BIGINT % ${DAY_MS} AS happened_at, 'run-' || n AS run,
    'person-' || (hash(n) % 200000) AS targeting_key, '${FLAG}' AS flag,
    CASE WHEN hash(n + 1) % 10 = 0 THEN 'opus' ELSE 'sonnet' END AS variant, 1 AS value_version, 'default' AS path, 'SPLIT' AS reason,
    'chat' AS operation, 1 AS attempt, 200 + (hash(n + 2) % 3000)::DOUBLE AS duration_ms, 80 + (hash(n + 3) % 700)::DOUBLE AS first_chunk_ms,
    'anthropic' AS provider, 'claude-sonnet-4-6' AS request_model, 'claude-sonnet-4-6' AS response_model,
    500 + (hash(n + 4) % 2000)::BIGINT AS input_tokens, 50 + (hash(n + 5) % 500)::BIGINT AS output_tokens,
    CASE WHEN hash(n + 6) % 50 = 0 THEN 'timeout' END AS error_type, 900 + (hash(n + 7) % 9000)::BIGINT AS cost_micro_usd
  FROM range($2::BIGINT) AS rows(n)`;

const EVIDENCE = `
  FROM events
  WHERE project = 'bench' AND environment = 'production' AND flag = '${FLAG}' AND happened_at >= $1::BIGINT AND happened_at < $2::BIGINT
    AND overridden IS NULL AND shadow IS NULL`;

/** By hand, by variant: eight of the thirty measures that the page shows: less than an equal, and so the harder comparison. */
const WHOLE = `
  SELECT variant, count(*) AS calls, count(*) FILTER (error_type IS NOT NULL) AS errors,
    count(DISTINCT targeting_key) AS people, sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_micro_usd) AS cost,
    quantile_disc(duration_ms, [0.5, 0.95, 0.99]) AS duration, quantile_disc(first_chunk_ms, [0.5, 0.95, 0.99]) AS first_chunk
  ${EVIDENCE} GROUP BY variant`;

/** By hand, by variant and ten minutes: what a line is drawn of, as of calls, for there is nothing else among these events. */
const STEPS = `
  SELECT variant, happened_at // ${STEP_MS} AS step, count(*) AS calls, count(*) FILTER (error_type IS NOT NULL) AS errors,
    sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_micro_usd) AS cost, count(cost_micro_usd) AS priced,
    count(*) FILTER (error_type IS NULL AND (input_tokens IS NULL OR output_tokens IS NULL)) AS usage_unknown,
    quantile_disc(duration_ms, [0.5, 0.95, 0.99]) FILTER (error_type IS NULL) AS duration
  ${EVIDENCE} GROUP BY variant, step`;

/** Shape: medians in milliseconds; `questions` by name. */
export async function askEvents(folder, rows) {
  const path = join(folder, "query.duckdb");
  const since = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
  const span = { since, until: since + DAY_MS };
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(EVENT_TABLE);
  await connection.run(FILL, [BigInt(since), BigInt(rows)]);
  await connection.run("CHECKPOINT");
  const ask = (sql) => connection.runAndReadAll(sql, [BigInt(span.since), BigInt(span.until)]);
  const bare = {
    "by variant": await timed(() => ask(WHOLE)),
    "by variant and time": await timed(() => ask(STEPS)),
  };
  connection.closeSync();
  instance.closeSync();
  const store = openTelemetryProcess({ path, questionMs: 120_000, clock: Date.now, onNotice: () => undefined });
  const ours = {
    "by variant": await timed(() => store.metrics(PLACE, { ...span, flag: FLAG, by: "none" })),
    "by variant and time": await timed(() => store.points(PLACE, { ...span, flag: FLAG, stepMs: STEP_MS })),
  };
  await store.close();
  return { rows, bare, ours };
}

/** The first is for the disk. */
async function timed(work) {
  await work();
  const took = [];
  for (let time = 0; time < TIMES; time++) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  return median(took);
}
