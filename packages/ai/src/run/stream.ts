/** Measures a stream in place: the app gets the vendor's own object, whose iteration is watched. */

import { AI_LIMITS } from "../limits.ts";
import { RefusalError, TruncatedStreamError } from "./errors.ts";
import type { Generation } from "./generation.ts";
import { unlessAborted, type Interruption } from "./interruption.ts";
import { readSafely, type Reader } from "./reading.ts";

export interface StreamWatch {
  readonly generation: Generation;
  readonly reader: Reader;
  readonly interruption: Interruption;
  /** The stream is over, well or with an error. */
  readonly onEnd: (error?: unknown) => void;
  /** What the app's loop sees of an error. */
  readonly breakOff: (error: unknown) => unknown;
}

export const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/**
 * Waits until the stream has something to show, so that until then another variant can take its place unseen; then gives the
 * stream back, which starts from its beginning.
 *
 * Shape:  the same object, read through its iterator once; other ways to read it (`tee`, `getReader`) find it in use.
 * Errors: rejects with what breaks before there is something to show, a refusal included. Later the loop throws `breakOff`'s error.
 * Source: ADR-0043, decision 5.
 */
export async function watchStream<S extends AsyncIterable<unknown>>(stream: S, watch: StreamWatch): Promise<S> {
  const { generation } = watch;
  generation.stream();
  const source = stream[Symbol.asyncIterator]();
  const held: IteratorResult<unknown>[] = [];
  try {
    while (held.length < AI_LIMITS.heldChunks && held.at(-1)?.done !== true && generation.known().hasContent !== true) {
      held.push(await nextOf(source, watch));
    }
    if (generation.known().refused === true) throw new RefusalError(stream);
  } catch (error) {
    letGo(source);
    throw error;
  }
  if (held.at(-1)?.done === true) watch.onEnd();
  const iterator = iteratorOf(source, held, watch);
  Object.defineProperty(stream, Symbol.asyncIterator, { value: () => iterator, configurable: true });
  return stream;
}

/** One step of the source, read as it passes. */
async function nextOf(source: AsyncIterator<unknown>, { generation, reader, interruption }: StreamWatch) {
  const result = await unlessAborted(source.next(), interruption);
  if (result.done !== true) {
    const read = readSafely(reader.chunk, result.value);
    generation.add(reader.chunk === undefined ? { hasContent: true } : read);
    if (read.error !== undefined) throw read.error as Error;
  } else if (reader.endsWithReason === true && generation.known().finishReasons === undefined) {
    throw new TruncatedStreamError();
  }
  return result;
}

function iteratorOf(source: AsyncIterator<unknown>, held: IteratorResult<unknown>[], watch: StreamWatch): AsyncIterator<unknown> {
  let isOver = false;
  const iterator: AsyncIterator<unknown> & AsyncIterable<unknown> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      const kept = held.shift();
      if (kept !== undefined) return kept;
      if (isOver) return { done: true, value: undefined };
      try {
        // Where the app's call reads the stream itself, the attempt's time runs anyway.
        const isTimed = watch.interruption.wait();
        const result = await nextOf(source, watch);
        if (isTimed) watch.interruption.rest();
        if (result.done === true) {
          isOver = true;
          watch.onEnd();
        }
        return result;
      } catch (error) {
        isOver = true;
        letGo(source);
        const shown = watch.breakOff(error);
        watch.onEnd(error);
        throw shown;
      }
    },
    // The app stops reading: its own wish, and no failure of the model.
    async return() {
      held.length = 0;
      if (!isOver) {
        isOver = true;
        watch.interruption.rest();
        watch.generation.fail({ errorType: "aborted" });
        watch.onEnd();
        await source.return?.();
      }
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

/** Nobody waits for it, and what it says on its way out interests nobody. */
function letGo(source: AsyncIterator<unknown>): void {
  try {
    const returned = source.return?.() as PromiseLike<unknown> | undefined;
    returned?.then(undefined, () => undefined);
  } catch {
    // A source that cannot be closed closes itself when its signal is aborted.
  }
}
