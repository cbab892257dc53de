/** Who is in a segment and who asks for it, in words; and lists of people as somebody pastes them. */

import { LIMITS, listOf, sayCondition, type SegmentEnvironment } from "@dimmer/evaluation";
import type { SegmentUse } from "@dimmer/protocol";

/** "240 named people, and everyone where plan is pro; tester-7 never". */
export function saySegment(config: SegmentEnvironment | undefined): string {
  if (config === undefined) return "Not set up here: what asks for it cannot be told, and does not match.";
  const { include = [], exclude = [], when } = config;
  const who = [
    ...(include.length === 0 ? [] : [sayPeople(include)]),
    ...(when === undefined ? [] : [`everyone where ${sayCondition(when)}`]),
  ];
  const inside = who.length === 0 ? "Nobody" : listOf(who, "and").replace(/^everyone/u, "Everyone");
  if (exclude.length === 0) return `${inside}.`;
  return `${inside}; ${sayPeople(exclude)} never.`;
}

const sayPeople = (keys: readonly string[]): string =>
  keys.length <= 3 ? listOf(keys, "and") : `${keys.length.toLocaleString("en")} named people`;

/** "the rule early in production", "whoever may get new". */
export function sayUse({ place, name, environment }: SegmentUse): string {
  const where = environment === null ? "everywhere" : `in ${environment}`;
  if (place === "rule") return `the rule ${name} ${where}`;
  if (place === "only") return `who may get ${name}, ${where}`;
  return `${place === "fallback" ? "the fallback" : "its condition"} ${where}`;
}

export interface PastedKeys {
  readonly keys: readonly string[];
  /** How many stood there more than once. */
  readonly repeated: number;
  readonly problem?: string;
}

/** Shape: one a line, or with commas or semicolons between; quotes around one and empty lines are taken away. */
export function readKeys(text: string): PastedKeys {
  const written = text
    .split(/[\n,;]/u)
    .map((key) => key.trim().replace(/^(["'])(.*)\1$/u, "$2"))
    .filter((key) => key !== "");
  const keys = [...new Set(written)];
  const repeated = written.length - keys.length;
  const long = keys.find((key) => key.length > LIMITS.text);
  const problem =
    keys.length > LIMITS.segmentKeys
      ? `A list holds at most ${LIMITS.segmentKeys.toLocaleString("en")} people; these are ${keys.length.toLocaleString("en")}. Use a condition on an attribute instead.`
      : long === undefined
        ? undefined
        : `“${long.slice(0, 20)}…” is longer than ${LIMITS.text} characters.`;
  return { keys, repeated, ...(problem === undefined ? {} : { problem }) };
}

export const writeKeys = (keys: readonly string[] | undefined): string => (keys ?? []).join("\n");
