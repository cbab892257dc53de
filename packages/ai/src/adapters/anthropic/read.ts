/** Reads the measures of Anthropic's messages and streams. A field that is not where it was is unknown. */

import { present } from "../../present.ts";
import type { Reader, Reading } from "../../run/reading.ts";
import { at, countAt, listAt, textAt } from "../vendor-call.ts";

/** For `messages.create`, streaming or not. */
export const messageReader: Reader = {
  operation: "chat",
  endsWithReason: true,
  answer: (message) => {
    const blocks = listAt(message, "content");
    const texts = blocks.filter((block) => textAt(block, "type") === "text").map((block) => textAt(block, "text") ?? "");
    return present<Reading>({
      responseModel: textAt(message, "model"),
      responseId: textAt(message, "id"),
      ...inputOf(at(message, "usage")),
      outputTokens: countAt(at(message, "usage"), "output_tokens"),
      ...endOf(textAt(message, "stop_reason")),
      toolCalls: Array.isArray(at(message, "content")) ? blocks.filter(isToolCall).length : undefined,
      text: texts.length === 0 ? undefined : texts.join(""),
    });
  },
  chunk: (event) => {
    switch (textAt(event, "type")) {
      case "message_start": {
        const message = at(event, "message");
        // Its count of output tokens is only the first of many, so it is not read.
        return present<Reading>({
          responseModel: textAt(message, "model"),
          responseId: textAt(message, "id"),
          ...inputOf(at(message, "usage")),
          toolCalls: 0,
        });
      }
      case "content_block_start":
        return isToolCall(at(event, "content_block")) ? { toolCalls: 1, hasContent: true } : {};
      case "content_block_delta":
        return textOf(textAt(at(event, "delta"), "text"));
      case "message_delta":
        return present<Reading>({
          ...inputOf(at(event, "usage")),
          outputTokens: countAt(at(event, "usage"), "output_tokens"),
          ...endOf(textAt(at(event, "delta"), "stop_reason")),
        });
      default:
        return {};
    }
  },
};

const textOf = (text: string | undefined): Reading => (text === undefined || text === "" ? {} : { text, hasContent: true });

const isToolCall = (block: unknown): boolean => textAt(block, "type") === "tool_use";

/** Anthropic counts what was cached apart; the input as a whole includes it. */
function inputOf(usage: unknown): Reading {
  const uncached = countAt(usage, "input_tokens");
  const read = countAt(usage, "cache_read_input_tokens");
  const created = countAt(usage, "cache_creation_input_tokens");
  return present<Reading>({
    inputTokens: uncached === undefined ? undefined : uncached + (read ?? 0) + (created ?? 0),
    cacheReadInputTokens: read,
    cacheCreationInputTokens: created,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
};

const endOf = (stopReason: string | undefined): Reading =>
  stopReason === undefined
    ? {}
    : { finishReasons: [REASONS[stopReason] ?? stopReason], ...(stopReason === "refusal" ? { refused: true as const } : {}) };
