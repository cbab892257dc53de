/** A call of a model before it is made: its address and bytes, and what it may cost. */

import {
  chatCompletionReader,
  messageReader,
  type ModelConfig,
  type Reader,
  toChatCompletion,
  toMessages,
} from "@dimmer/ai/parts";
import { PLAYGROUND_LIMITS } from "@dimmer/protocol";
import { priceGeneration } from "../prices/price-generation.ts";
import type { ConnectionRecord } from "../storage/connection-record.ts";

export interface PreparedCall {
  readonly provider: string;
  readonly url: string;
  readonly body: string;
  /** The model that is really asked for. */
  readonly model: string;
  readonly maxTokens: number;
  readonly timeoutMs: number;
  readonly reader: Reader;
}

export type CallTarget = Pick<ConnectionRecord, "provider" | "format" | "baseUrl">;

/**
 * Shape:  what an app would send of this config through the adapters of `@dimmer/ai`, never as a stream, and with a bound on the answer
 *         where the config has none. `message` is what the user says last.
 * Errors: throws a TypeError for a part of a message that this format cannot say.
 * Source: ADR-0048.
 */
export function prepareCall(target: CallTarget, filled: ModelConfig, message?: string): PreparedCall {
  const maxTokens = filled.parameters?.maxTokens ?? PLAYGROUND_LIMITS.maxTokens;
  const config: ModelConfig = { ...filled, parameters: { ...filled.parameters, maxTokens } };
  const { path, asked, reader } = FORMATS[target.format];
  const { messages, ...fields } = asked(config);
  const said = message === undefined ? [] : [{ role: "user", content: message }];
  const body = { ...fields, messages: [...messages, ...said], stream: false };
  const timeoutMs = Math.min(filled.parameters?.timeoutMs ?? PLAYGROUND_LIMITS.totalMs, PLAYGROUND_LIMITS.totalMs);
  return {
    provider: target.provider,
    url: `${target.baseUrl}${path}`,
    body: JSON.stringify(body),
    model: fields.model,
    maxTokens,
    timeoutMs,
    reader,
  };
}

interface Format {
  readonly path: string;
  readonly asked: (config: ModelConfig) => { readonly model: string; readonly messages: readonly object[] };
  readonly reader: Reader;
}

/** As the official clients have it: OpenAI's base address holds the version, Anthropic's does not. */
const FORMATS: Readonly<Record<CallTarget["format"], Format>> = {
  openai: { path: "/chat/completions", asked: toChatCompletion, reader: chatCompletionReader },
  anthropic: { path: "/v1/messages", asked: toMessages, reader: messageReader },
};

/** A token is rarely less than two bytes of the request; what is too much is given back when the call ends. */
const BYTES_PER_TOKEN = 2;

/**
 * What a call may cost, to be held back before it is made.
 *
 * Shape:  undefined where no price of the model is known.
 * Errors: none.
 */
export function estimateCall({ provider, model, body, maxTokens }: PreparedCall, at: number): number | undefined {
  const inputTokens = Math.ceil(Buffer.byteLength(body) / BYTES_PER_TOKEN);
  return priceCall({ provider, model, at, inputTokens, outputTokens: maxTokens });
}

export interface PricedCall {
  readonly provider: string;
  readonly model: string;
  readonly at: number;
  readonly responseModel?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cacheReadInputTokens?: number | undefined;
  readonly cacheCreationInputTokens?: number | undefined;
}

/** By the same table as the calls that apps tell of; undefined is *unknown*. */
export function priceCall({ model, ...call }: PricedCall): number | undefined {
  const event = {
    kind: "generation",
    id: "",
    operation: "chat",
    attempt: 1,
    durationMs: 0,
    requestModel: model,
    ...call,
  } as const;
  return priceGeneration(event)?.costMicroUsd;
}
