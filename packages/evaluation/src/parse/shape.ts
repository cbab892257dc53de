/** The checks every part of the document is made of: types, fields, lists, maps, choices. */

import { nearestWord } from "./nearest.ts";
import { type Check, isFull, quote, raise, type Spot, within } from "./report.ts";

export type Fields = Readonly<Record<string, Field>>;
export type Foreign = Readonly<Record<string, unknown>>;

export interface Field {
  readonly check: Check;
  /** Makes the field required: what to add where it is missing. */
  readonly add?: string;
}

/** Bounds of a list or map, both inclusive. */
export interface Size {
  readonly min?: number;
  readonly max: number;
}

export function isObject(value: unknown): value is Foreign {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object with these fields and no others; gives it back where it is an object at all. */
export function checkFields(value: unknown, at: Spot, what: string, fields: Fields): Foreign | undefined {
  if (!checkObject(value, at, what)) return undefined;
  for (const [name, field] of Object.entries(fields)) {
    if (value[name] !== undefined && Object.hasOwn(value, name)) field.check(value[name], within(at, name));
    else if (field.add !== undefined) raise(at, "missing-field", `${what} needs ${name}`, `add \`${field.add}\``);
  }
  for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name)) refuseField(name, at, what, fields);
  return value;
}

function refuseField(name: string, at: Spot, what: string, fields: Fields): void {
  const nearest = isFull(at.report) ? undefined : nearestWord(name, Object.keys(fields));
  const mend =
    nearest === undefined ? `remove it; ${what} has ${Object.keys(fields).join(", ")}` : `did you mean \`${nearest}\`?`;
  raise(within(at, name), "unknown-field", `${what} has no field ${quote(name)}`, mend);
}

export function checkObject(value: unknown, at: Spot, what: string): value is Foreign {
  if (isObject(value)) return true;
  refuseType(value, at, what, "an object");
  return false;
}

export function refuseType(value: unknown, at: Spot, what: string, expected: string): void {
  raise(at, "wrong-type", `${what} is ${expected}, not ${kindOf(value)}`, `give ${expected}`);
}

/** How a message names what was found. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return KINDS[typeof value] ?? typeof value;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  object: "an object",
};

/** A list; one that is too long is not looked into. Gives the list back where its size is right. */
export function checkList(value: unknown, at: Spot, what: string, size: Size, item: Check): readonly unknown[] | undefined {
  if (!Array.isArray(value)) {
    refuseType(value, at, what, "a list");
    return undefined;
  }
  const list: readonly unknown[] = value;
  if (!checkSize(list.length, at, what, size)) return undefined;
  for (const [index, entry] of list.entries()) item(entry, within(at, index));
  return list;
}

/** A map from names to entries; a bad name is reported at its entry, which is then not looked into. */
export function checkMap(value: unknown, at: Spot, what: string, size: Size, key: KeyCheck, item: MapCheck): Foreign | undefined {
  if (!checkObject(value, at, what)) return undefined;
  const names = Object.keys(value);
  if (!checkSize(names.length, at, what, size)) return undefined;
  for (const name of names) {
    const entryAt = within(at, name);
    if (key(name, entryAt)) item(value[name], entryAt, name);
  }
  return value;
}

export type KeyCheck = (key: string, at: Spot) => boolean;
export type MapCheck = (value: unknown, at: Spot, key: string) => void;

function checkSize(length: number, at: Spot, what: string, { min = 0, max }: Size): boolean {
  if (length < min)
    raise(at, "too-few", `${what} is empty`, min === 1 ? "add an entry, or remove it" : `add up to ${min} entries`);
  if (length > max) raise(at, "too-many", `${what} has ${length} entries; the limit is ${max}`, `leave at most ${max}`);
  return length >= min && length <= max;
}

/** A text that is not empty and not too long; gives it back where it is one. */
export function checkText(value: unknown, at: Spot, what: string, max: number): value is string {
  if (typeof value !== "string") refuseType(value, at, what, "a text");
  else if (value === "") raise(at, "empty-text", `${what} is empty`, "write something, or remove it");
  else if (value.length > max) raise(at, "too-long", `${what} has ${value.length} characters; the limit is ${max}`, "shorten it");
  else return true;
  return false;
}

export function checkFormat(value: unknown, at: Spot, what: string, format: RegExp, example: string): value is string {
  if (typeof value !== "string") refuseType(value, at, what, "a text");
  else if (!format.test(value)) raise(at, "bad-format", `${what} is not written as ${example}`, `write it as \`${example}\``);
  else return true;
  return false;
}

export function checkChoice(value: unknown, at: Spot, what: string, choices: readonly string[]): void {
  if (typeof value !== "string") return refuseType(value, at, what, "a text");
  if (choices.includes(value)) return;
  const nearest = nearestWord(value, choices);
  const mend = nearest === undefined ? `use one of: ${choices.join(", ")}` : `did you mean \`${nearest}\`?`;
  raise(at, "unknown-choice", `${what} cannot be ${quote(value)}`, mend);
}

export function checkTruth(value: unknown, at: Spot, what: string): void {
  if (typeof value !== "boolean") refuseType(value, at, what, "true or false");
}

/** A finite number between two bounds; gives it back where it is one. */
export function checkNumber(value: unknown, at: Spot, what: string, min: number, max: number): value is number {
  if (typeof value !== "number" || !Number.isFinite(value)) refuseType(value, at, what, "a number");
  else if (value < min || value > max) raise(at, "out-of-range", `${what} is ${value}`, `give a number from ${min} to ${max}`);
  else return true;
  return false;
}

export function checkInteger(value: unknown, at: Spot, what: string, min: number, max: number): value is number {
  if (typeof value !== "number" || !Number.isInteger(value)) refuseType(value, at, what, "a whole number");
  else if (value < min || value > max)
    raise(at, "out-of-range", `${what} is ${value}`, `give a whole number from ${min} to ${max}`);
  else return true;
  return false;
}
