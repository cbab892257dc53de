/** The parts of a run, for whoever calls models by values that no flag client gave: the same filling, asking and reading. */

import { messageReader, toMessages } from "./adapters/anthropic/anthropic.ts";
import { chatCompletionReader, toChatCompletion } from "./adapters/openai/openai.ts";
import { type InspectedText, openInspector, type TagBudget } from "./config/inspect-value.ts";
import { readValue } from "./config/read-value.ts";
import { renderValue, type Rendered } from "./config/render.ts";
import { fillSnippets, snippetsIn, type SnippetTexts, type SnippetUse } from "./config/snippets.ts";
import { openTemplates, type Fill, type Variables } from "./config/template.ts";
import { openVariableFinder, type VariablePath } from "./config/variable-paths.ts";
import { isReply, type AiValue, type ModelConfig } from "./config/value.ts";
import { chainOf, type Candidate } from "./fallback/chain.ts";
import { servedOf } from "./flag-client.ts";
import { AI_LIMITS } from "./limits.ts";
import { failureOf } from "./run/error-type.ts";
import { readSafely, type Reader, type Reading } from "./run/reading.ts";

export {
  chainOf,
  chatCompletionReader,
  failureOf,
  fillSnippets,
  isReply,
  messageReader,
  openInspector,
  openTemplates,
  openVariableFinder,
  readSafely,
  renderValue,
  servedOf,
  snippetsIn,
  toChatCompletion,
  toMessages,
};
export type {
  AiValue,
  Candidate,
  InspectedText,
  ModelConfig,
  Reader,
  Reading,
  SnippetTexts,
  SnippetUse,
  TagBudget,
  VariablePath,
};

export interface Prompts {
  /** A value with its texts filled, or why there is none. */
  render(this: void, value: unknown, variables: Variables): Rendered;
  /** What its texts ask for; or why it cannot be read. */
  variablesOf(this: void, value: unknown): { readonly names: readonly string[] } | { readonly problem: string };
}

/** Tags and outputs that these prompts look at, in all their values. */
const INSPECTED_TAGS = 4 * AI_LIMITS.templateTags;

/** How long filling may hold up whoever shares the thread: one text, and all texts of these prompts together. */
export interface PromptBounds {
  readonly renderMs: number;
  readonly totalMs: number;
  /** Milliseconds, from anywhere. */
  readonly clock: () => number;
}

/**
 * Makes what fills prompts exactly as `openAi` does, within bounds.
 *
 * Errors: none thrown; a message holds nothing of what the variables hold.
 * Source: ADR-0043, ADR-0048.
 */
export function openPrompts({ renderMs, totalMs, clock }: PromptBounds): Prompts {
  const fillOne = openTemplates(renderMs);
  let takenMs = 0;
  const fill: Fill = (text, variables, place) => {
    if (takenMs >= totalMs) throw new Error("the prompts took too long together");
    const startedAt = clock();
    try {
      return fillOne(text, variables, place);
    } finally {
      takenMs += clock() - startedAt;
    }
  };
  const inspect = openInspector();
  const tags = { left: INSPECTED_TAGS };
  return {
    render: (value, variables) => renderValue(value, variables, fill),
    variablesOf(value) {
      const { problem } = readValue(value);
      if (problem !== undefined) return { problem };
      const texts = inspect(value, tags);
      const bad = texts.find(({ problem }) => problem !== undefined);
      if (bad?.problem !== undefined) return { problem: `\`${bad.path}\` is no template: ${bad.problem}` };
      return { names: [...new Set(texts.flatMap(({ names }) => names))] };
    },
  };
}
