/** A variant's value as somebody edits it: as text, and for prompts text by text. */

import type { FlagType, JsonValue } from "@dimmer/evaluation";

/** Texts are edited as they are, all else as JSON. */
export const textOf = (type: FlagType, value: JsonValue): string =>
  type === "string" && typeof value === "string" ? value : JSON.stringify(value, null, 2);

/** Shape: the value, or what is wrong with the text; whether it fits the flag the server tells. */
export function readValue(type: FlagType, text: string): { readonly value: JsonValue } | { readonly problem: string } {
  if (type === "string") return { value: text };
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return { problem: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

/** One text within a value. */
export interface PromptText {
  readonly path: readonly (string | number)[];
  readonly label: string;
  readonly text: string;
  /** Names fit one line. */
  readonly isLine: boolean;
}

/** Shape: empty where the value is no prompt: no messages, instructions or reply. */
export function promptTexts(value: JsonValue): readonly PromptText[] {
  if (!isObject(value)) return [];
  const block = (name: string, label: string): PromptText[] => {
    const text = value[name];
    return typeof text === "string" ? [{ path: [name], label, text, isLine: false }] : [];
  };
  const line = (name: string, label: string) => block(name, label).map((one) => ({ ...one, isLine: true }));
  const { messages } = value;
  const said = Array.isArray(messages) ? (messages as readonly JsonValue[]).flatMap(messageText) : [];
  const prompts = [...block("instructions", "Instructions"), ...said, ...block("reply", "Reply")];
  return prompts.length === 0 ? [] : [...line("provider", "Provider"), ...line("model", "Model"), ...prompts];
}

function messageText(message: JsonValue, at: number): PromptText[] {
  if (!isObject(message) || typeof message["content"] !== "string") return [];
  const role = typeof message["role"] === "string" ? message["role"] : "message";
  return [{ path: ["messages", at, "content"], label: ROLES[role] ?? role, text: message["content"], isLine: false }];
}

const ROLES: Readonly<Record<string, string>> = {
  system: "System message",
  developer: "Developer message",
  user: "Person’s message",
  assistant: "Model’s message",
};

/** The value with another text at a path that is there. */
export function withText(value: JsonValue, [name, ...rest]: PromptText["path"], text: string): JsonValue {
  if (name === undefined) return text;
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((part, at) => (at === name ? withText(part, rest, text) : part));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, key === name ? withText(part, rest, text) : part]));
}

/** A value in a few words, for a list. */
export function sayValue(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (!isObject(value)) return JSON.stringify(value);
  const { provider, model, reply } = value;
  if (typeof model === "string") return typeof provider === "string" ? `${model} by ${provider}` : model;
  return typeof reply === "string" ? `Always answers “${reply}”` : JSON.stringify(value);
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
