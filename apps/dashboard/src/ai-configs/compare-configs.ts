/** What differs between two versions of a config, as one reads it: messages beside messages, and settings by their names. */

import type { JsonValue } from "@dimmer/evaluation";
import { writeValue } from "../evaluations/question.ts";
import { isObject, type JsonObject } from "../ui/json-object.ts";
import { PARAMETERS, RETRIEVAL, ROLES } from "./config-shape.ts";

/** A setting that is another, new or gone; how it was and is, in words or JSON. */
export interface ComparedField {
  readonly label: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A message, the instructions or the reply. */
export interface ComparedText {
  readonly label: string;
  /** Undefined where it was not there, or is not any more. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface ComparedConfigs {
  readonly fields: readonly ComparedField[];
  /** All of them, also those that are as before. */
  readonly texts: readonly ComparedText[];
}

/** Errors: none. What is no config in one of them counts as not there. */
export function compareConfigs(before: JsonValue, after: JsonValue): ComparedConfigs {
  const [was, is] = [before, after].map((value) => (isObject(value) ? value : {})) as [JsonObject, JsonObject];
  const settingsWere = new Map(settingsOf(was));
  const settingsAre = new Map(settingsOf(is));
  const labels = [...new Set([...settingsWere.keys(), ...settingsAre.keys()])];
  return {
    fields: labels
      .map((label) => ({ label, before: settingsWere.get(label), after: settingsAre.get(label) }))
      .filter((field) => field.before !== field.after),
    texts: pairTexts(textsOf(was), textsOf(is)),
  };
}

const TEXTS: readonly string[] = ["messages", "instructions", "reply"];
const LABELS: Readonly<Record<string, string>> = {
  provider: "Provider",
  model: "Model",
  region: "Region",
  responseFormat: "Form of the answer",
};

/** Each setting by what it is called; tools by their names, so that another order is no difference. */
function settingsOf(value: JsonObject): readonly (readonly [label: string, said: string])[] {
  return Object.entries(value)
    .filter(([name, field]) => !TEXTS.includes(name) || !isText(name, field))
    .flatMap(([name, field]) => {
      if (name === "tools" && Array.isArray(field)) return (field as readonly JsonValue[]).map(sayTool);
      const group = GROUPS[name];
      if (group === undefined || !isObject(field)) return [[LABELS[name] ?? name, writeValue(field)] as const];
      const { extra, ...named } = field;
      const all = name === "parameters" && isObject(extra) ? { ...named, ...extra } : field;
      return Object.entries(all).map(([inner, held]) => {
        const spec = group.specs.find((one) => one.name === inner);
        return [spec?.label ?? `${group.label} ${inner}`, writeValue(held)] as const;
      });
    });
}

const GROUPS: Readonly<Record<string, { readonly label: string; readonly specs: typeof PARAMETERS }>> = {
  parameters: { label: "Parameter", specs: PARAMETERS },
  retrieval: { label: "Looked up:", specs: RETRIEVAL.map((spec) => ({ ...spec, label: `Looked up: ${spec.label}` })) },
  public: { label: "For browsers:", specs: [] },
  metadata: { label: "Note", specs: [] },
};

function sayTool(tool: JsonValue, at: number): readonly [string, string] {
  if (!isObject(tool) || typeof tool["name"] !== "string") return [`Tool ${at + 1}`, JSON.stringify(tool)];
  const { name, ...rest } = tool;
  return [`Tool ${name}`, JSON.stringify(rest)];
}

const isText = (name: string, field: JsonValue): boolean =>
  name === "messages" ? Array.isArray(field) : typeof field === "string";

interface NamedText {
  readonly label: string;
  readonly text: string;
}

function textsOf(value: JsonObject): readonly NamedText[] {
  return Object.entries(value).flatMap(([name, field]): readonly NamedText[] => {
    if (!TEXTS.includes(name) || !isText(name, field)) return [];
    if (name === "messages") return (field as readonly JsonValue[]).map(messageText);
    return typeof field === "string" ? [{ label: name === "reply" ? "Reply" : "Instructions", text: field }] : [];
  });
}

function messageText(message: JsonValue): NamedText {
  if (!isObject(message)) return { label: "Message", text: JSON.stringify(message) };
  const { role, content } = message;
  const label = typeof role === "string" ? (ROLES[role] ?? role) : "Message";
  if (typeof content === "string") return { label, text: content };
  return {
    label,
    text: Array.isArray(content) ? (content as readonly JsonValue[]).map(partText).join("\n") : JSON.stringify(message),
  };
}

function partText(part: JsonValue): string {
  if (isObject(part) && part["type"] === "text" && typeof part["text"] === "string") return part["text"];
  if (isObject(part) && part["type"] === "image" && typeof part["url"] === "string") return `[image] ${part["url"]}`;
  return JSON.stringify(part);
}

/**
 * Texts that are the same stay beside each other; between them those of one role are taken for each other, in their order.
 *
 * Shape:  in the order in which one reads them, what is gone before what is new.
 */
function pairTexts(before: readonly NamedText[], after: readonly NamedText[]): readonly ComparedText[] {
  const pairs: ComparedText[] = [];
  let [from, to] = [0, 0];
  for (const [wasAt, isAt] of [...sameTexts(before, after), [before.length, after.length] as const]) {
    pairs.push(...pairGap(before.slice(from, wasAt), after.slice(to, isAt)));
    const same = before[wasAt];
    if (same !== undefined) pairs.push({ label: same.label, before: same.text, after: same.text });
    [from, to] = [wasAt + 1, isAt + 1];
  }
  return pairs;
}

function pairGap(before: readonly NamedText[], after: readonly NamedText[]): readonly ComparedText[] {
  const pairs: ComparedText[] = [];
  let from = 0;
  for (const { label, text } of after) {
    const at = before.findIndex((was, index) => index >= from && was.label === label);
    if (at === -1) {
      pairs.push({ label, before: undefined, after: text });
      continue;
    }
    pairs.push(...before.slice(from, at).map(gone), { label, before: before[at]?.text, after: text });
    from = at + 1;
  }
  return [...pairs, ...before.slice(from).map(gone)];
}

const gone = ({ label, text }: NamedText): ComparedText => ({ label, before: text, after: undefined });

/** Messages that are compared with each other; of more, only those that begin and end alike. */
const MOST_COMPARED = 300;

/** The longest run of texts that both have, in the same order. */
function sameTexts(before: readonly NamedText[], after: readonly NamedText[]): readonly (readonly [number, number])[] {
  if (before.length > MOST_COMPARED || after.length > MOST_COMPARED) return sameBeginning(before, after);
  const lengths = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => 0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row !== undefined) row[j] = isSame(before[i], after[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const same: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    if (isSame(before[i], after[j])) same.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return same;
}

function sameBeginning(before: readonly NamedText[], after: readonly NamedText[]): readonly (readonly [number, number])[] {
  const end = before.findIndex((text, at) => !isSame(text, after[at]));
  return Array.from({ length: end === -1 ? Math.min(before.length, after.length) : end }, (_, at) => [at, at] as const);
}

const isSame = (one: NamedText | undefined, other: NamedText | undefined): boolean =>
  one?.label === other?.label && one?.text === other?.text;
