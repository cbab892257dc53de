/** From a value with templates to the config of one call, frozen; or why there is none. */

import { AI_LIMITS } from "../limits.ts";
import { readOnce } from "./read-value.ts";
import type { Fill, Variables } from "./template.ts";
import { isReply, type AiValue, type ContentPart, type Message } from "./value.ts";

export type Rendered =
  | { readonly value: AiValue; readonly errorType?: undefined }
  | { readonly value?: undefined; readonly errorType: "template" | "invalid_value"; readonly message: string };

/**
 * Shape:  a frozen copy; its instructions, messages and reply are filled. `public` is for browsers and left out.
 * Errors: none thrown. `message` names the place and holds nothing of the prompt.
 */
export function renderValue(value: unknown, variables: Variables, fill: Fill): Rendered {
  const read = readOnce(value);
  if (read.value === undefined) return { errorType: "invalid_value", message: `The value is not an AI config: ${read.problem}.` };
  try {
    return { value: fillValue(read.value, variables, fill) };
  } catch (cause) {
    return { errorType: "template", message: `The prompt cannot be filled: ${messageOf(cause)}.` };
  }
}

function fillValue(value: AiValue, variables: Variables, fill: Fill): AiValue {
  const text = isReply(value) ? "reply" : "instructions";
  return copyOf(value, (name, field) => {
    if (name === "public") return undefined;
    if (name === text) return fillAt(name, field as string, variables, fill);
    return name === "messages" && text !== "reply" ? fillMessages(field as readonly Message[], variables, fill) : freeze(field);
  });
}

const fillMessages = (messages: readonly Message[], variables: Variables, fill: Fill): readonly Message[] =>
  Object.freeze(messages.map((message, index) => fillMessage(message, `messages[${index}].content`, variables, fill)));

const fillMessage = (message: Message, path: string, variables: Variables, fill: Fill): Message =>
  copyOf(message, (name, field) => {
    if (name !== "content") return freeze(field);
    if (typeof field === "string") return fillAt(path, field, variables, fill);
    return Object.freeze((field as readonly ContentPart[]).map((part, at) => fillPart(part, `${path}[${at}]`, variables, fill)));
  });

/** Texts and addresses; data is never read as a template. */
function fillPart(part: ContentPart, path: string, variables: Variables, fill: Fill): ContentPart {
  const text = part.type === "text" ? "text" : part.type === "image" ? "url" : undefined;
  return copyOf(part, (name, field) =>
    name === text && typeof field === "string" ? fillAt(`${path}.${name}`, field, variables, fill) : freeze(field),
  );
}

/** A frozen copy with the fields that are made of the given ones; those that are undefined are left out. */
function copyOf<T extends object>(from: T, make: (name: string, field: unknown) => unknown): T {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(from)) {
    const field = (from as Readonly<Record<string, unknown>>)[name];
    const made = field === undefined ? undefined : make(name, field);
    if (made !== undefined) copy[name] = made;
  }
  return Object.freeze(copy) as T;
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
function freeze(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || depth > AI_LIMITS.valueDepth) return value;
  return Array.isArray(value)
    ? Object.freeze(value.map((item: unknown) => freeze(item, depth + 1)))
    : copyOf(value, (_name, field) => freeze(field, depth + 1));
}
