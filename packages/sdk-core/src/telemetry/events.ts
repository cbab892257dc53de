/** Single events on their way to the server: gathered for a moment, sent in batches, lost before they hold anything up. */

import type { TelemetryEvent } from "@dimmer/protocol";
import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import type { Address } from "../sources/http.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { openOutbox } from "./outbox.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const EVENTS_PATH = "/sdk/v1/events";

/** What became of every event that was recorded: recorded = stored + dropped + inFlight. */
export interface EventCounts {
  readonly recorded: number;
  /** The server took them. */
  readonly stored: number;
  /** Found no room here or there, are none, or could not be sent. */
  readonly dropped: number;
  readonly inFlight: number;
}

/**
 * Shape:  `record` returns at once; an event is sent a second later, or when there are enough of them.
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
  let texts: string[] = [];
  let chars = 0;
  let refused = 0;
  let cancelSeal: (() => void) | undefined;

  const seal = (): void => {
    cancelSeal?.();
    cancelSeal = undefined;
    if (texts.length === 0) return;
    outbox.add({ weight: texts.length, text: `{"events":[${texts.join(",")}]}` });
    texts = [];
    chars = 0;
  };

  const sendNow = (): void => {
    seal();
    outbox.drainLater();
  };

  return {
    record(event) {
      const text = outbox.isOpen ? textOf(event) : undefined;
      if (text === undefined) {
        refused++;
        return;
      }
      if (texts.length >= TELEMETRY_LIMITS.eventsAtOnce || chars + text.length > TELEMETRY_LIMITS.eventChars) sendNow();
      texts.push(text);
      chars += text.length;
      cancelSeal ??= outbox.after(TELEMETRY_LIMITS.gatherEventsMs, sendNow);
    },
    counts() {
      const { stored, dropped, waiting } = outbox.counts();
      const inFlight = texts.length + waiting;
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

/** What is no JSON, or longer than a request may be, is no event. */
function textOf(event: TelemetryEvent): string | undefined {
  try {
    const text = JSON.stringify(event);
    return text.length > TELEMETRY_LIMITS.oneEventChars ? undefined : text;
  } catch {
    return undefined;
  }
}
