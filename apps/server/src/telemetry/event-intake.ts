/** Between whoever sends events and the store: answered at once, stored a moment later, each counted to its end. */

import type { EventsAnswer, GenerationEvent } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { Price } from "../prices/price-generation.ts";
import { admitEvents } from "./admit-events.ts";
import type { EventStore, ReceivedEvents } from "./event-store.ts";
import { hashKey } from "./hash-key.ts";
import type { HashedKeys } from "./hashed-keys.ts";
import type { TelemetrySource } from "./telemetry-store.ts";
import { openWaitingLine } from "./waiting-line.ts";

/** What became of every event that was sent: received = stored + repeated + inFlight + the dropped ones. */
export interface EventCounts {
  readonly received: number;
  readonly stored: number;
  /** Had come before. */
  readonly repeated: number;
  readonly inFlight: number;
  /** Were none. */
  readonly droppedInvalid: number;
  readonly droppedFull: number;
  readonly droppedFailed: number;
}

export interface EventIntake {
  take(from: Place & { readonly source: TelemetrySource }, events: readonly unknown[]): EventsAnswer;
  counts(): EventCounts;
  /** Whether everything that was taken before is stored; it waits for that within a bound. */
  settled(): Promise<boolean>;
  /** When the first of those that wait was received, epoch milliseconds. */
  oldest(): number | undefined;
  close(isWorthStoring: boolean): Promise<void>;
}

export interface EventIntakePorts {
  readonly store: Pick<EventStore, "appendEvents">;
  readonly clock: () => number;
  readonly price: (project: string, event: GenerationEvent) => Price | undefined;
  /** What the targeting keys of a project are hashed with; undefined where they are kept as they are. */
  readonly secretOf: HashedKeys["secretOf"];
  /** Hears what is kept now, as it came. */
  readonly onStored: (received: ReceivedEvents) => void;
  readonly onFailure: (error: unknown, what: string) => void;
}

export function openEventIntake({ store, clock, price, secretOf, onStored, onFailure }: EventIntakePorts): EventIntake {
  const counts = { received: 0, stored: 0, repeated: 0, droppedInvalid: 0, droppedFull: 0, droppedFailed: 0 };
  const line = openWaitingLine<ReceivedEvents>({
    async store(items) {
      // Only now: what is asked for meanwhile holds for everything that is not stored yet.
      const { repeated } = await store.appendEvents(await Promise.all(items.map(({ item }) => withHashedKeys(item, secretOf))));
      for (const [at, { item, weight, attempts }] of items.entries()) {
        // Known after an attempt of ours: that attempt had stored them, and only its answer was lost.
        const again = attempts === 0 ? (repeated[at] ?? 0) : 0;
        counts.repeated += again;
        // A repeated request is repeated whole.
        if (again < weight) onStored(item);
        counts.stored += weight - again;
      }
    },
    givenUp: ({ weight }) => void (counts.droppedFailed += weight),
    onFailure: (error) => onFailure(error, "events were not stored"),
  });

  return {
    take({ project, environment, source }, given) {
      const receivedAt = clock();
      const { events, issues, dropped } = admitEvents(given, { now: receivedAt, price: (event) => price(project, event) });
      counts.received += given.length;
      counts.droppedInvalid += dropped;
      if (events.length > 0 && !line.add({ project, environment, source, receivedAt, events }, events.length)) {
        counts.droppedFull += events.length;
        return { accepted: 0, dropped: given.length, issues };
      }
      return { accepted: events.length, dropped, issues };
    },
    counts: () => ({ ...counts, inFlight: line.weight() }),
    settled: () => line.settled(),
    oldest: () => line.first()?.receivedAt,
    close: (isWorthStoring) => line.close(isWorthStoring),
  };
}

async function withHashedKeys(received: ReceivedEvents, secretOf: HashedKeys["secretOf"]): Promise<ReceivedEvents> {
  const secret = await secretOf(received.project);
  if (secret === undefined) return received;
  const events = received.events.map((event) =>
    event.targetingKey === undefined ? event : { ...event, targetingKey: hashKey(secret, event.targetingKey) },
  );
  return { ...received, events };
}
