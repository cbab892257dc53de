/** Between whoever sends events and the store: answered at once, stored a moment later, each counted to its end. */

import type { EventsAnswer, GenerationEvent } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { Price } from "../prices/price-generation.ts";
import { admitEvents } from "./admit-events.ts";
import { listUnpricedCalls, type UnpricedCall } from "./alarm-unpriced.ts";
import { type Ledger, listSpent, type SpentCalls } from "../budgets/ledger.ts";
import { type CallCount, countCalls } from "./count-variants.ts";
import type { EventStore, KeptEvent, PackedEvents } from "./event-store.ts";
import type { HashedKeys } from "./hashed-keys.ts";
import { packEvents } from "./packed-events.ts";
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
  /** `hear` is told what was taken, before this returns. */
  take(
    from: Place & { readonly source: TelemetrySource },
    events: readonly unknown[],
    hear?: (events: readonly KeptEvent[]) => void,
  ): EventsAnswer;
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
  /** Hears of what is taken, at once: what must be looked at waits for no store. */
  readonly onTaken?: (place: Place, events: readonly KeptEvent[]) => void;
  /** Hears of the model calls that are kept now. */
  readonly onStored: (place: Place, told: ToldCalls) => void;
  /** Adds up at once what they cost. */
  readonly ledger: Pick<Ledger, "received" | "settled">;
  readonly onFailure: (error: unknown, what: string) => void;
}

/** What is told of model calls beside the store. */
export interface ToldCalls {
  readonly calls: readonly CallCount[];
  readonly unpriced: readonly UnpricedCall[];
}

/** What waits for the store, and what is left to do once it is there. */
interface Taken extends ToldCalls {
  readonly spent: readonly SpentCalls[];
  readonly received: PackedEvents;
}

export function openEventIntake(ports: EventIntakePorts): EventIntake {
  const { store, clock, price, secretOf, onTaken, onStored, ledger, onFailure } = ports;
  const counts = { received: 0, stored: 0, repeated: 0, droppedInvalid: 0, droppedFull: 0, droppedFailed: 0 };
  const line = openWaitingLine<Taken>({
    async store(items) {
      // Only now: what is asked for meanwhile holds for everything that is not stored yet.
      const { repeated } = await store.appendEvents(
        await withSecrets(
          items.map(({ item }) => item.received),
          secretOf,
        ),
      );
      for (const [at, { item, weight, attempts }] of items.entries()) {
        // Known after an attempt of ours: that attempt had stored them, and only its answer was lost.
        const again = attempts === 0 ? (repeated[at] ?? 0) : 0;
        counts.repeated += again;
        // A repeated request is repeated whole.
        if (again < weight) onStored(item.received, item);
        ledger.settled(item.received, item.spent, again < weight);
        counts.stored += weight - again;
      }
    },
    givenUp({ weight, item }) {
      counts.droppedFailed += weight;
      // It was spent, though nobody will know of it tomorrow.
      ledger.settled(item.received, item.spent, true);
    },
    onFailure: (error) => onFailure(error, "events were not stored"),
  });

  return {
    take({ project, environment, source }, given, hear) {
      const receivedAt = clock();
      const { events, issues, dropped } = admitEvents(given, { now: receivedAt, price: (event) => price(project, event) });
      counts.received += given.length;
      counts.droppedInvalid += dropped;
      if (events.length === 0) return { accepted: 0, dropped, issues };
      const received = packEvents({ project, environment, source, receivedAt, events });
      const spent = listSpent(events);
      const taken: Taken = { received, calls: countCalls(events), unpriced: listUnpricedCalls(events), spent };
      if (line.add(taken, events.length, received.packed.length)) {
        ledger.received(received, spent);
        onTaken?.({ project, environment }, events);
        hear?.(events);
        return { accepted: events.length, dropped, issues };
      }
      counts.droppedFull += events.length;
      return { accepted: 0, dropped: given.length, issues };
    },
    counts: () => ({ ...counts, inFlight: line.weight() }),
    settled: () => line.settled(),
    oldest: () => line.first()?.received.receivedAt,
    close: (isWorthStoring) => line.close(isWorthStoring),
  };
}

/** Asks once for each project. */
async function withSecrets(all: readonly PackedEvents[], secretOf: HashedKeys["secretOf"]): Promise<readonly PackedEvents[]> {
  const secrets = new Map<string, Uint8Array | undefined>();
  for (const { project } of all) if (!secrets.has(project)) secrets.set(project, await secretOf(project));
  return all.map((received) => {
    const secret = secrets.get(received.project);
    return secret === undefined ? received : { ...received, secret };
  });
}
