/** Names as the vendors and the clouds spell them: which are of one model, and which are not. */

import { expect, test } from "vitest";
import { isNameOf } from "./model-names.ts";

test.each([
  // OpenAI
  ["gpt-4o", "gpt-4o"],
  ["gpt-4o", "gpt-4o-2024-08-06"],
  ["gpt-4o-mini", "gpt-4o-mini-2024-07-18"],
  ["gpt-4", "gpt-4-0613"],
  ["gpt-3.5-turbo", "gpt-3.5-turbo-0125"],
  ["gpt-4-turbo", "gpt-4-turbo-2024-04-09"],
  ["o1", "o1-2024-12-17"],
  ["gpt-5", "gpt-5-2025-08-07"],
  // Anthropic
  ["claude-sonnet-4", "claude-sonnet-4-20250514"],
  ["claude-opus-4-1", "claude-opus-4-1-20250805"],
  ["claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"],
  // Google
  ["gemini-2.0-flash", "gemini-2.0-flash-001"],
  ["gemini-1.5-pro", "gemini-1.5-pro-002"],
  ["gemini-2.5-pro-preview", "gemini-2.5-pro-preview-05-06"],
  ["models/gemini-2.5-flash", "gemini-2.5-flash"],
  // Others
  ["mistral-large-latest", "mistral-large-2411"],
  ["command-r", "command-r-08-2024"],
  ["grok-4", "grok-4-0709"],
  // Bedrock
  ["anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4-20250514"],
  ["us.anthropic.claude-sonnet-4-20250514-v1:0", "anthropic.claude-sonnet-4-20250514-v1:0"],
  ["us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4-20250514"],
  ["global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5-20251001"],
  ["amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0"],
  [
    "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-3-5-haiku-20241022-v1:0",
    "claude-3-5-haiku-20241022",
  ],
  // Vertex
  ["claude-sonnet-4@20250514", "claude-sonnet-4-20250514"],
  ["claude-sonnet-4", "claude-sonnet-4@20250514"],
  ["claude-sonnet-4@default", "claude-sonnet-4@20250514"],
  ["publishers/google/models/gemini-2.0-flash", "gemini-2.0-flash-001"],
  // Azure
  ["gpt-35-turbo", "gpt-3.5-turbo-0125"],
  ["gpt-4o", "gpt-4o-2024-11-20"],
])("%s is answered by %s", (asked, answered) => expect(isNameOf(asked, answered)).toBe(true));

test.each([
  ["gpt-4o", "gpt-4o-mini"],
  ["gpt-4o", "gpt-4o-mini-2024-07-18"],
  ["gpt-4o", "gpt-4o-audio-preview"],
  ["gpt-4", "gpt-4-32k"],
  ["gpt-4", "gpt-4.1"],
  ["gpt-5", "gpt-5-chat-latest"],
  ["o1", "o1-mini"],
  ["o1", "o1-pro-2025-03-19"],
  ["gpt-4o-2024-05-13", "gpt-4o-2024-08-06"],
  ["gpt-4o-2024-08-06", "gpt-4o"],
  ["claude-opus-4", "claude-opus-4-1"],
  ["claude-opus-4", "claude-opus-4-1-20250805"],
  ["claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022"],
  ["gemini-2.0-flash", "gemini-2.0-flash-lite-001"],
  ["gemini-2.5-flash", "gemini-2.5-flash-preview-09-2025"],
  ["anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic.claude-3-5-sonnet-20241022-v2:0"],
  ["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"],
  ["amazon.titan-embed-text-v1:0", "amazon.titan-embed-text-v2:0"],
  ["anthropic.claude-v2", "anthropic.claude-v2:1"],
  ["claude-sonnet-4@20250514", "claude-sonnet-4-5@20250929"],
  ["meta-llama/Llama-3.1-8B-Instruct", "house/Llama-3.1-8B-Instruct"],
  ["llama-3.1", "llama-3.1-405b"],
  // What somebody called a deployment of Azure says nothing.
  ["summaries-prod", "gpt-4o-2024-11-20"],
])("%s is not answered by %s", (asked, answered) => expect(isNameOf(asked, answered)).toBe(false));
