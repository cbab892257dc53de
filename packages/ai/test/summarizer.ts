/** One flag, its chain, and all that a test of a run needs. */

import { openAi, type AiOptions } from "../src/ai.ts";
import { fakeFlags, fakeHost, fakeModel, recordingPort, type FakeFlag, type FakeStep } from "../src/testing/testing.ts";

export const opus = {
  provider: "anthropic",
  model: "claude-opus-4-6",
  messages: [{ role: "user", content: "Sum up: {{ text }}" }],
};
export const mini = { provider: "openai", model: "gpt-5-mini", instructions: "Sum up." };
export const plain = { reply: "Summaries are resting." };
export const context = { targetingKey: "user-7", plan: "pro" };
export const fallback = { reply: "Nothing today." };

export const summarizer: FakeFlag = {
  variant: "opus",
  value: opus,
  reason: "TARGETING_MATCH",
  flagMetadata: { valueVersion: 3, version: "12", path: "rule", ruleId: "paid" },
  fallback: [
    { variant: "mini", value: mini, valueVersion: 1 },
    { variant: "plain", value: plain, valueVersion: 2 },
  ],
};

export function openSummarizer(flag: FakeFlag = summarizer, more: Partial<AiOptions> = {}) {
  const flags = { summarizer: flag };
  const host = fakeHost();
  const port = recordingPort(flags);
  const ai = openAi({ client: fakeFlags(flags), port, host, ...more });
  const read = (variables: Record<string, unknown> = { text: "War and Peace" }) =>
    ai.config("summarizer", context, { fallback, variables });
  return { ai, host, port, read };
}

export const script = (...steps: readonly FakeStep[]) => fakeModel(steps);
