/** Single events on their way to the server: gathered for a moment, sent in batches, lost before they hold anything up. */

import type { TelemetryEvent } from "@dimmer/protocol";
import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import type { Address } from "../sources/http.ts";
import { openBatchQueue, type Attempt, type Batch } from "./batch-queue.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { postBatch } from "./post-batch.ts";

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
  let texts: string[] = [];
  let chars = 0;
  let refused = 0;
  let isUnwanted = false;
  let isClosed = false;
  let cancelSeal: (() => void) | undefined;
  const closing = new AbortController();
  // The engine's timer is closed before the last batch is sent.
  const after: Schedule["after"] = (delayMs, run) =>
    isClosed ? ports.setTimer(delayMs, run) : ports.schedule.after(delayMs, run);

  const send = async (batch: Batch): Promise<Attempt> => {
    const attempt = await postBatch(address, EVENTS_PATH, batch, { ...ports, after }, closing.signal);
    if (attempt !== "unknown") return attempt;
    isUnwanted = true;
    return { outcome: "refused" };
  };
  const queue = openBatchQueue({ send, after, random: ports.random });

  const seal = (): void => {
    cancelSeal?.();
    cancelSeal = undefined;
    if (texts.length === 0) return;
    queue.add({ weight: texts.length, text: `{"events":[${texts.join(",")}]}` });
    texts = [];
    chars = 0;
  };

  const sendNow = (): void => {
    seal();
    queue.drainLater();
  };

  return {
    record(event) {
      const text = isClosed || isUnwanted ? undefined : textOf(event);
      if (text === undefined) {
        refused++;
        return;
      }
      if (texts.length >= TELEMETRY_LIMITS.eventsAtOnce || chars + text.length > TELEMETRY_LIMITS.eventChars) sendNow();
      texts.push(text);
      chars += text.length;
      cancelSeal ??= after(TELEMETRY_LIMITS.gatherEventsMs, sendNow);
    },
    counts() {
      const { stored, dropped, waiting } = queue.counts();
      const inFlight = texts.length + waiting;
      return { recorded: stored + dropped + refused + inFlight, stored, dropped: dropped + refused, inFlight };
    },
    flush() {
      seal();
      return queue.drain();
    },
    async close() {
      if (isClosed) return;
      seal();
      isClosed = true;
      let cancel = (): void => {};
      const over = new Promise<void>((resolve) => (cancel = ports.setTimer(TELEMETRY_LIMITS.closeMs, resolve)));
      await Promise.race([queue.drain(), over]);
      cancel();
      closing.abort();
      queue.clear();
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
