/** From a config to the parameters of OpenAI's two ways to ask: chat completions and responses. */

import { present } from "../../present.ts";
import type { ContentPart, Message, ModelConfig, ResponseFormat } from "../../config/value.ts";

/** The part of `ChatCompletionCreateParams` that a config can fill. */
export interface ChatCompletionParams {
  model: string;
  messages: ChatMessage[];
  max_completion_tokens?: number;
  max_tokens?: number;
  temperature?: number;
  top_p?: number;
  frequency_penalty?: number;
  presence_penalty?: number;
  seed?: number;
  stop?: string[];
  reasoning_effort?: "none" | "minimal" | "low" | "medium" | "high";
  response_format?: { type: "text" } | { type: "json_object" } | { type: "json_schema"; json_schema: NamedSchema };
  tools?: { type: "function"; function: ChatTool }[];
  tool_choice?: "auto" | "none" | "required";
}

interface ChatTool {
  name: string;
  description?: string;
  parameters?: Record<string, unknown>;
}

interface NamedSchema {
  name: string;
  schema: Record<string, unknown>;
  strict?: boolean;
}

type TextPart = { type: "text"; text: string };
type ChatMessage =
  | { role: "system" | "developer"; content: string | TextPart[]; name?: string }
  | { role: "user"; content: string | (TextPart | { type: "image_url"; image_url: { url: string } })[]; name?: string }
  | { role: "assistant"; content: string | TextPart[]; name?: string };

/**
 * The parameters of `openai.chat.completions.create`.
 *
 * Shape:  `instructions` become a system message. Parameters that OpenAI does not have (`topK`, `thinkingTokens`) are left out;
 *         `parameters.extra` goes in as it is. Other providers that speak this format get `max_tokens` by its old name.
 * Errors: throws a TypeError for a part of a message that cannot be said here.
 */
export function toChatCompletion(config: ModelConfig): ChatCompletionParams {
  const { provider, model, parameters = {} } = config;
  const { maxTokens, temperature, topP, frequencyPenalty, presencePenalty, seed, stop, reasoningEffort, toolChoice } = parameters;
  const format = formatOf(config);
  return present<ChatCompletionParams>({
    model,
    messages: promptOf(config).map(chatMessage),
    ...(isOpenAi(provider) ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    temperature,
    top_p: topP,
    frequency_penalty: frequencyPenalty,
    presence_penalty: presencePenalty,
    seed,
    stop: stop === undefined ? undefined : [...stop],
    reasoning_effort: reasoningEffort,
    response_format: format === undefined ? undefined : chatFormat(format),
    tools: config.tools?.map(({ name, description, parameters: schema }) => ({
      type: "function",
      function: present<ChatTool>({ name, description, parameters: schema }),
    })),
    tool_choice: toolChoice,
    ...parameters.extra,
  });
}

/** The part of `ResponseCreateParams` that a config can fill. */
export interface ResponseParams {
  model: string;
  input: { role: Message["role"]; content: string | ResponsePart[] }[];
  instructions?: string;
  max_output_tokens?: number;
  temperature?: number;
  top_p?: number;
  reasoning?: { effort: "none" | "minimal" | "low" | "medium" | "high" };
  text?: { format: { type: "text" } | { type: "json_object" } | ({ type: "json_schema" } & NamedSchema) };
  tools?: ResponseTool[];
  tool_choice?: "auto" | "none" | "required";
}

interface ResponseTool {
  type: "function";
  name: string;
  description?: string;
  parameters: Record<string, unknown> | null;
  strict: boolean;
}

type ResponsePart = { type: "input_text"; text: string } | { type: "input_image"; image_url: string; detail: "auto" };

/**
 * The parameters of `openai.responses.create`.
 *
 * Shape:  as `toChatCompletion`; `seed`, `stop` and the penalties do not exist here and are left out.
 * Errors: throws a TypeError for a part of a message that cannot be said here.
 */
export function toResponse(config: ModelConfig): ResponseParams {
  const { model, instructions, messages = [], parameters = {}, tools } = config;
  const { maxTokens, temperature, topP, reasoningEffort, toolChoice } = parameters;
  const format = formatOf(config);
  return present<ResponseParams>({
    model,
    input: messages.map(({ role, content }) => ({ role, content: responseContent(role, content) })),
    instructions,
    max_output_tokens: maxTokens,
    temperature,
    top_p: topP,
    reasoning: reasoningEffort === undefined ? undefined : { effort: reasoningEffort },
    text: format === undefined ? undefined : { format: responseFormat(format) },
    tools: tools?.map(({ name, description, parameters: schema }) =>
      present<ResponseTool>({ type: "function", name, description, parameters: schema ?? null, strict: false }),
    ),
    tool_choice: toolChoice,
    ...parameters.extra,
  });
}

/** Azure is asked as OpenAI is. */
const isOpenAi = (provider: string): boolean => provider === "openai" || provider.startsWith("azure");

const promptOf = ({ instructions, messages = [] }: ModelConfig): readonly Message[] =>
  instructions === undefined ? messages : [{ role: "system", content: instructions }, ...messages];

const formatOf = ({ responseFormat, parameters }: ModelConfig): ResponseFormat | undefined =>
  responseFormat ?? parameters?.responseFormat;

function chatMessage({ role, content, name }: Message): ChatMessage {
  const parts =
    typeof content === "string" ? content : content.map((part) => (role === "user" ? chatPart(part) : onlyText(part, role)));
  // Each role takes just the parts that were made for it.
  return present<{ role: string; content: unknown; name?: string }>({ role, content: parts, name }) as ChatMessage;
}

function chatPart(part: ContentPart): object {
  const { type } = part;
  if (type === "text") return { type, text: String(part["text"]) };
  if (type === "image" && "url" in part) return { type: "image_url", image_url: { url: part.url } };
  throw cannotSay(type);
}

function onlyText(part: ContentPart, role: string): TextPart {
  if (part.type === "text") return { type: "text", text: String(part["text"]) };
  throw new TypeError(`A ${role} message holds text only here, and no part of type ${part.type}.`);
}

function responseContent(role: string, content: Message["content"]): string | ResponsePart[] {
  if (typeof content === "string") return content;
  // What the assistant said before is a plain text here; only the model's own output has parts.
  if (role !== "user") return content.map((part) => onlyText(part, role).text).join("\n");
  return content.map((part): ResponsePart => {
    if (part.type === "text") return { type: "input_text", text: String(part["text"]) };
    if (part.type === "image" && "url" in part) return { type: "input_image", image_url: String(part.url), detail: "auto" };
    throw cannotSay(part.type);
  });
}

const cannotSay = (type: string): TypeError =>
  new TypeError(`A part of type ${type} cannot be sent to OpenAI from a config; give the message with \`messages\` instead.`);

function chatFormat(format: ResponseFormat): NonNullable<ChatCompletionParams["response_format"]> {
  if (typeof format === "string") return { type: format === "json" ? "json_object" : "text" };
  return { type: "json_schema", json_schema: namedSchema(format) };
}

function responseFormat(format: ResponseFormat): NonNullable<ResponseParams["text"]>["format"] {
  if (typeof format === "string") return { type: format === "json" ? "json_object" : "text" };
  return { type: "json_schema", ...namedSchema(format) };
}

const namedSchema = ({ name = "answer", schema, strict }: Exclude<ResponseFormat, string>): NamedSchema =>
  present<NamedSchema>({ name, schema, strict });
