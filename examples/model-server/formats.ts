/** The vendors' formats, as their official clients read them: chat completions, responses, messages. */

import { piecesOf, type Answer, type Question } from "./behaviour.ts";

/** One format: how to read a question, and how to say an answer whole, in pieces, or that there is none. */
export interface Format {
  readonly path: string;
  question(body: Json): Question;
  whole(answer: Answer, id: string): object;
  /** The events of a stream; `named` formats send `event:` lines. */
  stream(answer: Answer, id: string, body: Json): readonly object[];
  readonly isNamed: boolean;
  /** What ends a stream beside its events. */
  readonly end?: string;
  error(status: number): object;
}

export type Json = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const SECOND_OF_ALL = 1_760_000_000;

/** A content may be a text or a list of parts. */
const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : list(content)
        .map(({ text }) => (typeof text === "string" ? text : ""))
        .join("\n");

function questionOf(model: unknown, system: string, turns: readonly Json[]): Question {
  const asked = turns.filter(({ role }) => role === "user").at(-1);
  return {
    model: typeof model === "string" ? model : "",
    text: [system, ...turns.map(({ content }) => textOf(content))].join("\n"),
    asked: textOf(asked?.["content"] ?? turns.at(-1)?.["content"]),
  };
}

const callOf = ({ toolCall }: Answer): { readonly name: string; readonly arguments: string } | undefined =>
  toolCall === undefined ? undefined : { name: toolCall.name, arguments: JSON.stringify(toolCall.arguments) };

// OpenAI, chat completions.

const chatUsage = ({ usage }: Answer): object | undefined =>
  usage === undefined
    ? undefined
    : {
        prompt_tokens: usage.input,
        completion_tokens: usage.output,
        total_tokens: usage.input + usage.output,
        prompt_tokens_details: { cached_tokens: usage.cached },
        completion_tokens_details: { reasoning_tokens: usage.reasoning },
      };

const chatReason = ({ toolCall, isCutShort }: Answer): string =>
  toolCall !== undefined ? "tool_calls" : isCutShort ? "length" : "stop";

export const chatCompletions: Format = {
  path: "/v1/chat/completions",
  isNamed: false,
  end: "[DONE]",
  question: ({ model, messages }) => questionOf(model, "", list(messages)),
  whole(answer, id) {
    const call = callOf(answer);
    const message = {
      role: "assistant",
      content: answer.text || null,
      refusal: answer.refusal ?? null,
      ...(call === undefined ? {} : { tool_calls: [{ id: `call_${id}`, type: "function", function: call }] }),
    };
    return {
      id,
      object: "chat.completion",
      created: SECOND_OF_ALL,
      model: answer.model,
      system_fingerprint: answer.fingerprint,
      choices: [{ index: 0, message, logprobs: null, finish_reason: chatReason(answer) }],
      usage: chatUsage(answer),
    };
  },
  stream(answer, id, { stream_options: options }) {
    const chunk = (choices: readonly object[], more: object = {}): object => ({
      id,
      object: "chat.completion.chunk",
      created: SECOND_OF_ALL,
      model: answer.model,
      system_fingerprint: answer.fingerprint,
      choices,
      ...more,
    });
    const delta = (fields: object, reason: string | null = null): object =>
      chunk([{ index: 0, delta: fields, logprobs: null, finish_reason: reason }]);
    const call = callOf(answer);
    const wantsUsage = (options as Json | undefined)?.["include_usage"] === true;
    return [
      delta({ role: "assistant", content: "" }),
      ...piecesOf(answer.text).map((content) => delta({ content })),
      ...(answer.refusal === undefined ? [] : [delta({ refusal: answer.refusal })]),
      ...(call === undefined
        ? []
        : [
            delta({
              tool_calls: [{ index: 0, id: `call_${id}`, type: "function", function: { name: call.name, arguments: "" } }],
            }),
            delta({ tool_calls: [{ index: 0, function: { arguments: call.arguments } }] }),
          ]),
      delta({}, chatReason(answer)),
      ...(wantsUsage && answer.usage !== undefined ? [chunk([], { usage: chatUsage(answer) })] : []),
    ];
  },
  error: (status) => ({ error: openAiError(status) }),
};

