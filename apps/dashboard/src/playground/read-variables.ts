/** Reads what somebody typed for a template's variables. */

import type { JsonValue } from "@dimmer/evaluation";

export interface ReadVariables {
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Of each one that cannot be read, why. */
  readonly problems: Readonly<Record<string, string>>;
}

/**
 * Shape:  a text as it is; what begins with a brace or bracket is JSON, for templates that ask for its fields. One that is not filled is
 *         left out, so that a template that tests for it may do without.
 * Errors: none thrown.
 */
export function readVariables(names: readonly string[], typed: Readonly<Record<string, string>>): ReadVariables {
  const read = names.flatMap((name) => {
    const text = typed[name] ?? "";
    return text === "" ? [] : [{ name, ...readOne(text) }];
  });
  return {
    variables: Object.fromEntries(read.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))),
    problems: Object.fromEntries(read.flatMap(({ name, problem }) => (problem === undefined ? [] : [[name, problem] as const]))),
  };
}

function readOne(text: string): { readonly value?: JsonValue; readonly problem?: string } {
  if (!/^\s*[[{]/u.test(text)) return { value: text };
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return { problem: "It begins as JSON and is none. Mend it, or begin it otherwise to have it taken as text." };
  }
}
