/** What ends work early: the caller's signal, the run's time, an attempt's time. All arrive as one abort signal. */

import type { Host } from "../host.ts";
import { RunTimeoutError } from "./errors.ts";

/** A signal of one piece of work, whose timer runs only while somebody waits. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Starts the timer unless it runs already; says whether it did. */
  wait(): boolean;
  rest(): void;
  /** Ends the work as its time would. */
  abort(reason: unknown): void;
  /** Lets go of the timer and of the outer signal. */
  close(): void;
}

export interface InterruptionOptions {
  readonly what: string;
  readonly timeoutMs: number;
  readonly outer?: AbortSignal | undefined;
}

export function openInterruption({ what, timeoutMs, outer }: InterruptionOptions, host: Pick<Host, "setTimer">): Interruption {
  const controller = new AbortController();
  let cancel: (() => void) | undefined;
  const rest = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const abort = (reason: unknown): void => {
    rest();
    controller.abort(reason);
  };
  const onOuter = (): void => abort(outer?.reason);
  if (outer?.aborted === true) onOuter();
  else outer?.addEventListener("abort", onOuter, { once: true });
  return {
    signal: controller.signal,
    wait() {
      if (cancel !== undefined || controller.signal.aborted) return false;
      cancel = host.setTimer(timeoutMs, () => abort(new RunTimeoutError(what, timeoutMs)));
      return true;
    },
    rest,
    abort,
    close() {
      rest();
      outer?.removeEventListener("abort", onOuter);
    },
  };
}

/** The work, or the reason of the signal where that comes first; the work's own end is then nobody's any more. */
export function unlessAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    const forget = (): void => signal.removeEventListener("abort", onAbort);
    work.then(resolve, reject).then(forget, forget);
  });
}
