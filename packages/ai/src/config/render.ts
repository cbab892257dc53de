/** From a value with templates to the config of one call, frozen; or why there is none. */

import { AI_LIMITS } from "../limits.ts";
import { present } from "../present.ts";
import { readValue } from "./read-value.ts";
import type { Fill, Variables } from "./template.ts";
import { isReply, type AiValue, type ContentPart, type Message, type ModelConfig } from "./value.ts";

export type Rendered =
  | { readonly value: AiValue; readonly errorType?: undefined }
  | { readonly value?: undefined; readonly errorType: "template" | "invalid_value"; readonly message: string };

/**
 * Shape:  a frozen copy; its instructions, messages and reply are filled. `public` is for browsers and left out.
 * Errors: none thrown. `message` names the place and holds nothing of the prompt.
 */
export function renderValue(value: unknown, variables: Variables, fill: Fill): Rendered {
  const read = readValue(value);
  if (read.value === undefined) return { errorType: "invalid_value", message: `The value is not an AI config: ${read.problem}.` };
  try {
    return {
      value: freeze(isReply(read.value) ? fillReply(read.value, variables, fill) : fillModel(read.value, variables, fill)),
    };
  } catch (cause) {
    return { errorType: "template", message: `The prompt cannot be filled: ${messageOf(cause)}.` };
  }
}

const fillReply = (value: AiValue & { readonly reply: string }, variables: Variables, fill: Fill): AiValue => {
  const { public: _public, ...rest } = value as typeof value & { readonly public?: unknown };
  return { ...rest, reply: fillAt("reply", value.reply, variables, fill) };
};

function fillModel(value: ModelConfig, variables: Variables, fill: Fill): ModelConfig {
  const { public: _public, instructions, messages, ...rest } = value as ModelConfig & { readonly public?: unknown };
  return present<ModelConfig>({
    ...rest,
    instructions: instructions === undefined ? undefined : fillAt("instructions", instructions, variables, fill),
    messages: messages?.map((message, index) => fillMessage(message, `messages[${index}].content`, variables, fill)),
  });
}

function fillMessage(message: Message, path: string, variables: Variables, fill: Fill): Message {
  const { content } = message;
  if (typeof content === "string") return { ...message, content: fillAt(path, content, variables, fill) };
  return { ...message, content: content.map((part, index) => fillPart(part, `${path}[${index}]`, variables, fill)) };
}

/** Texts and addresses; data is never read as a template. */
function fillPart(part: ContentPart, path: string, variables: Variables, fill: Fill): ContentPart {
  const field = part.type === "text" ? "text" : part.type === "image" ? "url" : undefined;
  const text = field === undefined ? undefined : (part as Readonly<Record<string, unknown>>)[field];
  return field === undefined || typeof text !== "string"
    ? part
    : { ...part, [field]: fillAt(`${path}.${field}`, text, variables, fill) };
}

function fillAt(path: string, text: string, variables: Variables, fill: Fill): string {
  try {
    return fill(text, variables, path);
  } catch (cause) {
    throw new Error(`\`${path}\`: ${messageOf(cause)}`, { cause });
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? "";

/** A value may be shared by all who are served it; copies are made of what is not frozen yet. */
function freeze<T>(value: T, depth = 0): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (depth > AI_LIMITS.valueDepth) return value;
  const copy = Array.isArray(value)
    ? value.map((item: unknown) => freeze(item, depth + 1))
    : Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [key, freeze(item, depth + 1)]));
  return Object.freeze(copy) as T;
}
