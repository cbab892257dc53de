/** Reads the measures of OpenAI's answers and streams. A field that is not where it was is unknown. */

import { present } from "../../present.ts";
import type { Reader, Reading } from "../../run/reading.ts";
import { at, countAt, listAt, textAt } from "../vendor-call.ts";

/** For `chat.completions.create`, streaming or not, of OpenAI and of whoever speaks its format. */
export const chatCompletionReader: Reader = {
  operation: "chat",
  endsWithReason: true,
  answer: (completion) => {
    const messages = listAt(completion, "choices").map((choice) => at(choice, "message"));
    return present<Reading>({
      ...chatOrigin(completion),
      ...chatUsage(at(completion, "usage")),
      ...chatEnd(
        listAt(completion, "choices").map((choice) => textAt(choice, "finish_reason")),
        messages.some((message) => isSaid(textAt(message, "refusal"))),
      ),
      toolCalls: messages.length === 0 ? undefined : sum(messages.map((message) => listAt(message, "tool_calls").length)),
      text: textAt(messages[0], "content"),
    });
  },
  chunk: (chunk) => {
    const choices = listAt(chunk, "choices");
    const deltas = choices.map((choice) => at(choice, "delta"));
    const calls = deltas.flatMap((delta) => listAt(delta, "tool_calls"));
    const text = textAt(deltas[0], "content");
    const isRefusal = deltas.some((delta) => isSaid(textAt(delta, "refusal")));
    return present<Reading>({
      ...chatOrigin(chunk),
      ...chatUsage(at(chunk, "usage")),
      ...chatEnd(
        choices.map((choice) => textAt(choice, "finish_reason")),
        isRefusal,
      ),
      // The first piece of a call has its id, the others only more of its arguments.
      toolCalls: calls.filter((call) => isSaid(textAt(call, "id"))).length,
      hasContent: isSaid(text) || isRefusal || calls.length > 0 ? true : undefined,
      text,
    });
  },
};

const chatOrigin = (from: unknown): Reading =>
  present<Reading>({ responseModel: textAt(from, "model"), responseId: textAt(from, "id") });

/** OpenAI's input includes what was cached, and its output what was thought. */
const chatUsage = (usage: unknown): Reading =>
  present<Reading>({
    inputTokens: countAt(usage, "prompt_tokens"),
    outputTokens: countAt(usage, "completion_tokens"),
    cacheReadInputTokens: countAt(at(usage, "prompt_tokens_details"), "cached_tokens"),
    reasoningOutputTokens: countAt(at(usage, "completion_tokens_details"), "reasoning_tokens"),
  });

const CHAT_REASONS: Readonly<Record<string, string>> = { function_call: "tool_calls" };

function chatEnd(reasons: readonly (string | undefined)[], isRefusal: boolean): Reading {
  const known = reasons.filter((reason) => reason !== undefined);
  const finishReasons = known.map((reason) => (isRefusal && reason === "stop" ? "refusal" : (CHAT_REASONS[reason] ?? reason)));
  return present<Reading>({
    finishReasons: finishReasons.length === 0 ? undefined : finishReasons,
    refused: isRefusal || finishReasons.includes("content_filter") ? true : undefined,
  });
}

/** For `responses.create`, streaming or not. */
export const responseReader: Reader = {
  operation: "chat",
  endsWithReason: true,
  answer: readResponse,
  chunk: (event) => {
    const type = textAt(event, "type");
    const text = type === "response.output_text.delta" ? textAt(event, "delta") : undefined;
    if (isSaid(text)) return { text: text ?? "", hasContent: true };
    if (type === "response.refusal.delta") return { refused: true, hasContent: true };
    if (type === "response.output_item.added" && textAt(at(event, "item"), "type") === "function_call")
      return { hasContent: true };
    if (type === "response.created") return responseOrigin(at(event, "response"));
    if (type !== "response.completed" && type !== "response.incomplete" && type !== "response.failed") return {};
    // The last event has the whole answer, whose text has been read piece by piece.
    const { text: _text, ...whole } = readResponse(at(event, "response"));
    return whole;
  },
};

function readResponse(response: unknown): Reading {
  const output = listAt(response, "output");
  const parts = output.flatMap((item) => listAt(item, "content"));
  const texts = parts.filter((part) => textAt(part, "type") === "output_text").map((part) => textAt(part, "text") ?? "");
  const calls = output.filter((item) => textAt(item, "type") === "function_call").length;
  const isRefusal = parts.some((part) => textAt(part, "type") === "refusal");
  const reason = isRefusal ? "refusal" : responseReason(response, calls);
  const usage = at(response, "usage");
  return present<Reading>({
    ...responseOrigin(response),
    inputTokens: countAt(usage, "input_tokens"),
    outputTokens: countAt(usage, "output_tokens"),
    cacheReadInputTokens: countAt(at(usage, "input_tokens_details"), "cached_tokens"),
    reasoningOutputTokens: countAt(at(usage, "output_tokens_details"), "reasoning_tokens"),
    finishReasons: reason === undefined ? undefined : [reason],
    toolCalls: calls,
    refused: isRefusal || reason === "content_filter" ? true : undefined,
    text: texts.length === 0 ? undefined : texts.join(""),
    error: textAt(response, "status") === "failed" ? failedResponse(at(response, "error")) : undefined,
  });
}

const responseOrigin = (response: unknown): Reading =>
  present<Reading>({ responseModel: textAt(response, "model"), responseId: textAt(response, "id") });

/** This format has a status in place of a finish reason. */
function responseReason(response: unknown, calls: number): string | undefined {
  const status = textAt(response, "status");
  if (status === "completed") return calls > 0 ? "tool_calls" : "stop";
  if (status !== "incomplete") return undefined;
  const why = textAt(at(response, "incomplete_details"), "reason");
  return why === "max_output_tokens" ? "length" : (why ?? "length");
}

const failedResponse = (error: unknown): Error =>
  Object.assign(new Error(textAt(error, "message") ?? "The response failed."), { code: textAt(error, "code") ?? "server_error" });

const isSaid = (text: string | undefined): boolean => text !== undefined && text !== "";
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
