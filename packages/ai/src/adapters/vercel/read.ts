/** Reads the measures of what language models of the Vercel AI SDK give, by specification v3. */

import { present } from "../../present.ts";
import type { Reader, Reading } from "../../run/reading.ts";
import { at, countAt, listAt, textAt } from "../vendor-call.ts";

/** For `doGenerate` and the parts of `doStream`'s stream. */
export const languageModelReader: Reader = {
  operation: "chat",
  endsWithReason: true,
  answer: (result) => {
    const content = listAt(result, "content");
    const texts = content.filter((part) => textAt(part, "type") === "text").map((part) => textAt(part, "text") ?? "");
    return present<Reading>({
      ...originOf(at(result, "response")),
      ...endOf(result),
      toolCalls: Array.isArray(at(result, "content"))
        ? content.filter((part) => textAt(part, "type") === "tool-call").length
        : undefined,
      text: texts.length === 0 ? undefined : texts.join(""),
    });
  },
  chunk: (part) => {
    switch (textAt(part, "type")) {
      case "text-delta": {
        const text = textAt(part, "delta");
        return text === undefined || text === "" ? {} : { text, hasContent: true };
      }
      case "tool-input-start":
        return { hasContent: true };
      case "tool-call":
        return { toolCalls: 1, hasContent: true };
      case "stream-start":
        return { toolCalls: 0 };
      case "response-metadata":
        return originOf(part);
      case "finish":
        return endOf(part);
      case "error":
        return { error: at(part, "error") ?? new Error("The stream had an error without a word.") };
      default:
        return {};
    }
  },
};

const originOf = (response: unknown): Reading =>
  present<Reading>({ responseModel: textAt(response, "modelId"), responseId: textAt(response, "id") });

const REASONS: Readonly<Record<string, string>> = { "content-filter": "content_filter", "tool-calls": "tool_calls" };

/** The vendor's own word says more where the common one says little. */
function endOf(from: unknown): Reading {
  const [input, output] = [at(at(from, "usage"), "inputTokens"), at(at(from, "usage"), "outputTokens")];
  const unified = textAt(at(from, "finishReason"), "unified");
  const raw = textAt(at(from, "finishReason"), "raw");
  const reason = raw === "refusal" || unified === "other" ? (raw ?? unified) : unified && (REASONS[unified] ?? unified);
  return present<Reading>({
    inputTokens: countAt(input, "total"),
    outputTokens: countAt(output, "total"),
    cacheReadInputTokens: countAt(input, "cacheRead"),
    cacheCreationInputTokens: countAt(input, "cacheWrite"),
    reasoningOutputTokens: countAt(output, "reasoning"),
    finishReasons: reason === undefined ? undefined : [reason],
    refused: reason === "refusal" || reason === "content_filter" ? true : undefined,
  });
}