function openAiError(status: number): object {
  const code: Readonly<Record<number, string>> = { 401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded" };
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return { message: `The local model server was told to fail with ${status}.`, type, param: null, code: code[status] ?? null };
}

// OpenAI, responses.

function responseBody(answer: Answer, id: string, status: string): Json {
  const call = callOf(answer);
  const content =
    answer.refusal === undefined
      ? { type: "output_text", text: answer.text, annotations: [] }
      : { type: "refusal", refusal: answer.refusal };
  const item =
    call === undefined
      ? { type: "message", id: `msg_${id}`, status: "completed", role: "assistant", content: [content] }
      : { type: "function_call", id: `fc_${id}`, call_id: `call_${id}`, status: "completed", ...call };
  return {
    id,
    object: "response",
    created_at: SECOND_OF_ALL,
    model: answer.model,
    status: answer.isCutShort && status === "completed" ? "incomplete" : status,
    incomplete_details: answer.isCutShort ? { reason: "max_output_tokens" } : null,
    error: null,
    output: status === "in_progress" ? [] : [item],
    usage: status === "in_progress" ? null : responseUsage(answer),
  };
}

const responseUsage = ({ usage }: Answer): object | undefined =>
  usage === undefined
    ? undefined
    : {
        input_tokens: usage.input,
        input_tokens_details: { cached_tokens: usage.cached },
        output_tokens: usage.output,
        output_tokens_details: { reasoning_tokens: usage.reasoning },
        total_tokens: usage.input + usage.output,
      };

export const responses: Format = {
  path: "/v1/responses",
  isNamed: true,
  question({ model, instructions, input }) {
    const turns = typeof input === "string" ? [{ role: "user", content: input }] : list(input);
    return questionOf(model, typeof instructions === "string" ? instructions : "", turns);
  },
  whole: (answer, id) => responseBody(answer, id, "completed"),
  stream(answer, id) {
    const whole = responseBody(answer, id, "completed");
    const item = (whole["output"] as readonly Json[])[0];
    const place = { item_id: `msg_${id}`, output_index: 0, content_index: 0 };
    const events = [
      { type: "response.created", response: responseBody(answer, id, "in_progress") },
      { type: "response.output_item.added", output_index: 0, item: { ...item, status: "in_progress" } },
      ...piecesOf(answer.text).map((delta) => ({ type: "response.output_text.delta", ...place, delta })),
      ...(answer.refusal === undefined ? [] : [{ type: "response.refusal.delta", ...place, delta: answer.refusal }]),
      { type: "response.output_item.done", output_index: 0, item },
      { type: whole["status"] === "incomplete" ? "response.incomplete" : "response.completed", response: whole },
    ];
    return events.map((event, index) => ({ ...event, sequence_number: index }));
  },
  error: (status) => ({ error: openAiError(status) }),
};

// Anthropic, messages.

const messageUsage = ({ usage }: Answer): object | undefined =>
  usage === undefined
    ? undefined
    : {
        // Anthropic counts apart what was cached.
        input_tokens: Math.max(0, usage.input - usage.cached - usage.cacheCreation),
        cache_read_input_tokens: usage.cached,
        cache_creation_input_tokens: usage.cacheCreation,
        output_tokens: usage.output,
      };

const stopReason = ({ refusal, toolCall, isCutShort }: Answer): string =>
  refusal !== undefined ? "refusal" : toolCall !== undefined ? "tool_use" : isCutShort ? "max_tokens" : "end_turn";

const messageBody = (
  answer: Answer,
  id: string,
  content: readonly object[],
  reason: string | null,
  usage: object | undefined,
): object => ({
  id,
  type: "message",
  role: "assistant",
  model: answer.model,
  content,
  stop_reason: reason,
  stop_sequence: null,
  usage,
});

const blockOf = ({ text, refusal, toolCall }: Answer, id: string): object =>
  toolCall === undefined
    ? { type: "text", text: refusal ?? text }
    : { type: "tool_use", id: `toolu_${id}`, name: toolCall.name, input: toolCall.arguments };

export const messages: Format = {
  path: "/v1/messages",
  isNamed: true,
  question: ({ model, system, messages: turns }) => questionOf(model, textOf(system), list(turns)),
  whole: (answer, id) => messageBody(answer, id, [blockOf(answer, id)], stopReason(answer), messageUsage(answer)),
  stream(answer, id) {
    const usage = messageUsage(answer);
    const first = usage === undefined ? undefined : { ...usage, output_tokens: 1 };
    const call = callOf(answer);
    const begun = call === undefined ? { type: "text", text: "" } : { ...blockOf(answer, id), input: {} };
    const deltas =
      call === undefined
        ? piecesOf(answer.text).map((text) => ({ type: "text_delta", text }))
        : [{ type: "input_json_delta", partial_json: call.arguments }];
    return [
      { type: "message_start", message: messageBody(answer, id, [], null, first) },
      { type: "content_block_start", index: 0, content_block: begun },
      { type: "ping" },
      ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: stopReason(answer), stop_sequence: null },
        usage: answer.usage === undefined ? undefined : { output_tokens: answer.usage.output },
      },
      { type: "message_stop" },
    ];
  },
  error(status) {
    const types: Readonly<Record<number, string>> = {
      400: "invalid_request_error",
      401: "authentication_error",
      403: "permission_error",
      404: "not_found_error",
      429: "rate_limit_error",
      529: "overloaded_error",
    };
    const message = `The local model server was told to fail with ${status}.`;
    return { type: "error", error: { type: types[status] ?? "api_error", message } };
  },
};

export const FORMATS: readonly Format[] = [chatCompletions, responses, messages];
