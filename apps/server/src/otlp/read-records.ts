/** Reads the spans and log records of OTLP's JSON: each on its own, so that one that is wrong sinks no other. */

import { ProblemError } from "@dimmer/protocol";
import { type Attributes, fieldOf, readAttributes, readText, textOf } from "./attributes.ts";
import { OTLP_LIMITS } from "./limits.ts";

/** A thing that was told of a moment within a span, or by itself. */
export interface OtlpEvent {
  readonly name: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly attributes: Attributes;
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startAt: number;
  readonly endAt: number;
  readonly isError: boolean;
  readonly attributes: Attributes;
  readonly events: readonly OtlpEvent[];
}

export interface OtlpLog extends OtlpEvent {
  /** Undefined where it was told outside of any trace. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/** Shape: `refused` are those that could not be read, `why` says of the first of them what and the mend. */
export interface OtlpRecords<T> {
  readonly records: readonly T[];
  readonly refused: number;
  readonly why: string | undefined;
}

/** Errors: `ProblemError` invalid-request where the body is none of OTLP's. */
export const readSpans = (body: unknown): OtlpRecords<OtlpSpan> =>
  readAll(body, ["resourceSpans", "scopeSpans", "spans"], readSpan);

/** Errors: as `readSpans`. */
export const readLogs = (body: unknown): OtlpRecords<OtlpLog> =>
  readAll(body, ["resourceLogs", "scopeLogs", "logRecords"], readLog);

type Names = readonly [groups: string, scopes: string, records: string];

/** Shape: `read` gives a record, or what is wrong with it and the mend. */
function readAll<T extends object>(body: unknown, names: Names, read: (given: unknown) => T | string): OtlpRecords<T> {
  const records: T[] = [];
  let refused = 0;
  let why: string | undefined;
  for (const { path, list } of listsOf(body, names)) {
    const room = Math.max(OTLP_LIMITS.records - records.length - refused, 0);
    for (const [index, given] of list.slice(0, room).entries()) {
      const one = read(given);
      if (typeof one === "object") records.push(one);
      else {
        refused++;
        why ??= `${path}[${index}]: ${one}`;
      }
    }
    if (list.length <= room) continue;
    refused += list.length - room;
    why ??= `${path}[${room}]: is beyond the ${OTLP_LIMITS.records} of a request; send smaller batches.`;
  }
  return { records, refused, why };
}

interface RecordList {
  readonly path: string;
  readonly list: readonly unknown[];
}

function listsOf(body: unknown, [groups, scopes, records]: Names): readonly RecordList[] {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new ProblemError("invalid-request", `The body is no OTLP: send an object with \`${groups}\`.`);
  const lists: RecordList[] = [];
  for (const [group, scoped] of listAt(body, groups).entries()) {
    const inGroup = `${groups}[${group}].${scopes}`;
    for (const [scope, held] of listAt(scoped, scopes, inGroup).entries()) {
      const path = `${inGroup}[${scope}].${records}`;
      if (lists.push({ path, list: listAt(held, records, path) }) > OTLP_LIMITS.records) throw tooMany(path);
    }
    if (group >= OTLP_LIMITS.records) throw tooMany(inGroup);
  }
  return lists;
}

const tooMany = (path: string) =>
  new ProblemError("invalid-request", `${path}: a request may have ${OTLP_LIMITS.records} of these; send smaller batches.`);

/** Absent lists are empty ones, as everywhere in OTLP. */
function listAt(holder: unknown, name: string, path = name): readonly unknown[] {
  const list = fieldOf(holder, name) ?? [];
  if (Array.isArray(list)) return list as readonly unknown[];
  throw new ProblemError("invalid-request", `${path} is no list, as OTLP's JSON has it.`);
}

function readSpan(given: unknown): OtlpSpan | string {
  const traceId = idAt(given, "traceId", 32);
  if (traceId === undefined) return sayId("traceId", 32);
  const spanId = idAt(given, "spanId", 16);
  if (spanId === undefined) return sayId("spanId", 16);
  const [startAt, endAt] = [timeAt(given, "startTimeUnixNano"), timeAt(given, "endTimeUnixNano")];
  if (startAt === undefined) return sayTime("startTimeUnixNano");
  if (endAt === undefined) return sayTime("endTimeUnixNano");
  return {
    traceId,
    spanId,
    parentSpanId: idAt(given, "parentSpanId", 16),
    startAt,
    endAt,
    isError: fieldOf(fieldOf(given, "status"), "code") === STATUS_ERROR,
    attributes: readAttributes(fieldOf(given, "attributes")),
    events: readEvents(fieldOf(given, "events")),
  };
}

const STATUS_ERROR = 2;

function readEvents(list: unknown): readonly OtlpEvent[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).slice(0, OTLP_LIMITS.events).flatMap((given) => {
    const at = timeAt(given, "timeUnixNano");
    if (at === undefined) return [];
    return [{ name: readText(fieldOf(given, "name")), at, attributes: readAttributes(fieldOf(given, "attributes")) }];
  });
}

/** The name of an event has its own field; it was an attribute before. */
function readLog(given: unknown): OtlpLog | string {
  const attributes = readAttributes(fieldOf(given, "attributes"));
  const at = timeAt(given, "timeUnixNano") ?? timeAt(given, "observedTimeUnixNano");
  if (at === undefined) return sayTime("timeUnixNano");
  return {
    name: readText(fieldOf(given, "eventName")) ?? textOf(attributes, "eventName"),
    at,
    attributes,
    traceId: idAt(given, "traceId", 32),
    spanId: idAt(given, "spanId", 16),
  };
}

const sayId = (name: string, digits: number): string => `${name} is not ${digits} hexadecimal digits other than 0.`;
const sayTime = (name: string): string => `${name} is no time: send nanoseconds since 1970, in digits.`;

function idAt(given: unknown, name: string, digits: number): string | undefined {
  const id = fieldOf(given, name);
  const isId = typeof id === "string" && id.length === digits && /^[0-9a-f]+$/iu.test(id) && !/^0+$/u.test(id);
  return isId ? id.toLowerCase() : undefined;
}

/** Nanoseconds, in digits or as a number, to milliseconds with three decimals; 0 is OTLP's word for unknown. */
function timeAt(given: unknown, name: string): number | undefined {
  const nanos = fieldOf(given, name);
  const ms =
    typeof nanos === "string" && /^\d{1,20}$/u.test(nanos)
      ? Number(BigInt(nanos) / 1_000n) / 1_000
      : typeof nanos === "number" && Number.isFinite(nanos)
        ? nanos / 1_000_000
        : 0;
  return ms > 0 ? ms : undefined;
}
