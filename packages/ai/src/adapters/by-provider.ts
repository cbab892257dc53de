/** One call for a chain whose variants belong to several providers. */

import type { Attempt, Call } from "../run/attempt.ts";

/**
 * Picks the call by the config's `provider`.
 *
 * Shape:  `config.run(byProvider({ openai: chatCompletions(openai), anthropic: messages(anthropic) }))`; the answer is either's.
 * Errors: an attempt with a provider that is not there fails with a sentence that names it, and the next of the chain is tried.
 */
export function byProvider<Calls extends Readonly<Record<string, Call<unknown>>>>(
  calls: Calls,
): Call<Awaited<ReturnType<Calls[keyof Calls]>>> {
  return (attempt: Attempt, signal: AbortSignal) => {
    const { provider } = attempt.config;
    const call = Object.hasOwn(calls, provider) ? calls[provider] : undefined;
    if (call === undefined)
      throw new TypeError(
        `There is no call for the provider ${provider}; byProvider() was given ${Object.keys(calls).join(", ")}.`,
      );
    return call(attempt, signal) as PromiseLike<Awaited<ReturnType<Calls[keyof Calls]>>>;
  };
}
