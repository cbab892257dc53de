/** Between whoever sends telemetry and the store: nobody waits for the store, and what it cannot take for now waits here, bounded. */

import type { EvaluationCount, TelemetryAnswer, TelemetryBatch } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import { admitBatch, type KnownFlags } from "./admit-batch.ts";
import { openPlaceNames } from "./place-names.ts";
import type { ReceivedBatch, TelemetrySource, TelemetryStore } from "./telemetry-store.ts";
import { openWaitingLine } from "./waiting-line.ts";

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
  /** Whether everything that was taken before is stored; it waits for that within a bound. */
  settled(): Promise<boolean>;
  /** Takes no more; what is left is stored within a bound, unless it is not worth it. */
  close(isWorthStoring: boolean): Promise<void>;
}

export interface IntakePorts {
  readonly store: Pick<TelemetryStore, "append">;
  readonly clock: () => number;
  /** Hears of what is taken, at once: what must be looked at waits for no store. */
  readonly onTaken?: (place: Place, evaluations: readonly EvaluationCount[]) => void;
  readonly onFailure: (error: unknown, what: string) => void;
}

export function openIntake({ store, clock, onTaken, onFailure }: IntakePorts): Intake {
  const namesOf = openPlaceNames(clock);
  const counts = { received: 0, stored: 0, repeated: 0, droppedNames: 0, droppedFull: 0, droppedFailed: 0, clamped: 0, shed: 0 };
  const line = openWaitingLine<ReceivedBatch>({
    async store(items) {
      const { repeated } = await store.append(items.map(({ item }) => item));
      const known = new Set(repeated);
      for (const { item, weight, attempts } of items) {
        // Known after an attempt of ours: that attempt had stored it, and only its answer was lost.
        const isRepeated = known.has(item.batch.batch) && attempts === 0;
        counts[isRepeated ? "repeated" : "stored"] += weight;
      }
    },
    idOf: ({ batch }) => batch.batch,
    givenUp: ({ weight }) => void (counts.droppedFailed += weight),
    onFailure: (error) => onFailure(error, "telemetry was not stored"),
  });

  return {
    take({ project, environment, source }, given, flags) {
      const receivedAt = clock();
      const place = { project, environment };
      const { batch, evaluations, dropped, isClamped } = admitBatch(given, flags, namesOf(place), receivedAt);
      counts.received += evaluations + dropped;
      counts.shed += batch.dropped;
      counts.droppedNames += dropped;
      if (isClamped) counts.clamped++;
      const received = { ...place, source, receivedAt, batch };
      if (!line.add(received, evaluations, JSON.stringify(received).length)) {
        counts.droppedFull += evaluations;
        return { accepted: 0, dropped: evaluations + dropped };
      }
      onTaken?.(place, batch.evaluations);
      return { accepted: evaluations, dropped };
    },
    counts: () => ({ ...counts, inFlight: line.weight() }),
    settled: () => line.settled(),
    close: (isWorthStoring) => line.close(isWorthStoring),
  };
}
