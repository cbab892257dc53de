/** What an AI config is made of, as far as the form has fields for it; everything else stays as it is, and is shown as JSON. */

import type { JsonValue } from "@dimmer/evaluation";
import { isObject, type JsonObject, withField } from "../ui/json-object.ts";

/** How one field of an object is edited. */
export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly about?: string;
  readonly kind: "text" | "number" | "texts" | "choice" | "object";
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** What it begins with when it is added. */
  readonly first: JsonValue;
}

const number = (name: string, label: string, first: number, about?: string): FieldSpec => ({
  name,
  label,
  kind: "number",
  first,
  ...(about === undefined ? {} : { about }),
});

function choice(name: string, label: string, choices: Readonly<Record<string, string>>): FieldSpec {
  const all = Object.entries(choices).map(([value, said]) => ({ value, label: said }));
  return { name, label, kind: "choice", choices: all, first: all[0]?.value ?? "" };
}

export const PARAMETERS: readonly FieldSpec[] = [
  number("maxTokens", "Longest answer", 1_000, "tokens"),
  number("temperature", "Temperature", 1, "0 to 2"),
  number("timeoutMs", "Time limit", 20_000, "milliseconds"),
  number("topP", "Top p", 1, "0 to 1"),
  number("topK", "Top k", 40),
  number("frequencyPenalty", "Frequency penalty", 0, "−2 to 2"),
  number("presencePenalty", "Presence penalty", 0, "−2 to 2"),
  number("seed", "Seed", 1),
  number("thinkingTokens", "Room to think", 2_000, "tokens"),
  choice("reasoningEffort", "Effort of reasoning", {
    medium: "Medium",
    none: "None",
    minimal: "Least",
    low: "Low",
    high: "High",
  }),
  choice("toolChoice", "Use of tools", { auto: "As the model likes", none: "Never", required: "Always" }),
  choice("responseFormat", "Answer as", { text: "Text", json: "JSON" }),
  { name: "stop", label: "Stop at", kind: "texts", first: [] },
];

export const RETRIEVAL: readonly FieldSpec[] = [
  { name: "index", label: "Index", kind: "text", first: "" },
  number("topK", "Passages", 5),
  number("minScore", "Least score", 0.5),
  { name: "rerank", label: "Sorted again by", kind: "object", first: { model: "" } },
  { name: "extra", label: "More, in the app’s own words", kind: "object", first: {} },
];

export const ROLES: Readonly<Record<string, string>> = {
  system: "System",
  developer: "Developer",
  user: "Person",
  assistant: "Model",
};

const MODEL_FIELDS = [
  "provider",
  "model",
  "region",
  "instructions",
  "messages",
  "parameters",
  "tools",
  "responseFormat",
  "retrieval",
  "public",
  "metadata",
] as const;
const REPLY_FIELDS = ["reply", "public", "metadata"] as const;

export const isReplyConfig = (value: JsonObject): boolean => Object.hasOwn(value, "reply");

/** Shape: whether the form can show it: it is meant as a config, or looks like one. */
export function isConfig(value: JsonValue, schema: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  return schema === "ai-config" || Object.keys(value).some((name) => SIGNS.includes(name));
}

const SIGNS: readonly string[] = ["messages", "instructions", "reply"];

/** Shape: the fields that the form has no place for. */
export function otherFields(value: JsonObject): JsonObject {
  const known: readonly string[] = isReplyConfig(value) ? REPLY_FIELDS : MODEL_FIELDS;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !known.includes(name)));
}

/** The value with other ones in place of its other fields. */
export function withOtherFields(value: JsonObject, others: JsonObject): JsonObject {
  const gone = Object.keys(otherFields(value)).filter((name) => !Object.hasOwn(others, name));
  const kept = gone.reduce((left, name) => withField(left, name, undefined), value);
  return Object.entries(others).reduce((all, [name, field]) => withField(all, name, field), kept);
}

export interface TextMessage {
  readonly role: string;
  readonly content: string | readonly Part[];
  readonly name?: string;
}

export type Part = { readonly type: "text"; readonly text: string } | { readonly type: "image"; readonly url: string };

/** Whether a card can say all of it; what a newer schema adds is shown as JSON. */
export function isTextMessage(message: JsonValue): message is JsonObject & TextMessage {
  if (!isObject(message) || !hasOnly(message, ["role", "content", "name"])) return false;
  const { role, content, name } = message;
  const isSaid = typeof content === "string" || (Array.isArray(content) && (content as readonly JsonValue[]).every(isPart));
  return typeof role === "string" && isSaid && (name === undefined || typeof name === "string");
}

function isPart(part: JsonValue): boolean {
  if (!isObject(part)) return false;
  if (part["type"] === "text") return typeof part["text"] === "string" && hasOnly(part, ["type", "text"]);
  return part["type"] === "image" && typeof part["url"] === "string" && hasOnly(part, ["type", "url"]);
}

export function isTool(tool: JsonValue): tool is JsonObject {
  if (!isObject(tool) || !hasOnly(tool, ["name", "description", "parameters"])) return false;
  const { name, description, parameters } = tool;
  return (
    typeof name === "string" &&
    (description === undefined || typeof description === "string") &&
    (parameters === undefined || isObject(parameters))
  );
}

const hasOnly = (object: JsonObject, names: readonly string[]): boolean =>
  Object.keys(object).every((name) => names.includes(name));

/** The texts of a config that are filled, in their order, by where they stand. */
export interface PromptText {
  readonly pointer: string;
  readonly label: string;
  readonly text: string;
  /** An address of an image. */
  readonly isAddress?: true;
}

export function promptTexts(value: JsonObject): readonly PromptText[] {
  const { reply, instructions, messages } = value;
  const block = (field: JsonValue | undefined, pointer: string, label: string): PromptText[] =>
    typeof field === "string" ? [{ pointer, label, text: field }] : [];
  if (isReplyConfig(value)) return block(reply, "/reply", "Reply");
  const said = Array.isArray(messages) ? (messages as readonly JsonValue[]).flatMap(messageTexts) : [];
  return [...block(instructions, "/instructions", "Instructions"), ...said];
}

function messageTexts(message: JsonValue, at: number): PromptText[] {
  if (!isObject(message)) return [];
  const { role, content } = message;
  const pointer = `/messages/${at}/content`;
  const label = typeof role === "string" ? (ROLES[role] ?? role) : `Message ${at + 1}`;
  if (typeof content === "string") return [{ pointer, label, text: content }];
  if (!Array.isArray(content)) return [];
  return (content as readonly JsonValue[]).flatMap((part, index): PromptText[] => {
    if (!isObject(part)) return [];
    const [text, url] = [part["text"], part["url"]];
    if (part["type"] === "text" && typeof text === "string") return [{ pointer: `${pointer}/${index}`, label, text }];
    if (part["type"] !== "image" || typeof url !== "string") return [];
    return [{ pointer: `${pointer}/${index}`, label: `${label}, image`, text: url, isAddress: true }];
  });
}
