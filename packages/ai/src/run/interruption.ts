/** What ends work early: the caller's signal, the run's time, an attempt's time. All arrive as one interruption. */

import type { Host } from "../host.ts";
import { RunTimeoutError } from "./errors.ts";

/** Whether work is to end early, and why; an `AbortSignal` says the same. */
export type Interrupted = Pick<AbortSignal, "aborted" | "reason">;

/** The end of one piece of work, whose timer runs only while somebody waits. */
export interface Interruption extends Interrupted {
  /** Hears of it, at once where it has come already; returns its own undoing. */
  onAbort(run: () => void): () => void;
  /** For whoever wants the web's form, which is made when it is asked for. */
  signal(): AbortSignal;
  /** Starts the timer unless it runs already; says whether it did. */
  wait(): boolean;
  rest(): void;
  /** Ends the work as its time would. */
  abort(reason: unknown): void;
  /** Lets go of the timer and of what is outside. */
  close(): void;
}

export interface InterruptionOptions {
  readonly what: string;
  readonly timeoutMs: number;
  readonly outer?: AbortSignal | Interruption | undefined;
}

/** Fields and methods without accessors: an engine takes longer to make an object with them than all the rest of this does. */
export function openInterruption({ what, timeoutMs, outer }: InterruptionOptions, host: Pick<Host, "setTimer">): Interruption {
  const listeners = new Set<() => void>();
  let controller: AbortController | undefined;
  let cancel: (() => void) | undefined;
  const rest = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const abort = (reason: unknown): void => {
    rest();
    if (interruption.aborted) return;
    interruption.aborted = true;
    interruption.reason = reason;
    for (const run of listeners) run();
    controller?.abort(reason);
  };
  const interruption = {
    aborted: false,
    reason: undefined as unknown,
    onAbort(run: () => void) {
      if (interruption.aborted) run();
      else listeners.add(run);
      return () => void listeners.delete(run);
    },
    signal() {
      controller ??= new AbortController();
      if (interruption.aborted) controller.abort(interruption.reason);
      return controller.signal;
    },
    wait() {
      if (cancel !== undefined || interruption.aborted) return false;
      cancel = host.setTimer(timeoutMs, () => abort(new RunTimeoutError(what, timeoutMs)));
      return true;
    },
    rest,
    abort,
    close() {
      rest();
      letGo?.();
    },
  };
  const letGo = outer === undefined ? undefined : listenTo(outer, () => abort(outer.reason));
  return interruption;
}

function listenTo(outer: AbortSignal | Interruption, run: () => void): () => void {
  if ("onAbort" in outer) return outer.onAbort(run);
  if (outer.aborted) run();
  else outer.addEventListener("abort", run, { once: true });
  return () => outer.removeEventListener("abort", run);
}

/** The work, or the reason of its interruption where that comes first; the work's own end is then nobody's any more. */
export function unlessAborted<T>(work: PromiseLike<T>, interruption: Interruption): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const forget = interruption.onAbort(() => reject(interruption.reason as Error));
    work.then(resolve, reject).then(forget, forget);
  });
}
