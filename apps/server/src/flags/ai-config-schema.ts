/** The built-in schema `ai-config`: which model, prompt and parameters a variant stands for, or a canned reply. */

/* oxlint-disable unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits a schema. */

const text = { type: "string", minLength: 1 } as const;
const temperature = { type: "number", minimum: 0, maximum: 2 } as const;
const share = { type: "number", minimum: 0, maximum: 1 } as const;
const penalty = { type: "number", minimum: -2, maximum: 2 } as const;
const count = { type: "integer", minimum: 1 } as const;

const part = {
  type: "object",
  required: ["type"],
  properties: { type: { enum: ["text", "image"] } },
  allOf: [
    {
      if: { properties: { type: { const: "text" } } },
      then: { required: ["text"], properties: { type: true, text: { type: "string" } }, additionalProperties: false },
      // By its address: bytes would travel to every SDK.
      else: {
        required: ["url"],
        properties: { type: true, url: text },
        additionalProperties: false,
      },
    },
  ],
} as const;

const message = {
  type: "object",
  required: ["role", "content"],
  properties: {
    role: { enum: ["system", "developer", "user", "assistant"] },
    /** Text, or parts of text and images. */
    content: { if: { type: "array" }, then: { items: part, minItems: 1, maxItems: 100 }, else: { type: "string" } },
    name: text,
  },
  additionalProperties: false,
} as const;

/** What an answer must look like: free text, any JSON, or JSON by a schema. */
const responseFormat = {
  if: { type: "object" },
  then: {
    required: ["type", "schema"],
    properties: {
      type: { const: "json_schema" },
      name: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
      schema: { type: "object" },
      strict: { type: "boolean" },
    },
    additionalProperties: false,
  },
  else: { enum: ["text", "json"] },
} as const;

/** What the app looks up before it asks: the names mean something to the app alone. */
const retrieval = {
  type: "object",
  properties: {
    index: text,
    topK: count,
    minScore: { type: "number" },
    rerank: {
      type: "object",
      required: ["model"],
      properties: { provider: text, model: text, topK: count },
      additionalProperties: false,
    },
    extra: { type: "object" },
  },
  additionalProperties: false,
} as const;

const tool = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", minLength: 1, maxLength: 128 },
    description: { type: "string" },
    /** JSON Schema of the tool's arguments. */
    parameters: { type: "object" },
  },
  additionalProperties: false,
} as const;

/** Names in the vendors' own spelling go under `extra`, so that a misspelt one of ours is found when it is saved. */
const parameters = {
  type: "object",
  properties: {
    maxTokens: count,
    temperature,
    topP: share,
    topK: count,
    frequencyPenalty: penalty,
    presencePenalty: penalty,
    seed: { type: "integer" },
    stop: { type: "array", items: text, maxItems: 16 },
    timeoutMs: count,
    responseFormat: { enum: ["text", "json"] },
    reasoningEffort: { enum: ["none", "minimal", "low", "medium", "high"] },
    thinkingTokens: count,
    toolChoice: { enum: ["auto", "none", "required"] },
    extra: { type: "object" },
  },
  additionalProperties: false,
} as const;

const model = {
  type: "object",
  required: ["provider", "model"],
  properties: {
    provider: text,
    model: text,
    region: text,
    instructions: { type: "string" },
    messages: { type: "array", items: message, maxItems: 1_000 },
    parameters,
    tools: { type: "array", items: tool, maxItems: 128 },
    responseFormat,
    retrieval,
    /** What a browser may see of the config. */
    public: { type: "object" },
    metadata: { type: "object" },
  },
  additionalProperties: false,
  not: { required: ["messages", "instructions"] },
} as const;

const reply = {
  type: "object",
  required: ["reply"],
  properties: { reply: { type: "string" }, metadata: { type: "object" }, public: { type: "object" } },
  additionalProperties: false,
} as const;

/** A value with `reply` is the answer itself, one without names the model that gives it. */
export const AI_CONFIG_SCHEMA = {
  type: "object",
  if: { type: "object", required: ["reply"] },
  then: reply,
  else: model,
} as const;
