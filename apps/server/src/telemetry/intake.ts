/** Between whoever sends telemetry and the store: nobody waits for the store, and what it cannot take for now waits here, bounded. */

import type { TelemetryAnswer, TelemetryBatch } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import { admitBatch, type KnownFlags } from "./admit-batch.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { openPlaceNames } from "./place-names.ts";
import { type ReceivedBatch, StoreGoneError, type TelemetrySource, type TelemetryStore } from "./telemetry-store.ts";

/**
 * What became of every evaluation that was sent: received = stored + repeated + inFlight + the dropped ones.
 *
 * Shape:  evaluations, in numbers, but `clamped`, which counts batches; `shed` never came: SDKs had no room for them.
 */
export interface IntakeCounts {
  readonly received: number;
  readonly stored: number;
  /** In batches that had come before. */
  readonly repeated: number;
  readonly inFlight: number;
  readonly droppedNames: number;
  readonly droppedFull: number;
  readonly droppedFailed: number;
  readonly clamped: number;
  readonly shed: number;
}

export interface Intake {
  /** Answers at once: what is accepted will be stored, unless the store stays away for longer than there is room. */
  take(from: Place & { readonly source: TelemetrySource }, batch: TelemetryBatch, flags: KnownFlags): TelemetryAnswer;
  counts(): IntakeCounts;
  /** Resolves when everything taken so far is stored, or after a bound. */
  settled(): Promise<void>;
  /** Takes no more; what is left is stored within a bound, unless it is not worth it. */
  close(isWorthStoring: boolean): Promise<void>;
}

export interface IntakePorts {
  readonly store: Pick<TelemetryStore, "append">;
  readonly clock: () => number;
  readonly onFailure: (error: unknown, what: string) => void;
}

interface Waiting {
  readonly received: ReceivedBatch;
  readonly evaluations: number;
  readonly chars: number;
  attempts: number;
}

export function openIntake({ store, clock, onFailure }: IntakePorts): Intake {
  const namesOf = openPlaceNames(clock);
  const counts = { received: 0, stored: 0, repeated: 0, droppedNames: 0, droppedFull: 0, droppedFailed: 0, clamped: 0, shed: 0 };
  const waiting: Waiting[] = [];
  let chars = 0;
  let isClosed = false;
  let draining: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const drainLater = (delayMs: number): void => {
    if (draining === undefined && !isClosed) timer ??= setTimeout(() => void drain(), delayMs).unref();
  };

  const remove = (number: number): void => {
    for (const gone of waiting.splice(0, number)) chars -= gone.chars;
  };

  /** Whether to go on at once. */
  const storeFirst = async (): Promise<boolean> => {
    const first = waiting.slice(0, groupOf(waiting));
    if (first.length === 0) return false;
    try {
      const { repeated } = await store.append(first.map(({ received }) => received));
      const known = new Set(repeated);
      for (const { received, evaluations, attempts } of first) {
        // Known after an attempt of ours: that attempt had stored it, and only its answer was lost.
        const isRepeated = known.has(received.batch.batch) && attempts === 0;
        counts[isRepeated ? "repeated" : "stored"] += evaluations;
      }
      remove(first.length);
      return true;
    } catch (error) {
      // A store that is not there has seen nothing of it.
      if (error instanceof StoreGoneError && !error.wasAsked) return false;
      onFailure(error, "telemetry was not stored");
      for (const one of first) one.attempts++;
      const head = first[0] as Waiting;
      if (head.attempts < TELEMETRY_LIMITS.attempts) return false;
      counts.droppedFailed += head.evaluations;
      remove(1);
      return true;
    }
  };

  const drainAll = async (): Promise<void> => {
    while (await storeFirst());
    draining = undefined;
    if (waiting.length > 0) drainLater(TELEMETRY_LIMITS.retryMs);
  };

  const drain = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    return (draining ??= drainAll());
  };

  const drainWithin = async (boundMs: number): Promise<void> => {
    if (waiting.length === 0) return;
    let bound: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => (bound = setTimeout(resolve, boundMs)));
    await Promise.race([drain(), over]);
    clearTimeout(bound);
  };

  return {
    take({ project, environment, source }, given, flags) {
      const receivedAt = clock();
      const place = { project, environment };
      const { batch, evaluations, dropped, isClamped } = admitBatch(given, flags, namesOf(place), receivedAt);
      const size = JSON.stringify(batch).length;
      counts.received += evaluations + dropped;
      counts.shed += batch.dropped;
      counts.droppedNames += dropped;
      if (isClamped) counts.clamped++;
      if (waiting.length >= TELEMETRY_LIMITS.waitingBatches || chars + size > TELEMETRY_LIMITS.waitingChars) {
        counts.droppedFull += evaluations;
        return { accepted: 0, dropped: evaluations + dropped };
      }
      waiting.push({ received: { ...place, source, receivedAt, batch }, evaluations, chars: size, attempts: 0 });
      chars += size;
      drainLater(TELEMETRY_LIMITS.gatherMs);
      return { accepted: evaluations, dropped };
    },
    counts: () => ({ ...counts, inFlight: waiting.reduce((sum, { evaluations }) => sum + evaluations, 0) }),
    settled: () => drainWithin(TELEMETRY_LIMITS.settleMs),
    async close(isWorthStoring) {
      isClosed = true;
      if (isWorthStoring) await drainWithin(TELEMETRY_LIMITS.closeMs);
      clearTimeout(timer);
    },
  };
}

/**
 * How many are stored together. One that has failed goes alone, so that what breaks the store does not take others with it. An id
 * may be in a group once, as its second must find the first.
 */
function groupOf(waiting: readonly Waiting[]): number {
  if ((waiting[0]?.attempts ?? 0) > 0) return 1;
  const ids = new Set<string>();
  let size = 0;
  for (const { received, attempts } of waiting.slice(0, TELEMETRY_LIMITS.batchesAtOnce)) {
    if (attempts > 0 || ids.has(received.batch.batch)) break;
    ids.add(received.batch.batch);
    size++;
  }
  return size;
}
