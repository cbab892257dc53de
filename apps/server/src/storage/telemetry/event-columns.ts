/** The columns of an event in DuckDB, each with where it comes from: what stores them and what reads them back go by the same list. */

import { hash } from "node:crypto";
import type { DuckDBAppender } from "@duckdb/node-api";
import type { KeptEvent, ReceivedEvents } from "../../telemetry/event-store.ts";

type Value = string | number | bigint | boolean | undefined;
type From = Omit<ReceivedEvents, "events">;

interface Column {
  readonly name: string;
  readonly type: "VARCHAR" | "BIGINT" | "DOUBLE" | "BOOLEAN";
  readonly read: (event: AnyEvent, from: From, hash: bigint) => Value;
}

/** Every field that any kind has; one that this kind lacks is absent. */
type AnyEvent = { readonly [K in FieldsOf<KeptEvent>]?: ValueOf<KeptEvent, K> };
type FieldsOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

const field = (name: string, type: Column["type"], read: Column["read"]): Column => ({ name, type, read });

/** The order is the order in the table: a new one goes to the end, with a line in `ADDED_COLUMNS`. */
export const EVENT_COLUMNS: readonly Column[] = [
  field("project", "VARCHAR", (_event, from) => from.project),
  field("environment", "VARCHAR", (_event, from) => from.environment),
  field("source", "VARCHAR", (_event, from) => from.source),
  field("received_at", "BIGINT", (_event, from) => from.receivedAt),
  field("id_hash", "BIGINT", (_event, _from, hash) => hash),
  field("id", "VARCHAR", ({ id }) => id),
  field("kind", "VARCHAR", ({ kind }) => kind),
  field("happened_at", "BIGINT", ({ at }) => at),
  field("run", "VARCHAR", ({ run }) => run),
  field("task", "VARCHAR", ({ task }) => task),
  field("conversation", "VARCHAR", ({ conversation }) => conversation),
  field("targeting_key", "VARCHAR", ({ targetingKey }) => targetingKey),
  field("flag", "VARCHAR", ({ served }) => served?.flag),
  field("variant", "VARCHAR", ({ served }) => served?.variant),
  field("value_version", "BIGINT", ({ served }) => served?.valueVersion),
  field("flag_version", "VARCHAR", ({ served }) => served?.version),
  field("path", "VARCHAR", ({ served }) => served?.path),
  field("rule", "VARCHAR", ({ served }) => served?.rule),
  field("reason", "VARCHAR", ({ served }) => served?.reason),
  field("blocked", "BOOLEAN", ({ served }) => served?.blocked),
  field("ineligible", "BOOLEAN", ({ served }) => served?.ineligible),
  field("pinned", "BOOLEAN", ({ served }) => served?.pinned),
  field("overridden", "BOOLEAN", ({ served }) => served?.overridden),
  field("operation", "VARCHAR", ({ operation }) => operation),
  field("name", "VARCHAR", ({ name }) => name),
  field("attempt", "BIGINT", ({ attempt, attempts }) => attempt ?? attempts),
  field(
    "outcome",
    "VARCHAR",
    ({ outcome, success }) => outcome ?? (success === undefined ? undefined : success ? "success" : "failure"),
  ),
  field("duration_ms", "DOUBLE", ({ durationMs }) => durationMs),
  field("first_chunk_ms", "DOUBLE", ({ timeToFirstChunkMs }) => timeToFirstChunkMs),
  field("provider", "VARCHAR", ({ provider }) => provider),
  field("request_model", "VARCHAR", ({ requestModel }) => requestModel),
  field("response_model", "VARCHAR", ({ responseModel }) => responseModel),
  field("response_id", "VARCHAR", ({ responseId }) => responseId),
  field("stream", "BOOLEAN", ({ stream }) => stream),
  field("input_tokens", "BIGINT", ({ inputTokens }) => inputTokens),
  field("output_tokens", "BIGINT", ({ outputTokens }) => outputTokens),
  field("cache_read_tokens", "BIGINT", ({ cacheReadInputTokens }) => cacheReadInputTokens),
  field("cache_creation_tokens", "BIGINT", ({ cacheCreationInputTokens }) => cacheCreationInputTokens),
  field("reasoning_tokens", "BIGINT", ({ reasoningOutputTokens }) => reasoningOutputTokens),
  field("finish_reasons", "VARCHAR", ({ finishReasons }) => listOf(finishReasons)),
  field("tool_calls", "BIGINT", ({ toolCalls }) => toolCalls),
  field("refused", "BOOLEAN", ({ refused }) => refused),
  field("error_type", "VARCHAR", ({ errorType }) => errorType),
  field("http_status", "BIGINT", ({ httpStatus }) => httpStatus),
  field("cost_micro_usd", "BIGINT", ({ costMicroUsd }) => costMicroUsd),
  field("price_from", "VARCHAR", ({ priceFrom }) => priceFrom),
  field("value", "DOUBLE", ({ value }) => value),
  field("label", "VARCHAR", ({ label }) => label),
  field("comment", "VARCHAR", ({ comment }) => comment),
  field("shadow", "BOOLEAN", ({ shadow }) => shadow),
  field("missing_tools", "VARCHAR", ({ missingTools }) => listOf(missingTools)),
  field("attributes", "VARCHAR", ({ attributes }) => (attributes === undefined ? undefined : JSON.stringify(attributes))),
];

const listOf = (names: readonly string[] | undefined): string | undefined =>
  names === undefined ? undefined : JSON.stringify(names);

const EVENT_TABLE = `CREATE TABLE IF NOT EXISTS events (${EVENT_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(", ")})`;

/** What a file of an earlier version lacks. */
const ADDED_COLUMNS = [`ALTER TABLE events ADD COLUMN IF NOT EXISTS attributes VARCHAR`];

export const EVENT_TABLES: readonly string[] = [EVENT_TABLE, ...ADDED_COLUMNS];

/** 64 bits that stand for an event's id in its environment: of ten million, the chance that a new one is taken for another is 5e-13. */
export function idHash({ project, environment }: Pick<From, "project" | "environment">, id: string): bigint {
  return hash("sha1", JSON.stringify([project, environment, id]), "buffer").readBigInt64LE(0);
}

/** Shape: `hash` is the `idHash` of the event. */
export function appendEvent(appender: DuckDBAppender, event: KeptEvent, from: From, hash: bigint): void {
  for (const { type, read } of EVENT_COLUMNS) {
    const value = read(event, from, hash);
    if (value === undefined) appender.appendNull();
    else if (type === "VARCHAR") appender.appendVarchar(String(value));
    else if (type === "BOOLEAN") appender.appendBoolean(value === true);
    else if (type === "DOUBLE") appender.appendDouble(Number(value));
    else appender.appendBigInt(typeof value === "bigint" ? value : BigInt(Math.round(Number(value))));
  }
  appender.endRow();
}
