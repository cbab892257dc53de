/** A question to the flags: which one, asked by whom; it lives behind the # of a link, which no server sees. */

import type { JsonValue } from "@dimmer/evaluation";

export type Context = Readonly<Record<string, JsonValue>>;

export interface Question {
  /** Without one, all flags. */
  readonly flag?: string | undefined;
  readonly context: Context;
}

export const EMPTY_QUESTION: Question = { context: {} };

/** Shape: base64url of JSON, so that no browser and no chat breaks it. */
export function writeQuestion({ flag, context }: Question): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ flag, context }));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Shape: what is no question is the empty one. */
export function readQuestion(hash: string): Question {
  try {
    const binary = atob(hash.replaceAll("-", "+").replaceAll("_", "/"));
    const question: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
    const { flag, context } = (question ?? {}) as { flag?: unknown; context?: unknown };
    if (!isObject(context)) return EMPTY_QUESTION;
    return { ...(typeof flag === "string" ? { flag } : {}), context };
  } catch {
    return EMPTY_QUESTION;
  }
}

export const isObject = (value: unknown): value is Context =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What somebody typed as the value of an attribute.
 *
 * Shape:  a number, true, false, null, a list, an object or a quoted text as JSON has it; everything else is a text.
 */
export function readValue(text: string): JsonValue {
  const trimmed = text.trim();
  if (!/^(?:[-\d"[{]|true$|false$|null$)/u.test(trimmed)) return text;
  try {
    return JSON.parse(trimmed) as JsonValue;
  } catch {
    return text;
  }
}

/** The other way round: a text is quoted only where it would be read as something else. */
export function writeValue(value: JsonValue): string {
  return typeof value === "string" && readValue(value) === value ? value : JSON.stringify(value);
}
