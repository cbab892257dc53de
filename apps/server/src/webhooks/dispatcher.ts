/** Follows the logs of changes and notices for every webhook: one message after the other for each, all of them side by side. */

import { setMaxListeners } from "node:events";
import { openPasses } from "../open-passes.ts";
import type { WebhookRecord } from "../storage/webhook-record.ts";
import { deliverNext, type DeliverPorts } from "./deliver.ts";
import { nextMessage } from "./next-message.ts";

/** Messages in flight at once. */
const MAX_IN_FLIGHT = 20;
/** Looks again at least this often, whatever woke it or did not. */
const RECHECK_MS = 30_000;
/** After a store that could not be read or written. */
const RETRY_MS = 5_000;

export interface DispatcherPorts extends Omit<DeliverPorts, "signal"> {
  /** Calls back once; gives what cancels it. */
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly onFailure: (error: unknown, what: string) => void;
}

export interface Dispatcher {
  /** To be called after every change and notice, and when a webhook was made or mended; never waits. */
  wake(): void;
  /** For messages that somebody asks for. */
  readonly ports: DeliverPorts;
  /** Ends what is in flight; it is sent again at the next start. */
  close(): Promise<void>;
}

/**
 * Shape:  the logs are the queue and each webhook's cursors its place in them, so that nothing is lost in memory. A receiver that hangs
 *         holds up its own messages and one place of `MAX_IN_FLIGHT`, for ten seconds.
 * Errors: none; what the store refuses is told to `onFailure` and tried again.
 * Source: ADR-0021; reliability F37.
 */
export function openDispatcher(ports: DispatcherPorts): Dispatcher {
  const closing = new AbortController();
  // Each request in flight listens and leaves when it ends; Node would warn of a leak from the eleventh on.
  setMaxListeners(Infinity, closing.signal);
  const deliverPorts: DeliverPorts = { ...ports, signal: closing.signal };
  const inFlight = new Map<string, Promise<void>>();

  /** Starts whatever may start; gives the milliseconds until something else may. */
  async function startDue(): Promise<number> {
    let waitMs = RECHECK_MS;
    for (const webhook of await ports.store.listActiveWebhooks()) {
      const place = `${webhook.project}/${webhook.id}`;
      const pauseMs = webhook.nextAt - ports.clock();
      if (inFlight.has(place) || closing.signal.aborted) continue;
      if (pauseMs > 0) waitMs = Math.min(waitMs, pauseMs);
      // Whoever ends wakes this again.
      else if (inFlight.size < MAX_IN_FLIGHT) await start(place, webhook);
    }
    return waitMs;
  }

  async function start(place: string, webhook: WebhookRecord): Promise<void> {
    const next = await nextMessage(ports.store, webhook);
    if (next === null) return;
    const end = (isWell: boolean): void => {
      inFlight.delete(place);
      if (isWell) passes.wake();
    };
    const work = deliverNext(deliverPorts, webhook, next).then(
      () => end(true),
      (error: unknown) => {
        // Tried again when the timer comes round: a store that is full must not be asked without a pause.
        ports.onFailure(error, "webhooks");
        end(false);
      },
    );
    inFlight.set(place, work);
  }

  const passes = openPasses({ ...ports, runDue: startDue, retryMs: RETRY_MS, what: "webhooks" });
  return {
    wake: () => passes.wake(),
    ports: deliverPorts,
    async close() {
      closing.abort();
      await passes.close();
      await Promise.all(inFlight.values());
    },
  };
}
