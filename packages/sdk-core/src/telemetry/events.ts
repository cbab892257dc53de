/** Single events on their way to the server: gathered for a moment, sent in batches, lost before they hold anything up. */

import type { TelemetryEvent } from "@dimmer/protocol";
import { callKey } from "../leases.ts";
import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import type { Address } from "../sources/http.ts";
import { drawInstance } from "../sources/remote.ts";
import type { Batch } from "./batch-queue.ts";
import { openEventLine, unitOf, type WaitingEvent } from "./event-line.ts";
import { exposureOf, openExposures, type Exposures } from "./exposures.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { openOutbox } from "./outbox.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const EVENTS_PATH = "/sdk/v1/events";

/** What became of every event that was recorded: recorded = stored + dropped + inFlight. An exposure that was told of within the hour is none. */
export interface EventCounts {
  readonly recorded: number;
  /** The server took them, and stores them a moment later; one that is killed meanwhile loses what it counts as in flight itself. */
  readonly stored: number;
  /** Found no room here or there, are none, or could not be sent. */
  readonly dropped: number;
  readonly inFlight: number;
}

/**
 * Shape:  `record` returns at once; an event is sent a second later, or when there are enough of them. An exposure is left out where the
 *         same one (person, flag, variant, value version, path and rule) was told of within the hour.
 *         With the server away the line in front of it fills, and sheds by whose an event is.
 * Errors: nothing throws or rejects; what cannot be sent is dropped, and counted.
 * Source: ADR-0042.
 */
export interface Events {
  record(event: TelemetryEvent): void;
  counts(): EventCounts;
  /** Hears what the server says to events that it took, and which calls were among them (`callKey`); there is one who listens. */
  onAnswer(listener: (answer: unknown, calls: readonly string[]) => void): void;
  /** Sends what was recorded; resolves when it is sent, or an attempt has failed. */
  flush(): Promise<void>;
  /** The same, within a bound, and then no more; what is left counts as dropped. */
  close(): Promise<void>;
}

export type OpenEvents = (ports: EventPorts) => Events;

export type EventPorts = Ports & { readonly schedule: Schedule };

/** Events for the server that the flags come from. */
export function remoteEvents(address: Address): OpenEvents {
  // Leases are for one instance, so that it says which it is.
  return (ports) => openEvents({ instance: drawInstance(ports.random), ...address }, ports);
}

function openEvents(address: Address, ports: EventPorts): Events {
  const exposures = openExposures(ports.clock);
  /** Whoever's exposure was lost is told of with their next one. */
  const forget = ({ exposure }: ReadEvent): void => {
    if (exposure !== undefined) exposures.forget(exposure);
  };
  const line = openEventLine(forget);
  let tell: (answer: unknown, calls: readonly string[]) => void = () => {};
  const onAnswer = (answer: unknown, { calls = [] }: Batch): void => tell(answer, calls);
  const outbox = openOutbox(address, EVENTS_PATH, { ...ports, onAnswer }, () => batchOf(line.take(), forget));
  let refused = 0;
  let cancelRipening: (() => void) | undefined;
  let closed: Promise<void> | undefined;

  const ripen = (): void => {
    cancelRipening?.();
    cancelRipening = undefined;
    line.ripen();
  };

  const sendNow = (): void => {
    ripen();
    outbox.drainLater();
  };

  const end = async (): Promise<void> => {
    ripen();
    await outbox.close();
    line.clear();
  };

  return {
    record(event) {
      const read = outbox.isOpen ? readEvent(event, exposures) : undefined;
      if (read === "told") return;
      if (read === undefined) {
        refused++;
        return;
      }
      if (line.isRequestFullWith(read)) sendNow();
      line.add(read);
      cancelRipening ??= outbox.after(TELEMETRY_LIMITS.gatherEventsMs, sendNow);
    },
    onAnswer: (listener) => void (tell = listener),
    counts() {
      const { stored, dropped, waiting } = outbox.counts();
      const inFlight = line.size + waiting;
      const lost = dropped + line.shed + refused;
      return { recorded: stored + lost + inFlight, stored, dropped: lost, inFlight };
    },
    flush() {
      ripen();
      return outbox.drain();
    },
    close: () => (closed ??= end()),
  };
}

interface ReadEvent extends WaitingEvent {
  readonly exposure: number | undefined;
  /** Where it tells of a call that was made. */
  readonly call: string | undefined;
}

/** What is no JSON, or longer than a request may be, is no event. Most exposures were told of, so they are not written out first. */
function readEvent(event: TelemetryEvent, exposures: Exposures): ReadEvent | "told" | undefined {
  try {
    const exposure = exposureOf(event);
    if (exposure !== undefined && exposures.isTold(exposure)) return "told";
    const text = JSON.stringify(event);
    if (text.length > TELEMETRY_LIMITS.oneEventChars) return undefined;
    const unit = unitOf(event);
    if (exposure !== undefined) exposures.tell(exposure);
    return { text, unit, exposure, call: callOf(event) };
  } catch {
    return undefined;
  }
}

function callOf(event: TelemetryEvent): string | undefined {
  if (event.kind !== "generation" || event.served === undefined || event.errorType === "budget") return undefined;
  return callKey(event.served.flag, event.served.variant, event.attributes);
}

function batchOf(events: readonly ReadEvent[], onDropped: (event: ReadEvent) => void): Batch | undefined {
  if (events.length === 0) return undefined;
  return {
    weight: events.length,
    calls: events.flatMap(({ call }) => call ?? []),
    text: `{"events":[${events.map(({ text }) => text).join(",")}]}`,
    onDropped: () => events.forEach(onDropped),
  };
}
