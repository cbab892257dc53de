/** Finds a person's name in JSON, and puts an alias in its place. */

import type { JsonValue } from "@dimmer/evaluation";

/**
 * How a name stands in a text: as the whole of it, or as a word of a longer one (a reason, a summary, a JSON Pointer).
 *
 * Shape:  a word ends where a letter, digit or one of `_ - . @ +` does not follow, so that `user-7` is not in `user-77`; a full stop
 *         that ends a sentence does not count.
 */
export interface PersonPattern {
  readonly isIn: (text: string) => boolean;
  readonly replaceIn: (text: string, alias: string) => string;
}

export function personPattern(person: string): PersonPattern {
  const literal = person.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const word = new RegExp(
    String.raw`(?<![\p{L}\p{N}_@+]|[\p{L}\p{N}_@+][-.])${literal}(?![\p{L}\p{N}_@+]|[-.][\p{L}\p{N}_@+])`,
    "gu",
  );
  return {
    isIn: (text) => text === person || (text.includes(person) && text.search(word) !== -1),
    replaceIn(text, alias) {
      if (text === person) return alias;
      return text.includes(person) ? text.replaceAll(word, () => alias) : text;
    },
  };
}

/** Whether the person stands anywhere in the value, as a string or a key. */
export function isMentioned(value: JsonValue, person: PersonPattern): boolean {
  if (typeof value === "string") return person.isIn(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((element) => isMentioned(element, person));
  return Object.entries(value).some(([key, field]) => person.isIn(key) || isMentioned(field, person));
}

/** The same value with the alias where the person stood; keys keep their order. */
export function replaceMentions<T>(value: T, person: PersonPattern, alias: string): T {
  return replaceIn(value as JsonValue, person, alias) as T;
}

function replaceIn(value: JsonValue, person: PersonPattern, alias: string): JsonValue {
  if (typeof value === "string") return person.replaceIn(value, alias);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => replaceIn(element, person, alias));
  const entries = Object.entries(value).map(
    ([key, field]) => [person.replaceIn(key, alias), replaceIn(field, person, alias)] as const,
  );
  return Object.fromEntries(entries);
}
