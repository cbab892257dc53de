/** Calls for Anthropic's official client, or any that is shaped like it. */

import type { Call } from "../../run/attempt.ts";
import type { LooseCreate, StreamOf, VendorCallOptions, WholeOf } from "../vendor-call.ts";
import { toMessages, type MessageParams } from "./params.ts";
import { messageReader } from "./read.ts";

// For calls that you write yourself: `attempt.track(anthropic.messages.create(toMessages(attempt.config)), messageReader)`.
export { messageReader, toMessages };
export type { MessageParams };

export interface MessagesClient {
  readonly messages: { create(body: never, request?: never): PromiseLike<unknown> };
}

/**
 * A call of `messages.create`.
 *
 * Shape:  `config.run(messages(anthropic))`, or with `{ stream: true }`.
 * Errors: as the client's; the run makes a fallback of them.
 * Source: docs/guide/ai.md.
 */
export function messages<C extends MessagesClient>(
  client: C,
  options: VendorCallOptions & { readonly stream: true },
): Call<StreamOf<C["messages"]["create"]>>;
export function messages<C extends MessagesClient>(
  client: C,
  options?: VendorCallOptions & { readonly stream?: false },
): Call<WholeOf<C["messages"]["create"]>>;
export function messages(client: MessagesClient, options: VendorCallOptions & { readonly stream?: boolean } = {}): Call<unknown> {
  const { messages: api } = client as unknown as { readonly messages: { readonly create: LooseCreate } };
  return (attempt, signal) => {
    const { messages: turns, ...body } = toMessages(attempt.config);
    const more = options.stream === true ? { stream: true } : {};
    const call = api.create(
      { ...body, messages: [...turns, ...(options.messages ?? [])], ...more, ...options.params },
      { ...options.request, signal },
    );
    return attempt.track(call, messageReader);
  };
}
