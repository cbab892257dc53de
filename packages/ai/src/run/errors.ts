/** The errors that a run can give; an app sees them only where it asked for them, or where half an answer was shown. */

import type { GenerationError } from "../event.ts";

/** An attempt or the whole run took too long. */
export class RunTimeoutError extends Error {
  override readonly name = "RunTimeoutError";
  constructor(what: string, timeoutMs: number) {
    super(`${what} took longer than ${timeoutMs} ms.`);
  }
}

/** The model would not answer. `answer` is what it said instead. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly answer: unknown;
  constructor(answer: unknown) {
    super("The model refused to answer.");
    this.answer = answer;
  }
}

/** A stream ended before the model had said that it was done. */
export class TruncatedStreamError extends Error {
  override readonly name = "TruncatedStreamError";
  constructor() {
    super("The stream ended before the answer did.");
  }
}

/**
 * A stream broke after the app had been given some of it, so that nothing can take its place unseen.
 *
 * Shape:  `reply` is what the app declared to say instead; `cause` is what broke.
 */
export class StreamBrokenError extends Error {
  override readonly name = "StreamBrokenError";
  readonly reply: string;
  readonly errorType: GenerationError;
  constructor(reply: string, errorType: GenerationError, cause: unknown) {
    super(`The answer broke off (${errorType}).`, { cause });
    this.reply = reply;
    this.errorType = errorType;
  }
}

/** Why one variant of the chain gave no answer. */
export interface AttemptFailure {
  /** 1 is what the flag served. */
  readonly attempt: number;
  readonly variant?: string;
  readonly errorType: GenerationError | "refusal" | "missing_tools" | "breaker_open";
  readonly message: string;
  readonly cause?: unknown;
}

/** Nothing of the chain answered; only thrown with `throws: true`. */
export class RunFailedError extends Error {
  override readonly name = "RunFailedError";
  readonly failures: readonly AttemptFailure[];
  constructor(flag: string, failures: readonly AttemptFailure[]) {
    const last = failures.at(-1);
    super(`Nothing answered for ${flag}; the last that was tried: ${last?.errorType ?? "unknown"}.`, { cause: last?.cause });
    this.failures = failures;
  }
}
