/** Every bound of what is taken of OpenTelemetry's spans and log records, in one place. */

import { MINUTE_MS } from "../telemetry/times.ts";

export const OTLP_LIMITS = {
  /** Bytes of a body, compressed and inflated: a batch of 512 spans with what was said on them. */
  bytes: 4 * 1024 * 1024,
  /** Spans or log records of a request; an exporter sends 512 unless told otherwise, a collector 8,192. */
  records: 10_000,
  /** Parts of a request in protobuf, records and attributes and whatever is in them: two bytes make one, and many more hold it. */
  parts: 500_000,
  /** Attributes and events of a span that are looked at; OpenTelemetry itself keeps 128 of each. */
  attributes: 256,
  events: 256,
  /** How far up a flag is looked for. */
  ancestors: 64,
  /** Flags that traces have named: of one trace, of all together, and for how long, as logs and spans come in requests of their own. */
  namedOfTrace: 64,
  named: 50_000,
  namedKeptMs: 10 * MINUTE_MS,
} as const;
