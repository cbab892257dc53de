/** What requests have to reach, as answers per second of the server's CPU beside the limit's. */

const over = (other) => (request) => (results) =>
  results.rates.dimmer?.[request]?.perCpuSecond / results.rates[other]?.[request]?.perCpuSecond;
const ratio = over("bare");
const rival = over("unleash");

export const TARGETS = [
  {
    id: "snapshotGzip/bare",
    text: "snapshot of 1,000 flags, gzip: of ready bytes",
    atLeast: 0.5,
    value: ratio("snapshot, gzip"),
  },
  { id: "snapshot304/bare", text: "the same, 304: of ready bytes", atLeast: 0.5, value: ratio("snapshot, 304") },
  { id: "oneFlag/fastify", text: "OFREP, one flag: of Fastify with schemas", atLeast: 0.7, value: ratio("one flag") },
  { id: "allFlags/bare", text: "OFREP, all 1,000 flags: of the bare server", atLeast: 0.5, value: ratio("all flags") },
  {
    id: "snapshotGzip/unleash",
    text: "snapshot of 1,000 flags, gzip: × unleash-server 6.4.1",
    atLeast: 200,
    value: rival("snapshot, gzip"),
  },
  { id: "snapshot304/unleash", text: "the same, 304: × unleash-server 6.4.1", atLeast: 1, value: rival("snapshot, 304") },
  { id: "allFlags/unleash", text: "all 1,000 flags: × unleash-server 6.4.1", atLeast: 10, value: rival("all flags") },
];
