/** A variant's value as somebody edits it, and in a few words. */

import type { FlagType, JsonValue } from "@dimmer/evaluation";
import { isObject } from "../ui/json-object.ts";

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

/** A value in a few words, for a list. */
export function sayValue(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (!isObject(value)) return JSON.stringify(value);
  const { provider, model, reply } = value;
  if (typeof model === "string") return typeof provider === "string" ? `${model} by ${provider}` : model;
  return typeof reply === "string" ? `Always answers “${reply}”` : JSON.stringify(value);
}
