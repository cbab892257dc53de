/** Calls for OpenAI's official client, or any that is shaped like it. */

import type { Call } from "../../run/attempt.ts";
import type { LooseCreate, StreamOf, VendorCallOptions, WholeOf } from "../vendor-call.ts";
import { toChatCompletion, toResponse, type ChatCompletionParams, type ResponseParams } from "./params.ts";
import { chatCompletionReader, responseReader } from "./read.ts";

// For calls that you write yourself: `attempt.track(openai.chat.completions.create(toChatCompletion(attempt.config)), chatCompletionReader)`.
export { chatCompletionReader, responseReader, toChatCompletion, toResponse };
export type { ChatCompletionParams, ResponseParams };

export interface ChatClient {
  readonly chat: { readonly completions: { create(body: never, request?: never): PromiseLike<unknown> } };
}

export interface ResponsesClient {
  readonly responses: { create(body: never, request?: never): PromiseLike<unknown> };
}

/**
 * A call of `chat.completions.create`.
 *
 * Shape:  `config.run(chatCompletions(openai))`, or with `{ stream: true }`, which asks for the tokens at the end of the stream too.
 * Errors: as the client's; the run makes a fallback of them.
 * Source: docs/guide/ai.md.
 */
export function chatCompletions<C extends ChatClient>(
  client: C,
  options: VendorCallOptions & { readonly stream: true },
): Call<StreamOf<C["chat"]["completions"]["create"]>>;
export function chatCompletions<C extends ChatClient>(
  client: C,
  options?: VendorCallOptions & { readonly stream?: false },
): Call<WholeOf<C["chat"]["completions"]["create"]>>;
export function chatCompletions(
  client: ChatClient,
  options: VendorCallOptions & { readonly stream?: boolean } = {},
): Call<unknown> {
  const { chat } = client as unknown as { readonly chat: { readonly completions: { readonly create: LooseCreate } } };
  return (attempt, signal) => {
    const { messages, ...body } = toChatCompletion(attempt.config);
    const more = options.stream === true ? { stream: true, stream_options: { include_usage: true } } : {};
    const call = chat.completions.create(
      { ...body, messages: [...messages, ...(options.messages ?? [])], ...more, ...options.params },
      { ...options.request, signal },
    );
    return attempt.track(call, chatCompletionReader);
  };
}

/**
 * A call of `responses.create`.
 *
 * Shape:  as `chatCompletions`; `messages` go to the end of its `input`.
 * Errors: as the client's; the run makes a fallback of them.
 * Source: docs/guide/ai.md.
 */
export function responses<C extends ResponsesClient>(
  client: C,
  options: VendorCallOptions & { readonly stream: true },
): Call<StreamOf<C["responses"]["create"]>>;
export function responses<C extends ResponsesClient>(
  client: C,
  options?: VendorCallOptions & { readonly stream?: false },
): Call<WholeOf<C["responses"]["create"]>>;
export function responses(
  client: ResponsesClient,
  options: VendorCallOptions & { readonly stream?: boolean } = {},
): Call<unknown> {
  const { responses: api } = client as unknown as { readonly responses: { readonly create: LooseCreate } };
  return (attempt, signal) => {
    const { input, ...body } = toResponse(attempt.config);
    const more = options.stream === true ? { stream: true } : {};
    const call = api.create(
      { ...body, input: [...input, ...(options.messages ?? [])], ...more, ...options.params },
      { ...options.request, signal },
    );
    return attempt.track(call, responseReader);
  };
}
