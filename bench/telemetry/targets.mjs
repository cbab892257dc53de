/** What telemetry has to reach. */

const ratioOf = (ours, bare) => (ours === undefined || bare === undefined ? undefined : ours / bare);
const query = (name) => (results) => ratioOf(results.query?.ours[name], results.query?.bare[name]);

export const TARGETS = [
  {
    id: "ingestion/echo",
    text: "ten events a request: of Fastify that checks and queues them, by CPU time",
    atLeast: 0.5,
    value: ({ ingestion }) => ratioOf(ingestion?.echo.cpuMicros, ingestion?.dimmer.cpuMicros),
  },
  {
    id: "writes/idle",
    text: "a change accepted while 2,000 events a second come in: × idle",
    atMost: 2,
    value: ({ flags }) => ratioOf(flags?.busy.acceptedMs, flags?.idle.acceptedMs),
  },
  {
    id: "streams/idle",
    text: "the same, to the last of 50 streams: × idle",
    atMost: 2,
    value: ({ flags }) => ratioOf(flags?.busy.arrivedMs, flags?.idle.arrivedMs),
  },
  {
    id: "rows/duckdb",
    text: "rows stored: of DuckDB's own appender",
    atLeast: 0.6,
    value: ({ rows }) => ratioOf(rows?.storePerSecond, rows?.barePerSecond),
  },
  {
    id: "trackedCallMicros",
    text: "what a tracked call takes on top of the call of a model, deciding and filling included, µs",
    atMost: 50,
    value: ({ call }) => (call === undefined ? undefined : call.tracked - call.bare),
  },
  {
    id: "query/duckdb",
    text: "metrics by variant over 10 million events: × DuckDB by hand",
    atMost: 1.5,
    value: query("by variant"),
  },
  {
    id: "series/duckdb",
    text: "lines by variant and ten minutes over them: × DuckDB by hand",
    atMost: 1.5,
    value: query("by variant and time"),
  },
  {
    id: "memory/quarter",
    text: "memory at the end of a long run: × a quarter of the way",
    atMost: 1.2,
    value: ({ memory }) => ratioOf(memory?.endBytes, memory?.quarterBytes),
  },
];
