/** What delivery has to reach, beside a bare Node server that sends the same bytes. */

const dimmer = (results, streams) => results.broadcasts.dimmer?.[streams];
/** Undefined for a quick run, whose storm is a small one. */
const storm = (results, id) => (results.stormReaders === 9_000 ? results.storms[id] : undefined);
const ratio = (results, streams, field) => dimmer(results, streams)?.[field] / results.broadcasts.bare?.[streams]?.[field];

export const TARGETS = [
  {
    id: "propagation1000/bare",
    text: "change → 1,000 streams, p99: × the bare broadcast",
    atMost: 2,
    value: (results) => ratio(results, 1_000, "p99"),
  },
  {
    id: "propagation5000/bare",
    text: "change → 5,000 streams, p99: × the bare broadcast",
    atMost: 2,
    value: (results) => ratio(results, 5_000, "p99"),
  },
  {
    id: "propagation5000Ms",
    text: "change → 5,000 streams, p99 ms",
    atMost: 250,
    value: (results) => dimmer(results, 5_000)?.p99,
  },
  {
    id: "broadcast10000/bare",
    text: "change → 10,000 idle streams, p99: × the bare broadcast",
    atMost: 1.3,
    value: (results) => ratio(results, 10_000, "p99"),
  },
  {
    id: "broadcastStallMs",
    text: "longest stall of the server's event loop meanwhile, ms",
    atMost: 20,
    value: (results) => dimmer(results, 10_000)?.stallMs,
  },
  {
    id: "kiloBytesAStream",
    text: "resident kB a stream, at 10,000",
    atMost: 15,
    value: (results) => dimmer(results, 10_000)?.bytesAStream / 1_000,
  },
  {
    id: "stormSeconds",
    text: "9,000 readers back after kill -9, seconds",
    atMost: 30,
    value: (results) => storm(results, "dimmer")?.backMs / 1_000,
  },
  {
    id: "stormMegaBytes",
    text: "resident MB of the server when they are back",
    atMost: 600,
    value: (results) => storm(results, "dimmer")?.rssMb,
  },
  {
    id: "coldStorm/bare",
    text: "9,000 cold starts, snapshot and stream: × the bare server",
    atMost: 2,
    value: (results) => storm(results, "dimmer")?.coldMs / storm(results, "bare")?.coldMs,
  },
];
