/** A model that says what a test tells it to. */

import type { ModelConfig } from "../config/value.ts";
import type { Measures } from "../event.ts";
import type { Host } from "../host.ts";
import type { Attempt, Call } from "../run/attempt.ts";
import type { Reader } from "../run/reading.ts";
import { webHost } from "../web-host.ts";

/** What one call gives. Measures that are left out are unknown, as they are of a server that does not send them. */
export interface FakeStep extends Omit<Measures, "refused"> {
  readonly text?: string;
  /** The text in pieces: the answer is then a stream. */
  readonly pieces?: readonly string[];
  /** After this many pieces the stream breaks with the `error`, or ends as if cut off. */
  readonly breaksAfter?: number;
  readonly refusal?: string;
  /** An error to fail with, or the HTTP status of one. */
  readonly error?: Error | number;
  /** Before anything is given. */
  readonly delayMs?: number;
}

export interface FakeAnswer extends Measures {
  readonly text: string;
}

/** A stream of a fake model. */
export interface FakeStream extends AsyncIterable<FakeChunk> {
  readonly isFake: true;
}

export interface FakeChunk extends Measures {
  readonly text?: string;
  readonly hasContent?: boolean;
}

export interface FakeModel {
  /** `config.run(model.call)`. */
  readonly call: Call<FakeAnswer>;
  /** The same for code that streams. */
  readonly stream: Call<FakeStream>;
  /** What it was called with, oldest first; the newest 1,000. */
  readonly calls: readonly { readonly variant: string | undefined; readonly config: ModelConfig }[];
}

/** The test's script was wrong. */
export class FakeModelError extends Error {
  override readonly name = "FakeModelError";
}

const KEPT_CALLS = 1_000;

/**
 * A scripted model.
 *
 * Shape:  `fakeModel([{ text: "Short." }, { error: 429 }, { refusal: "No." }])`: a step for each call, in order, or a function of the
 *         attempt. Nothing is left to chance.
 * Errors: a call beyond the script fails with a `FakeModelError`.
 * Source: docs/guide/ai.md.
 */
export function fakeModel(
  script: readonly FakeStep[] | ((attempt: Attempt) => FakeStep),
  { host = webHost }: { readonly host?: Pick<Host, "setTimer"> } = {},
): FakeModel {
  const calls: { variant: string | undefined; config: ModelConfig }[] = [];
  let count = 0;
  const nextStep = (attempt: Attempt): FakeStep => {
    if (calls.length === KEPT_CALLS) calls.shift();
    calls.push({ variant: attempt.variant, config: attempt.config });
    const index = count++;
    const step = typeof script === "function" ? script(attempt) : script[index];
    if (step === undefined) throw new FakeModelError(`The script has ${index} steps, and this is call ${index + 1}.`);
    return step;
  };
  return {
    call: (attempt, signal) => attempt.track(answerOf(nextStep(attempt), host, signal), fakeReader),
    stream: (attempt, signal) => attempt.track(streamOf(nextStep(attempt), host, signal), fakeReader),
    calls,
  };
}

const fakeReader: Reader<FakeAnswer, FakeChunk> = {
  endsWithReason: true,
  answer: (answer) => answer,
  chunk: (chunk) => chunk,
};

async function answerOf(step: FakeStep, host: Pick<Host, "setTimer">, signal: AbortSignal): Promise<FakeAnswer> {
  await begin(step, host, signal);
  if (step.error !== undefined) throw errorOf(step.error);
  const text = step.refusal ?? step.text ?? step.pieces?.join("") ?? "";
  return { ...endOf(step), text };
}

async function streamOf(step: FakeStep, host: Pick<Host, "setTimer">, signal: AbortSignal): Promise<FakeStream> {
  await begin(step, host, signal);
  if (step.error !== undefined && step.breaksAfter === undefined) throw errorOf(step.error);
  return { isFake: true, [Symbol.asyncIterator]: () => chunksOf(step) };
}

async function* chunksOf(step: FakeStep): AsyncGenerator<FakeChunk> {
  const pieces = step.refusal === undefined ? (step.pieces ?? [step.text ?? ""]) : [step.refusal];
  for (const [index, text] of pieces.entries()) {
    if (index === step.breaksAfter) break;
    yield { text, hasContent: true, ...(step.refusal === undefined ? {} : { refused: true }) };
  }
  if (step.breaksAfter === undefined) yield endOf(step);
  else if (step.error !== undefined) throw errorOf(step.error);
}

async function begin({ delayMs = 0 }: FakeStep, host: Pick<Host, "setTimer">, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await new Promise<void>((resolve) => void host.setTimer(delayMs, resolve));
  signal.throwIfAborted();
}

/** What the end of an answer tells of it. */
function endOf({
  text: _text,
  pieces: _pieces,
  breaksAfter: _breaksAfter,
  error: _error,
  delayMs: _delayMs,
  refusal,
  ...measures
}: FakeStep): Measures {
  return refusal === undefined
    ? { finishReasons: ["stop"], ...measures }
    : { finishReasons: ["refusal"], ...measures, refused: true };
}

/** As the vendors' clients throw them. */
const errorOf = (error: Error | number): Error =>
  typeof error === "number"
    ? Object.assign(new Error(`The fake model was told to fail with ${error}.`), { status: error })
    : error;
