/** What requests have to reach, as answers per second of the server's CPU beside the limit's. */

const ratio = (request) => (results) => results.rates.dimmer?.[request].perCpuSecond / results.rates.bare?.[request].perCpuSecond;

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
];
