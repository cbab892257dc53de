/** From a config to the arguments of `generateText` and `streamText`. */

import { present } from "../../present.ts";
import type { ContentPart, Message, ModelConfig } from "../../config/value.ts";

/** The part of the arguments that a config can fill. */
export interface PromptArguments {
  system?: string;
  messages: PromptMessage[];
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  seed?: number;
  stopSequences?: string[];
}

type TextPart = { type: "text"; text: string };
type PromptMessage =
  | { role: "user"; content: string | (TextPart | { type: "image"; image: string })[] }
  | { role: "assistant"; content: string | TextPart[] };

/**
 * The arguments of `generateText` and `streamText`.
 *
 * Shape:  `generateText({ model, ...toPrompt(attempt.config) })`. `instructions` and messages of the roles `system` and `developer`
 *         become `system`. Tools, formats and reasoning are the app's to give, as the AI SDK wants them in its own types.
 * Errors: throws a TypeError for a part of a message that cannot be said here.
 */
export function toPrompt({ instructions, messages = [], parameters = {} }: ModelConfig): PromptArguments {
  const { maxTokens, temperature, topP, topK, frequencyPenalty, presencePenalty, seed, stop } = parameters;
  const system = [...(instructions === undefined ? [] : [instructions]), ...messages.filter(isSystem).map(plainText)];
  const settings = present<Omit<PromptArguments, "messages">>({
    system: system.length === 0 ? undefined : system.join("\n\n"),
    maxOutputTokens: maxTokens,
    temperature,
    topP,
    topK,
    frequencyPenalty,
    presencePenalty,
    seed,
    stopSequences: stop === undefined ? undefined : [...stop],
  });
  return { ...settings, messages: messages.filter((message) => !isSystem(message)).map(messageOf) };
}

const isSystem = ({ role }: Message): boolean => role === "system" || role === "developer";

function messageOf(message: Message): PromptMessage {
  if (message.role === "assistant") return { role: "assistant", content: plainText(message) };
  const { content } = message;
  return { role: "user", content: typeof content === "string" ? content : content.map(partOf) };
}

function plainText({ role, content }: Message): string {
  if (typeof content === "string") return content;
  return content
    .map((part) => {
      if (part.type === "text") return String(part["text"]);
      throw new TypeError(`A ${role} message holds text only here, and no part of type ${part.type}.`);
    })
    .join("\n");
}

function partOf(part: ContentPart): TextPart | { type: "image"; image: string } {
  if (part.type === "text") return { type: "text", text: String(part["text"]) };
  if (part.type === "image" && "url" in part) return { type: "image", image: String(part.url) };
  throw new TypeError(`A part of type ${part.type} cannot be given to the AI SDK from a config; give the message yourself.`);
}
