/** For the Vercel AI SDK, version 6: a middleware that measures, and the arguments that a config fills. */

import type { Attempt } from "../../run/attempt.ts";
import { toPrompt, type PromptArguments } from "./prompt.ts";
import { languageModelReader } from "./read.ts";

export { languageModelReader, toPrompt };
export type { PromptArguments };

/** What `wrapLanguageModel` takes as `middleware`. */
export interface TrackingMiddleware {
  readonly specificationVersion: "v3";
  wrapGenerate<R>(options: { readonly doGenerate: () => PromiseLike<R> }): Promise<R>;
  wrapStream<R extends { readonly stream: ReadableStream }>(options: { readonly doStream: () => PromiseLike<R> }): Promise<R>;
}

/** When the first stream of an attempt has something to show, or has failed. */
const beginnings = new WeakMap<Attempt, { readonly begun: Promise<void>; readonly settle: (stream: Promise<unknown>) => void }>();

/**
 * Measures every call of a model, each step of a tool loop on its own.
 *
 * Shape:  `wrapLanguageModel({ model: anthropic(attempt.config.model), middleware: trackingMiddleware(attempt) })`.
 * Errors: as the model's, and a `RefusalError` where it refused; say `maxRetries: 0` where the chain should move on at once.
 * Source: docs/guide/ai.md.
 */
export function trackingMiddleware(attempt: Attempt): TrackingMiddleware {
  const { settle } = beginningOf(attempt);
  return {
    specificationVersion: "v3",
    wrapGenerate: ({ doGenerate }) => attempt.track(doGenerate(), languageModelReader),
    async wrapStream({ doStream }) {
      const result = Promise.resolve(doStream());
      const tracked = attempt.track(
        result.then(({ stream }) => iterableOf(stream)),
        languageModelReader,
      );
      settle(tracked);
      const stream = readableOf(await tracked);
      return { ...(await result), stream };
    },
  };
}

/**
 * Waits until a `streamText` has something to show, so that until then the next of the chain can take its place.
 *
 * Shape:  `config.run((attempt) => started(attempt, streamText({ model, …, onError })))`, with a model that has the middleware.
 * Errors: rejects with what the model failed with before that. Later `streamText` tells of errors by its `onError` and its parts.
 */
export async function started<R>(attempt: Attempt, result: R): Promise<R> {
  await beginningOf(attempt).begun;
  return result;
}

function beginningOf(attempt: Attempt) {
  const known = beginnings.get(attempt);
  if (known !== undefined) return known;
  let settle: (stream: Promise<unknown>) => void = () => undefined;
  const begun = new Promise<void>((resolve, reject) => {
    settle = (stream) => void stream.then(() => resolve(), reject);
  });
  // Somebody may use the middleware without `started`; the error is then `streamText`'s to tell.
  begun.catch(() => undefined);
  const beginning = { begun, settle };
  beginnings.set(attempt, beginning);
  return beginning;
}

/** Not every runtime can iterate a `ReadableStream`, so it is read by its reader. */
function iterableOf(stream: ReadableStream): AsyncIterable<unknown> {
  const reader = stream.getReader();
  const iterator: AsyncIterator<unknown> = {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done: false, value: value as unknown };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function readableOf(iterable: AsyncIterable<unknown>): ReadableStream {
  const iterator = iterable[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
