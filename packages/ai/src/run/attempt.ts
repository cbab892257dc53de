/** One variant's try at an answer: what the app's call gets, and the generations that come of it. */

import type { ModelConfig } from "../config/value.ts";
import type { EventDraft, GenerationError, Served } from "../event.ts";
import type { Host } from "../host.ts";
import { AI_LIMITS } from "../limits.ts";
import { present } from "../present.ts";
import { failureOf, type Failure } from "./error-type.ts";
import { RefusalError, RunTimeoutError } from "./errors.ts";
import { openGeneration, type Generation, type GenerationStart } from "./generation.ts";
import { unlessAborted, type Interrupted, type Interruption } from "./interruption.ts";
import { readSafely, type Reader } from "./reading.ts";
import { isStream, watchStream } from "./stream.ts";

/** What the app's call is given. */
export interface Attempt {
  readonly flag: string;
  /** Absent where the app's own default is tried. */
  readonly variant?: string;
  /** 1 is what the flag served. */
  readonly number: number;
  /** The model and its filled prompt, frozen. */
  readonly config: ModelConfig;
  /** Ends the call when the run's or the attempt's time is over, or the app aborts. */
  readonly signal: AbortSignal;
  /**
   * Measures one call of a model.
   *
   * Shape:  `attempt.track(openai.chat.completions.create(…), chatCompletionReader)` gives what the call gives. A stream is handed on
   *         once it has something to show. An attempt may track several calls.
   * Errors: rejects with the call's error, and with a `RefusalError` where the model refused.
   */
  readonly track: <T>(call: PromiseLike<T> | T, reader?: Reader) => Promise<T>;
}

/** The app's call: what it gives is the run's answer. */
export type Call<T> = (attempt: Attempt, signal: AbortSignal) => PromiseLike<T> | T;

export interface AttemptStart {
  readonly flag: string;
  readonly served: Served | undefined;
  readonly number: number;
  readonly config: ModelConfig;
  readonly interruption: Interruption;
  readonly record: (draft: EventDraft) => void;
  /** The error that a loop over a stream sees. */
  readonly breakOff: (error: unknown, errorType: GenerationError) => unknown;
}

/** How an attempt ended, as the breaker and the run see it. */
export interface AttemptEnd {
  readonly failure?: Failure;
}

export interface OpenAttempt<T> {
  readonly answer: T;
  /** The text of the answer, where it is known. */
  readonly text: string | undefined;
  /** The pieces of text of a stream. */
  readonly textOf: (chunk: unknown) => string | undefined;
  /** Every call has ended, and well. */
  readonly isSettled: boolean;
  /** Resolves when every stream has been read. */
  readonly ended: Promise<AttemptEnd>;
}

/**
 * Calls and waits for the answer.
 *
 * Shape:  where the call tracks nothing itself, it counts as one generation of which only the duration is known.
 * Errors: rejects with what the call rejects with, or with the reason of the signal.
 */
export async function callAttempt<T>(call: Call<T>, start: AttemptStart, host: Host): Promise<OpenAttempt<T>> {
  const { interruption } = start;
  const tracking = openTracking(start, host);
  interruption.wait();
  const stopListening = interruption.onAbort(() => tracking.failAll(interruption.reason));
  const close = async (): Promise<AttemptEnd> => {
    const end = await tracking.ended();
    stopListening();
    interruption.close();
    return end;
  };
  try {
    const attempt = attemptOf(start, tracking.track);
    // The call begins in a task of its own step, so that one that throws at once is like one that rejects.
    const answer = await tracking.whole((async () => call(attempt, attempt.signal))());
    interruption.rest();
    return {
      answer,
      text: typeof answer === "string" ? answer : tracking.lastText(),
      textOf: tracking.textOf,
      isSettled: tracking.isSettled(),
      ended: close(),
    };
  } catch (error) {
    tracking.failAll(error);
    void close();
    throw error;
  }
}

