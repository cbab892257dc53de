/** What an AI flag's value may be: a model with its prompt and parameters, or the answer itself. */

/** A value with `reply` is the answer; without, it is the model that gives one. */
export type AiValue = ReplyConfig | ModelConfig;

export interface ReplyConfig {
  readonly reply: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Shape: `instructions` or `messages`, never both; `{{ name }}` in their texts is filled from the variables of the call. */
export interface ModelConfig {
  readonly provider: string;
  readonly model: string;
  readonly instructions?: string;
  readonly messages?: readonly Message[];
  readonly parameters?: Parameters;
  readonly tools?: readonly Tool[];
  readonly responseFormat?: ResponseFormat;
  readonly retrieval?: Readonly<Record<string, unknown>>;
  readonly region?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface Message {
  readonly role: "system" | "developer" | "user" | "assistant";
  readonly content: string | readonly ContentPart[];
  readonly name?: string;
}

/** Other types are passed on as they are; an adapter that cannot say one refuses it by name. */
export type ContentPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly url: string }
  | { readonly type: string; readonly [field: string]: unknown };

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export type ResponseFormat =
  | "text"
  | "json"
  | {
      readonly type: "json_schema";
      readonly name?: string;
      readonly schema: Readonly<Record<string, unknown>>;
      readonly strict?: boolean;
    };

/** Names in a vendor's own spelling go under `extra`. */
export interface Parameters {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly timeoutMs?: number;
  readonly responseFormat?: "text" | "json";
  readonly reasoningEffort?: "none" | "minimal" | "low" | "medium" | "high";
  readonly thinkingTokens?: number;
  readonly toolChoice?: "auto" | "none" | "required";
  readonly extra?: Readonly<Record<string, unknown>>;
}

export const isReply = (value: AiValue): value is ReplyConfig => "reply" in value;
