/** Batches on their way: bounded, sent one after the other, each given up after so many attempts, all of it counted. */

import { TELEMETRY_LIMITS } from "./limits.ts";

/** Shape: `weight` is how many evaluations or events are in it, `text` is its body; `onDropped` hears that it was given up, `calls` are model calls in it. */
export interface Batch {
  readonly weight: number;
  readonly text: string;
  readonly calls?: readonly string[];
  readonly onDropped?: () => void;
}

/**
 * What became of one attempt.
 *
 * `taken`    the server has it; `dropped` of what is in it found no room there.
 * `failed`   no answer, or a server that is busy: it is tried again.
 * `refused`  it will never be taken.
 */
export type Attempt =
  | { readonly outcome: "taken"; readonly dropped: number }
  | { readonly outcome: "failed"; readonly retryAfterMs?: number | undefined }
  | { readonly outcome: "refused" };

export interface BatchPorts {
  /** What waits elsewhere: asked for the next batch when none waits here. */
  readonly next?: (() => Batch | undefined) | undefined;
  readonly send: (batch: Batch) => Promise<Attempt>;
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly random: () => number;
}

/** Shape: evaluations or events, in numbers; what is neither stored nor dropped is waiting. */
export interface BatchCounts {
  readonly stored: number;
  readonly dropped: number;
  readonly waiting: number;
}

export interface BatchQueue {
  add(batch: Batch): void;
  /** Sends what waits, unless the server is being left alone for a while. */
  drainLater(): void;
  /** Sends what waits at once; resolves when nothing does, or an attempt has failed. */
  drain(): Promise<void>;
  /** Gives up what waits, and asks for no more. */
  clear(): void;
  counts(): BatchCounts;
}

export function openBatchQueue(ports: BatchPorts): BatchQueue {
  const waiting: { readonly batch: Batch; attempts: number }[] = [];
  let stored = 0;
  let dropped = 0;
  let draining: Promise<void> | undefined;
  let cancelRetry: (() => void) | undefined;
  let isCleared = false;

  const drop = (at: number): void => {
    for (const { batch } of waiting.splice(at, 1)) {
      dropped += batch.weight;
      batch.onDropped?.();
    }
  };

  const firstOfAll = () => {
    const next = waiting.length > 0 || isCleared ? undefined : ports.next?.();
    if (next !== undefined) waiting.push({ batch: next, attempts: 0 });
    return waiting[0];
  };

  /** Whether to go on. */
  const sendFirst = async (): Promise<boolean> => {
    const first = firstOfAll();
    if (first === undefined) return false;
    first.attempts++;
    const attempt = await ports.send(first.batch);
    // It was given up meanwhile, and counted.
    if (waiting[0] !== first) return true;
    if (attempt.outcome === "taken") {
      waiting.shift();
      stored += first.batch.weight - attempt.dropped;
      dropped += attempt.dropped;
      return true;
    }
    if (attempt.outcome === "refused" || first.attempts >= TELEMETRY_LIMITS.attempts) {
      drop(0);
      return true;
    }
    cancelRetry = ports.after(retryDelay(first.attempts, attempt.retryAfterMs, ports.random), () => void drain());
    return false;
  };

  const sendAll = async (): Promise<void> => {
    while (await sendFirst());
    draining = undefined;
  };

  const drain = (): Promise<void> => {
    cancelRetry?.();
    cancelRetry = undefined;
    return (draining ??= sendAll());
  };

  return {
    add(batch) {
      waiting.push({ batch, attempts: 0 });
      // The first may be on its way, so the oldest that is not goes.
      while (waiting.length > 1 && (waiting.length > TELEMETRY_LIMITS.batches || charsOf(waiting) > TELEMETRY_LIMITS.batchChars))
        drop(draining === undefined ? 0 : 1);
    },
    drainLater() {
      if (cancelRetry === undefined) void drain();
    },
    drain,
    clear() {
      isCleared = true;
      cancelRetry?.();
      while (waiting.length > 0) drop(0);
    },
    counts: () => ({ stored, dropped, waiting: waiting.reduce((sum, { batch }) => sum + batch.weight, 0) }),
  };
}

const charsOf = (waiting: readonly { readonly batch: Batch }[]): number =>
  waiting.reduce((sum, { batch }) => sum + batch.text.length, 0);

function retryDelay(attempts: number, retryAfterMs: number | undefined, random: () => number): number {
  const longestMs = Math.min(TELEMETRY_LIMITS.retryMaxMs, TELEMETRY_LIMITS.retryFirstMs * 2 ** (attempts - 1));
  return Math.max(retryAfterMs ?? 0, longestMs * (0.5 + random() / 2));
}
