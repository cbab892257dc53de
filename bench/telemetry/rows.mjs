/** Rows a second: the telemetry store, whole, beside DuckDB's own appender with the same rows in the same columns. */

import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openTelemetryProcess } from "../../apps/server/dist/storage/telemetry/open-telemetry-process.js";
import { appendEvent, EVENT_TABLE, idHash } from "../../apps/server/dist/storage/telemetry/event-columns.js";
import { packEvents } from "../../apps/server/dist/telemetry/packed-events.js";
import { batchOf } from "./events.mjs";

const BATCH = 1_000;
const PLACE = { project: "bench", environment: "production", source: "server" };

/** Shape: `storePerSecond` and `barePerSecond`. */
export async function storeRows(folder, batches) {
  const received = Array.from({ length: batches }, (_, n) => ({
    ...PLACE,
    receivedAt: Date.now(),
    events: batchOf("rows-of-the-bench", n * BATCH, BATCH, Date.now()),
  }));
  const store = openTelemetryProcess({
    path: join(folder, "rows.duckdb"),
    clock: Date.now,
    onNotice: (_level, message) => process.stderr.write(`${message}\n`),
  });
  await store.appendEvents([packEvents({ ...received[0], events: batchOf("rows-to-warm-up", 0, BATCH, Date.now()) })]);
  const storePerSecond = await rate(received, (one) => store.appendEvents([packEvents(one)]));
  await store.close();
  return { storePerSecond, barePerSecond: await writeBare(join(folder, "bare.duckdb"), received) };
}

async function writeBare(path, received) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(EVENT_TABLE);
  const perSecond = await rate(received, async (one) => {
    await connection.run("BEGIN");
    const appender = await connection.createAppender("events");
    for (const event of one.events) appendEvent(appender, event, one, idHash(one, event.id));
    appender.closeSync();
    await connection.run("COMMIT");
  });
  connection.closeSync();
  instance.closeSync();
  return perSecond;
}

async function rate(received, write) {
  const started = performance.now();
  for (const one of received) await write(one);
  return (received.length * BATCH) / ((performance.now() - started) / 1_000);
}
