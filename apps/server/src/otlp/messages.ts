/** OTLP's messages in protobuf, as far as anything of them is read: which field has which number, name and form. */

/**
 * How a field stands in its message.
 *
 * `hex` bytes that JSON has as digits · `nanos` and `integer` 64 bits, in digits · `text` what is longer than a name may be is not read
 */
export type Scalar = "hex" | "nanos" | "integer" | "double" | "bool" | "enum" | "text";

/** Shape: `many` is how many of a list are read; of `records` the others are counted. */
export interface Field {
  readonly name: string;
  readonly as: Scalar | Message;
  readonly many?: "records" | "attributes" | "events" | "texts";
}

/** By number. */
export type Message = Readonly<Record<number, Field>>;

/** No list of lists and no map: nothing of them is read, so that no message holds itself. */
const TEXTS: Message = { 1: { name: "values", as: { 1: { name: "stringValue", as: "text" } }, many: "texts" } };

const VALUE: Message = {
  1: { name: "stringValue", as: "text" },
  2: { name: "boolValue", as: "bool" },
  3: { name: "intValue", as: "integer" },
  4: { name: "doubleValue", as: "double" },
  5: { name: "arrayValue", as: TEXTS },
};

const ATTRIBUTE: Message = { 1: { name: "key", as: "text" }, 2: { name: "value", as: VALUE } };

const EVENT: Message = {
  1: { name: "timeUnixNano", as: "nanos" },
  2: { name: "name", as: "text" },
  3: { name: "attributes", as: ATTRIBUTE, many: "attributes" },
};

const SPAN: Message = {
  1: { name: "traceId", as: "hex" },
  2: { name: "spanId", as: "hex" },
  4: { name: "parentSpanId", as: "hex" },
  7: { name: "startTimeUnixNano", as: "nanos" },
  8: { name: "endTimeUnixNano", as: "nanos" },
  9: { name: "attributes", as: ATTRIBUTE, many: "attributes" },
  11: { name: "events", as: EVENT, many: "events" },
  15: { name: "status", as: { 3: { name: "code", as: "enum" } } },
};

const LOG: Message = {
  1: { name: "timeUnixNano", as: "nanos" },
  6: { name: "attributes", as: ATTRIBUTE, many: "attributes" },
  9: { name: "traceId", as: "hex" },
  10: { name: "spanId", as: "hex" },
  11: { name: "observedTimeUnixNano", as: "nanos" },
  12: { name: "eventName", as: "text" },
};

/** As of opentelemetry-proto 1.11. */
export const TRACES: Message = requestOf("resourceSpans", "scopeSpans", "spans", SPAN);
export const LOGS: Message = requestOf("resourceLogs", "scopeLogs", "logRecords", LOG);

function requestOf(groups: string, scopes: string, records: string, record: Message): Message {
  const scope: Message = { 2: { name: records, as: record, many: "records" } };
  return { 1: { name: groups, as: { 2: { name: scopes, as: scope, many: "records" } }, many: "records" } };
}
