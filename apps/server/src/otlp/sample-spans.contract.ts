/** Spans and log records as exporters write them, from a few words each. */

type Plain = string | number | boolean | readonly string[];

const TRACE = "5b8efff798038103d269b633813fc60c";
/** Nanoseconds are more than a number of JavaScript holds. */
const START = 1_795_000_000_000n;

export interface SampleSpan {
  readonly trace?: string;
  readonly id?: string;
  readonly parent?: string;
  readonly ms?: number;
  readonly status?: number;
  readonly attributes?: Readonly<Record<string, Plain>>;
  readonly events?: readonly object[];
}

export const TRACE_ID = TRACE;
export const STARTED_AT = Number(START);
/** The nth span of a trace. */
export const spanId = (number: number): string => number.toString(16).padStart(16, "0");

export const spanOf = ({ trace = TRACE, id = spanId(1), parent, ms = 250, status = 0, attributes = {}, events }: SampleSpan) => ({
  traceId: trace,
  spanId: id,
  ...(parent === undefined ? {} : { parentSpanId: parent }),
  name: "chat gpt-4o-mini",
  kind: 3,
  startTimeUnixNano: nanosAt(0),
  endTimeUnixNano: nanosAt(ms),
  attributes: attributesOf(attributes),
  ...(events === undefined ? {} : { events }),
  status: { code: status },
});

export const eventAt = (ms: number, name: string, attributes: Readonly<Record<string, Plain>>) => ({
  timeUnixNano: nanosAt(ms),
  name,
  attributes: attributesOf(attributes),
});

export const logAt = (ms: number, eventName: string, attributes: Readonly<Record<string, Plain>>, id?: string) => ({
  timeUnixNano: nanosAt(ms),
  eventName,
  attributes: attributesOf(attributes),
  ...(id === undefined ? {} : { traceId: TRACE, spanId: id }),
});

export const tracesOf = (...spans: readonly unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
export const logsOf = (...logRecords: readonly unknown[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });

const nanosAt = (ms: number): string => String((START + BigInt(ms)) * 1_000_000n);

export const attributesOf = (attributes: Readonly<Record<string, Plain>>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));

function valueOf(value: Plain): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } };
}
