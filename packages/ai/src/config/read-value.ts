/** Reads a flag's value as an AI config. It may come from any provider, so nothing about it is taken for granted. */

import { AI_LIMITS } from "../limits.ts";
import type { AiValue } from "./value.ts";

export type ReadValue =
  | { readonly value: AiValue; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

/**
 * Shape:  the fields that are known are of the type that the schema `ai-config` says; those of a newer schema pass.
 * Errors: none thrown; `problem` names the first place that is wrong, never what stands there.
 * Source: docs/guide/ai.md.
 */
export function readValue(value: unknown): ReadValue {
  if (!isRecord(value)) return { problem: "the value is no object" };
  const rules = Object.hasOwn(value, "reply") ? REPLY : MODEL;
  const problem = problemOf(value, rules, "") ?? (rules === MODEL ? doubleOf(value) : undefined);
  return problem === undefined ? { value: value as unknown as AiValue } : { problem };
}

/** The same; a value that is frozen all the way, as an SDK serves it, is looked at once. */
export function readOnce(value: unknown): ReadValue {
  const known = READ.get(value as object);
  if (known !== undefined) return known;
  const read = readValue(value);
  if (isRecord(value) && isFrozen(value)) READ.set(value, read);
  return read;
}

/** Holds nothing that nobody else holds. */
const READ = new WeakMap<object, ReadValue>();

const isFrozen = (value: unknown, depth = 0): boolean =>
  typeof value !== "object" ||
  value === null ||
  (depth <= AI_LIMITS.valueDepth && Object.isFrozen(value) && Object.values(value).every((each) => isFrozen(each, depth + 1)));

const doubleOf = (value: JsonObject): string | undefined =>
  value["messages"] !== undefined && value["instructions"] !== undefined
    ? "it has `messages` and `instructions`; only one of them may be there"
    : undefined;

type JsonObject = Readonly<Record<string, unknown>>;
/** What is wrong with a field's value, or nothing. */
type Check = (value: unknown, path: string) => string | undefined;
type Rules = Readonly<Record<string, { readonly check: Check; readonly isRequired?: true }>>;

export const isRecord = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function problemOf(value: JsonObject, rules: Rules, path: string): string | undefined {
  for (const [name, { check, isRequired }] of Object.entries(rules)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field === undefined) {
      if (isRequired) return `\`${path}${name}\` is missing`;
      continue;
    }
    const problem = check(field, `${path}${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const must =
  (holds: (value: unknown) => boolean, what: string): Check =>
  (value, path) =>
    holds(value) ? undefined : `\`${path}\` is not ${what}`;

const text = must((value) => typeof value === "string", "a text");
const name = must((value) => typeof value === "string" && value !== "", "a text with something in it");
const record = must(isRecord, "an object");
const count = must((value) => Number.isInteger(value) && (value as number) >= 1, "a whole number from 1");
const integer = must(Number.isInteger, "a whole number");
const between = (low: number, high: number): Check =>
  must((value) => typeof value === "number" && value >= low && value <= high, `a number from ${low} to ${high}`);
const oneOf = (...words: readonly string[]): Check =>
  must((value) => typeof value === "string" && words.includes(value), `one of ${words.join(", ")}`);

const listOf =
  (check: Check, maxItems: number): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return `\`${path}\` is not a list`;
    if (value.length > maxItems) return `\`${path}\` has more than ${maxItems} entries`;
    return value.reduce<string | undefined>((found, item, index) => found ?? check(item, `${path}[${index}]`), undefined);
  };

const objectOf =
  (rules: Rules): Check =>
  (value, path) =>
    isRecord(value) ? problemOf(value, rules, `${path}.`) : `\`${path}\` is not an object`;

const content: Check = (value, path) =>
  typeof value === "string" ? undefined : Array.isArray(value) ? parts(value, path) : `\`${path}\` is neither a text nor a list`;

const part: Check = (value, path) =>
  objectOf({
    type: { check: name, isRequired: true },
    ...(isRecord(value) && value["type"] === "text" ? { text: { check: text, isRequired: true } } : {}),
    ...(isRecord(value) && value["type"] === "image" ? { url: { check: text } } : {}),
  })(value, path);

const parts = listOf(part, 1_000);

const message = objectOf({
  role: { check: oneOf("system", "developer", "user", "assistant"), isRequired: true },
  content: { check: content, isRequired: true },
  name: { check: name },
});

const tool = objectOf({
  name: { check: name, isRequired: true },
  description: { check: text },
  parameters: { check: record },
});

const responseFormat: Check = (value, path) =>
  typeof value === "string"
    ? oneOf("text", "json")(value, path)
    : objectOf({
        type: { check: oneOf("json_schema"), isRequired: true },
        name: { check: name },
        schema: { check: record, isRequired: true },
      })(value, path);

const parameters = objectOf({
  maxTokens: { check: count },
  temperature: { check: between(0, 2) },
  topP: { check: between(0, 1) },
  topK: { check: count },
  frequencyPenalty: { check: between(-2, 2) },
  presencePenalty: { check: between(-2, 2) },
  seed: { check: integer },
  stop: { check: listOf(name, 16) },
  timeoutMs: { check: count },
  responseFormat: { check: oneOf("text", "json") },
  reasoningEffort: { check: oneOf("none", "minimal", "low", "medium", "high") },
  thinkingTokens: { check: count },
  toolChoice: { check: oneOf("auto", "none", "required") },
  extra: { check: record },
});

const REPLY: Rules = { reply: { check: text, isRequired: true }, metadata: { check: record } };

const MODEL: Rules = {
  provider: { check: name, isRequired: true },
  model: { check: name, isRequired: true },
  instructions: { check: text },
  messages: { check: listOf(message, 1_000) },
  parameters: { check: parameters },
  tools: { check: listOf(tool, 128) },
  responseFormat: { check: responseFormat },
  retrieval: { check: record },
  region: { check: name },
  metadata: { check: record },
};
