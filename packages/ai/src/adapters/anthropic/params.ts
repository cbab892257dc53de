/** From a config to the parameters of Anthropic's messages. */

import type { ContentPart, Message, ModelConfig, ResponseFormat } from "../../config/value.ts";
import { present } from "../../present.ts";

/** The part of `MessageCreateParams` that a config can fill. */
export interface MessageParams {
  model: string;
  max_tokens: number;
  messages: { role: "user" | "assistant"; content: string | MessagePart[] }[];
  system?: string;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
  thinking?: { type: "enabled"; budget_tokens: number };
  tools?: { name: string; description?: string; input_schema: { type: "object"; [keyword: string]: unknown } }[];
  tool_choice?: { type: "auto" } | { type: "none" } | { type: "any" };
  output_config?: { format: { type: "json_schema"; schema: Record<string, unknown> } };
}

type MessagePart =
  | { type: "text"; text: string }
  | { type: "image"; source: { type: "url"; url: string } | { type: "base64"; media_type: ImageType; data: string } };
type ImageType = "image/jpeg" | "image/png" | "image/gif" | "image/webp";

/** Anthropic wants a bound in every request; this is the one where the config has none. */
export const DEFAULT_MAX_TOKENS = 4_096;

/**
 * The parameters of `anthropic.messages.create`.
 *
 * Shape:  `instructions` and messages of the roles `system` and `developer` become `system`. Parameters that Anthropic does not have
 *         (penalties, `seed`, `reasoningEffort`, `responseFormat: json`) are left out; `parameters.extra` goes in as it is.
 * Errors: throws a TypeError for a part of a message that cannot be said here.
 */
export function toMessages(config: ModelConfig): MessageParams {
  const { model, messages = [], parameters = {}, tools } = config;
  const { maxTokens = DEFAULT_MAX_TOKENS, temperature, topP, topK, stop, thinkingTokens, toolChoice } = parameters;
  const fields = present<MessageParams>({
    model,
    max_tokens: maxTokens,
    messages: messages.filter(isTurn).map(({ role, content }) => ({ role, content: contentOf(content) })),
    system: systemOf(config),
    temperature,
    top_p: topP,
    top_k: topK,
    stop_sequences: stop === undefined ? undefined : [...stop],
    thinking: thinkingTokens === undefined ? undefined : { type: "enabled", budget_tokens: thinkingTokens },
    tools: tools?.map(({ name, description, parameters: schema }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      input_schema: { ...schema, type: "object" as const },
    })),
    tool_choice: toolChoice === undefined ? undefined : { type: toolChoice === "required" ? "any" : toolChoice },
    output_config: formatOf(config.responseFormat),
  });
  return { ...fields, ...parameters.extra };
}

const isTurn = (message: Message): message is Message & { readonly role: "user" | "assistant" } =>
  message.role === "user" || message.role === "assistant";

function systemOf({ instructions, messages = [] }: ModelConfig): string | undefined {
  const texts = messages.filter((message) => !isTurn(message)).map(({ content, role }) => plainText(content, role));
  const all = instructions === undefined ? texts : [instructions, ...texts];
  return all.length === 0 ? undefined : all.join("\n\n");
}

function plainText(content: Message["content"], role: string): string {
  if (typeof content === "string") return content;
  return content
    .map((part) => {
      if (part.type === "text") return String(part["text"]);
      throw new TypeError(`A ${role} message holds text only here, and no part of type ${part.type}.`);
    })
    .join("\n");
}

const contentOf = (content: Message["content"]): string | MessagePart[] =>
  typeof content === "string" ? content : content.map(partOf);

function partOf(part: ContentPart): MessagePart {
  if (part.type === "text") return { type: "text", text: String(part["text"]) };
  if (part.type !== "image" || !("url" in part))
    throw new TypeError(
      `A part of type ${part.type} cannot be sent to Anthropic from a config; give the message with \`messages\` instead.`,
    );
  const url = String(part.url);
  const [, mediaType, data] = /^data:(image\/(?:jpeg|png|gif|webp));base64,(.*)$/s.exec(url) ?? [];
  return mediaType === undefined || data === undefined
    ? { type: "image", source: { type: "url", url } }
    : { type: "image", source: { type: "base64", media_type: mediaType as ImageType, data } };
}

const formatOf = (format: ResponseFormat | undefined): MessageParams["output_config"] =>
  format === undefined || typeof format === "string" ? undefined : { format: { type: "json_schema", schema: format.schema } };
