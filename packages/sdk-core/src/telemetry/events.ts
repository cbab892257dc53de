/** Single events on their way to the server: gathered for a moment, sent in batches, lost before they hold anything up. */

import type { TelemetryEvent } from "@dimmer/protocol";
import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import type { Address } from "../sources/http.ts";
import { exposureOf, openExposures } from "./exposures.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { openOutbox } from "./outbox.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const EVENTS_PATH = "/sdk/v1/events";

/** What became of every event that was recorded: recorded = stored + dropped + inFlight. An exposure that was told of within the hour is none. */
export interface EventCounts {
  readonly recorded: number;
  /** The server took them. */
  readonly stored: number;
  /** Found no room here or there, are none, or could not be sent. */
  readonly dropped: number;
  readonly inFlight: number;
}

/**
 * Shape:  `record` returns at once; an event is sent a second later, or when there are enough of them. An exposure is left out where the
 *         same one (person, flag, variant, value version, path and rule) was told of within the hour.
 * Errors: nothing throws or rejects; what cannot be sent is dropped, and counted.
 * Source: ADR-0042.
 */
export interface Events {
  record(event: TelemetryEvent): void;
  counts(): EventCounts;
  /** Sends what was recorded; resolves when it is sent, or an attempt has failed. */
  flush(): Promise<void>;
  /** The same, within a bound, and then no more; what is left counts as dropped. */
  close(): Promise<void>;
}

export type OpenEvents = (ports: EventPorts) => Events;

export type EventPorts = Ports & { readonly schedule: Schedule };

/** Events for the server that the flags come from. */
export function remoteEvents(address: Address): OpenEvents {
  return (ports) => openEvents(address, ports);
}

function openEvents(address: Address, ports: EventPorts): Events {
  const outbox = openOutbox(address, EVENTS_PATH, ports);
  const exposures = openExposures(ports.clock);
  let gathered: ReadEvent[] = [];
  let chars = 0;
  let refused = 0;
  let cancelSeal: (() => void) | undefined;

  /** Whoever's exposure was lost is told of with their next one. */
  const forget = (events: readonly ReadEvent[]): void => {
    for (const { exposure } of events) if (exposure !== undefined) exposures.forget(exposure);
  };

  const seal = (): void => {
    cancelSeal?.();
    cancelSeal = undefined;
    if (gathered.length === 0) return;
    const sealed = gathered;
    outbox.add({
      weight: sealed.length,
      text: `{"events":[${sealed.map(({ text }) => text).join(",")}]}`,
      onDropped: () => forget(sealed),
    });
    gathered = [];
    chars = 0;
  };

  const sendNow = (): void => {
    seal();
    outbox.drainLater();
  };

  return {
    record(event) {
      const read = outbox.isOpen ? readEvent(event) : undefined;
      if (read === undefined) {
        refused++;
        return;
      }
      const { text, exposure } = read;
      if (exposure !== undefined && !exposures.tell(exposure)) return;
      if (gathered.length >= TELEMETRY_LIMITS.eventsAtOnce || chars + text.length > TELEMETRY_LIMITS.eventChars) sendNow();
      gathered.push(read);
      chars += text.length;
      cancelSeal ??= outbox.after(TELEMETRY_LIMITS.gatherEventsMs, sendNow);
    },
    counts() {
      const { stored, dropped, waiting } = outbox.counts();
      const inFlight = gathered.length + waiting;
      return { recorded: stored + dropped + refused + inFlight, stored, dropped: dropped + refused, inFlight };
    },
    flush() {
      seal();
      return outbox.drain();
    },
    close() {
      seal();
      return outbox.close();
    },
  };
}

/** An event as it is sent, and which exposure it is. */
interface ReadEvent {
  readonly text: string;
  readonly exposure: number | undefined;
}

/** What is no JSON, or longer than a request may be, is no event. */
function readEvent(event: TelemetryEvent): ReadEvent | undefined {
  try {
    const text = JSON.stringify(event);
    return text.length > TELEMETRY_LIMITS.oneEventChars ? undefined : { text, exposure: exposureOf(event) };
  } catch {
    return undefined;
  }
}
