/** What is read of OpenTelemetry's attributes: the names that are known here, and values within bounds; everything else is let go by. */

import { EVENT_LIMITS } from "@dimmer/protocol";
import { OTLP_LIMITS } from "./limits.ts";

/** As of semantic conventions 1.45, the current name first; behind it the replaced ones that instrumentations still send. */
export const NAMES = {
  flag: ["feature_flag.key"],
  variant: ["feature_flag.result.variant", "feature_flag.variant"],
  reason: ["feature_flag.result.reason", "feature_flag.evaluation.reason"],
  version: ["feature_flag.version"],
  setId: ["feature_flag.set.id"],
  contextId: ["feature_flag.context.id"],
  operation: ["gen_ai.operation.name"],
  provider: ["gen_ai.provider.name", "gen_ai.system"],
  conversation: ["gen_ai.conversation.id"],
  requestModel: ["gen_ai.request.model"],
  stream: ["gen_ai.request.stream"],
  responseModel: ["gen_ai.response.model"],
  responseId: ["gen_ai.response.id"],
  finishReasons: ["gen_ai.response.finish_reasons"],
  firstChunkSeconds: ["gen_ai.response.time_to_first_chunk"],
  inputTokens: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"],
  outputTokens: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
  cacheReadInputTokens: ["gen_ai.usage.cache_read.input_tokens"],
  cacheCreationInputTokens: ["gen_ai.usage.cache_creation.input_tokens"],
  reasoningOutputTokens: ["gen_ai.usage.reasoning.output_tokens"],
  tool: ["gen_ai.tool.name"],
  dataSource: ["gen_ai.data_source.id"],
  scoreName: ["gen_ai.evaluation.name"],
  scoreValue: ["gen_ai.evaluation.score.value"],
  scoreLabel: ["gen_ai.evaluation.score.label"],
  errorType: ["error.type"],
  exceptionType: ["exception.type"],
  httpStatus: ["http.response.status_code"],
  eventName: ["event.name"],
} as const satisfies Record<string, readonly string[]>;

export type AttributeName = keyof typeof NAMES;
type Value = string | number | boolean | readonly string[];
export type Attributes = ReadonlyMap<AttributeName, Value>;

const PLACES: ReadonlyMap<string, readonly [AttributeName, rank: number]> = new Map(
  Object.entries(NAMES).flatMap(([name, spellings]) =>
    spellings.map((spelling, rank) => [spelling, [name as AttributeName, rank]] as const),
  ),
);

/** Shape: a list of `KeyValue`. What is no value of these, or is longer than a name may be, is absent: unknown, and no reason to refuse a span. */
export function readAttributes(list: unknown): Attributes {
  const found = new Map<AttributeName, Value>();
  const ranks = new Map<AttributeName, number>();
  if (!Array.isArray(list)) return found;
  for (const given of (list as readonly unknown[]).slice(0, OTLP_LIMITS.attributes)) {
    const key = fieldOf(given, "key");
    const [name, rank] = (typeof key === "string" ? PLACES.get(key) : undefined) ?? [];
    if (name === undefined || rank === undefined || rank > (ranks.get(name) ?? rank)) continue;
    const value = readValue(fieldOf(given, "value"));
    if (value === undefined) continue;
    found.set(name, value);
    ranks.set(name, rank);
  }
  return found;
}

/** One field of what may be no object at all; what it inherits is no field. */
export function fieldOf(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, name) ? Reflect.get(holder, name) : undefined;
}

export const textOf = (attributes: Attributes, name: AttributeName): string | undefined => {
  const value = attributes.get(name);
  return typeof value === "string" ? value : undefined;
};

export const numberOf = (attributes: Attributes, name: AttributeName): number | undefined => {
  const value = attributes.get(name);
  return typeof value === "number" ? value : undefined;
};

/** A number that counts something, up to `most`; any other is unknown. */
export function countOf(attributes: Attributes, name: AttributeName, most: number): number | undefined {
  const value = numberOf(attributes, name);
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;
}

/** A list of texts; one text is a list of one. */
export function textsOf(attributes: Attributes, name: AttributeName): readonly string[] {
  const value = attributes.get(name);
  return typeof value === "string" ? [value] : Array.isArray(value) ? (value as readonly string[]) : [];
}

/** An `AnyValue`; 64-bit integers come as decimal text or as numbers. */
function readValue(given: unknown): Value | undefined {
  const text = fieldOf(given, "stringValue");
  if (text !== undefined) return readText(text);
  const isSet = fieldOf(given, "boolValue");
  if (typeof isSet === "boolean") return isSet;
  const integer = fieldOf(given, "intValue");
  if (integer !== undefined) return readInteger(integer);
  const double = fieldOf(given, "doubleValue");
  if (typeof double === "number" && Number.isFinite(double)) return double;
  const values = fieldOf(fieldOf(given, "arrayValue"), "values");
  return Array.isArray(values) ? readTexts(values) : undefined;
}

/** What no store takes whole, NUL and halves of surrogate pairs, is no text here. */
export function readText(given: unknown, most: number = EVENT_LIMITS.nameChars): string | undefined {
  const isText = typeof given === "string" && given !== "" && given.length <= most && !given.includes("\0");
  return isText && !/\p{Surrogate}/u.test(given) ? given : undefined;
}

function readInteger(given: unknown): number | undefined {
  const value = typeof given === "string" && /^-?\d{1,16}$/u.test(given) ? Number(given) : given;
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

function readTexts(values: readonly unknown[]): readonly string[] {
  return values.slice(0, EVENT_LIMITS.finishReasons).flatMap((value) => readText(fieldOf(value, "stringValue")) ?? []);
}
