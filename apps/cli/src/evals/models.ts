/** Asks models over HTTP, in the formats of OpenAI and Anthropic; where they are and their keys come from the environment. */

import type { ModelConfig } from "@dimmer/ai";
import { messageReader, toMessages } from "@dimmer/ai/anthropic";
import { chatCompletionReader, toChatCompletion } from "@dimmer/ai/openai";
import { type AskModel, SuiteError } from "@dimmer/server";
import type { Io } from "../io.ts";

/** Of one answer. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Tries after the first, where a provider is busy. */
const RETRIES = 3;
const RETRY_DELAY_MS = 500;
const MAX_RETRY_DELAY_MS = 20_000;
/** Characters of a refusal that are shown. */
const SHOWN = 200;

export interface ModelPorts {
  readonly env: Io["env"];
  readonly fetch: typeof fetch;
  /** Rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Shape:  `anthropic` is asked in its own format, every other provider as OpenAI is. `<PROVIDER>_API_KEY` and `<PROVIDER>_BASE_URL` name key
 *         and address; the two have addresses of their own.
 * Errors: rejects with a sentence that holds no key: no key, no address, a refusal, an answer without a text, the signal's own.
 */
export function openModels(ports: ModelPorts): AskModel {
  return async (config, signal) => {
    const { provider } = config;
    const request = provider === "anthropic" ? askAnthropic(ports.env, config) : askOpenAi(ports.env, config);
    const answer = await send(ports, provider, request, signal);
    const { text, responseModel, refused } =
      (provider === "anthropic" ? messageReader : chatCompletionReader).answer?.(answer) ?? {};
    if (refused === true) throw new Error(`${config.model} refused to answer.`);
    if (text === undefined || text === "") throw new Error(`${config.model} answered without a text.`);
    return { text, model: responseModel };
  };
}

interface ModelRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function askOpenAi(env: Io["env"], config: ModelConfig): ModelRequest {
  const base = baseOf(env, config.provider, "https://api.openai.com/v1");
  const headers = { authorization: `Bearer ${keyOf(env, config.provider)}` };
  return { url: `${base}/chat/completions`, headers, body: toChatCompletion(config) };
}

function askAnthropic(env: Io["env"], config: ModelConfig): ModelRequest {
  const base = baseOf(env, config.provider, "https://api.anthropic.com");
  const headers = { "x-api-key": keyOf(env, config.provider), "anthropic-version": "2023-06-01" };
  return { url: `${base}/v1/messages`, headers, body: toMessages(config) };
}

const variableOf = (provider: string, what: string): string =>
  `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/gu, "_")}_${what}`;

function keyOf(env: Io["env"], provider: string): string {
  const variable = variableOf(provider, "API_KEY");
  const key = env[variable] ?? "";
  if (key === "") throw missing(provider, variable, "its key");
  return key;
}

function baseOf(env: Io["env"], provider: string, own: string): string {
  const variable = variableOf(provider, "BASE_URL");
  const base = (env[variable] ?? "") || (["openai", "anthropic"].includes(provider) ? own : "");
  if (base === "") throw missing(provider, variable, "the address of its OpenAI format");
  if (!URL.canParse(base) || !/^https?:$/u.test(new URL(base).protocol))
    throw new SuiteError("wrong-suite", `${variable} is no http or https address.`);
  return base.replace(/\/+$/u, "");
}

const missing = (provider: string, variable: string, what: string): SuiteError =>
  new SuiteError("wrong-suite", `The provider ${provider} cannot be asked: ${variable} is not set.`, `Set it to ${what}.`);

async function send({ fetch, wait }: ModelPorts, provider: string, request: ModelRequest, signal: AbortSignal): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(request.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...request.headers },
      body: JSON.stringify(request.body),
      // A redirect would carry the key to an address nobody named.
      redirect: "error",
      signal,
    });
    const text = await readText(response, provider);
    if (response.ok) return parse(text, provider);
    if (attempt >= RETRIES || !isBusy(response.status))
      throw new Error(`${provider} answered ${response.status}: ${sayRefusal(text)}`);
    await wait(retryDelay(response, attempt), signal);
  }
}

const isBusy = (status: number): boolean => [408, 429, 500, 502, 503, 504, 529].includes(status);

function retryDelay(response: Response, attempt: number): number {
  const asked = Number(response.headers.get("retry-after") ?? "") * 1_000;
  return Math.min(MAX_RETRY_DELAY_MS, Math.max(Number.isFinite(asked) ? asked : 0, RETRY_DELAY_MS * 2 ** attempt));
}

async function readText(response: Response, provider: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`The answer of ${provider} is larger than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, provider: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error(`What ${provider} answered is not JSON.`, { cause });
  }
}

const sayRefusal = (text: string): string => text.replaceAll(/\s+/gu, " ").slice(0, SHOWN);