/** Errors are read once the interruption is known: a client that is aborted says only that. */
export function failureWithin(error: unknown, { aborted, reason }: Interrupted): Failure {
  if (!aborted) return failureOf(error);
  return { errorType: reason instanceof RunTimeoutError ? "timeout" : "aborted" };
}

function attemptOf({ flag, served, number, config, interruption }: AttemptStart, track: Attempt["track"]): Attempt {
  return Object.freeze(
    present<Attempt>({ flag, variant: served?.variant, number, config, signal: interruption.signal(), track }),
  );
}

interface Tracking {
  readonly track: Attempt["track"];
  /** The app's whole call. */
  readonly whole: <T>(call: Promise<T>) => Promise<T>;
  readonly failAll: (error: unknown) => void;
  readonly lastText: () => string | undefined;
  readonly textOf: (chunk: unknown) => string | undefined;
  readonly isSettled: () => boolean;
  readonly ended: () => Promise<AttemptEnd>;
}

function openTracking(start: AttemptStart, host: Host): Tracking {
  const { interruption, record } = start;
  const open = new Set<Generation>();
  const waiting = new Set<(end: AttemptEnd) => void>();
  let begun = 0;
  let last: { readonly reader: Reader; readonly text?: string | undefined } = { reader: {} };
  let failure: Failure | undefined;

  const begin = (operation: string, begunMs: number): Generation => {
    begun++;
    // An agent that loops without end is not told of without end.
    const tell = begun > AI_LIMITS.generationsPerAttempt ? () => undefined : record;
    const generation = openGeneration(startOf(start, operation), begunMs, host, tell);
    open.add(generation);
    return generation;
  };
  const end = (generation: Generation, error?: unknown): void => {
    if (error instanceof RefusalError || error === undefined) generation.succeed();
    else generation.fail((failure = failureWithin(error, interruption)));
    open.delete(generation);
    if (open.size > 0) return;
    for (const tell of waiting) tell(endOf(failure));
    waiting.clear();
  };
  const watch = <S extends AsyncIterable<unknown>>(stream: S, reader: Reader, generation: Generation): Promise<S> =>
    watchStream(stream, {
      generation,
      reader,
      interruption,
      onEnd: (error) => end(generation, error),
      breakOff: (error) => start.breakOff(error, failureWithin(error, interruption).errorType),
    });
  const trackFrom = async <T>(begunMs: number, call: PromiseLike<T> | T, reader: Reader): Promise<T> => {
    const generation = begin(reader.operation ?? "chat", begunMs);
    try {
      const answer = await unlessAborted(Promise.resolve(call), interruption);
      last = { reader };
      if (isStream(answer)) return await watch(answer, reader, generation);
      const read = readSafely(reader.answer, answer);
      last = { reader, text: read.text };
      generation.add(read);
      if (read.error !== undefined) throw read.error as Error;
      if (read.refused === true) throw new RefusalError(answer);
      end(generation);
      return answer;
    } catch (error) {
      end(generation, error);
      throw error;
    }
  };

  return {
    track: (call, reader = {}) => trackFrom(host.monotonicMs(), call, reader),
    async whole(call) {
      const begunMs = host.monotonicMs();
      try {
        const answer = await unlessAborted(call, interruption);
        return begun > 0 ? answer : await trackFrom(begunMs, answer, {});
      } catch (error) {
        if (begun === 0) end(begin("chat", begunMs), error);
        throw error;
      }
    },
    failAll(error) {
      for (const generation of open) end(generation, error);
    },
    lastText: () => last.text,
    textOf: (chunk) => (typeof chunk === "string" ? chunk : readSafely(last.reader.chunk, chunk).text),
    isSettled: () => open.size === 0 && failure === undefined,
    ended: () => (open.size === 0 ? Promise.resolve(endOf(failure)) : new Promise((resolve) => waiting.add(resolve))),
  };
}

const endOf = (failure: Failure | undefined): AttemptEnd => (failure === undefined ? {} : { failure });

function startOf({ config, number, served }: AttemptStart, operation: string): GenerationStart {
  return { operation, provider: config.provider, requestModel: config.model, attempt: number, served };
}
