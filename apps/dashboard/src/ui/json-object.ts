/** JSON objects that are edited: a copy with one field other, everything else as it was and where it was. */

import type { JsonValue } from "@dimmer/evaluation";

export type JsonObject = Readonly<Record<string, JsonValue>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Shape: a field that is there keeps its place, a new one comes last; undefined takes it away. */
export function withField(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined) return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
  if (!Object.hasOwn(object, name)) return { ...object, [name]: value };
  return Object.fromEntries(Object.entries(object).map(([key, held]) => [key, key === name ? value : held]));
}

export const withItem = <T>(items: readonly T[], at: number, item: T): readonly T[] =>
  items.map((held, index) => (index === at ? item : held));

export const withoutItem = <T>(items: readonly T[], at: number): readonly T[] => items.filter((_item, index) => index !== at);

/** Takes one out and puts it in again at another place. */
export function moveItem<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const others = withoutItem(items, from);
  return [...others.slice(0, to), ...items.slice(from, from + 1), ...others.slice(to)];
}
