/** The way of telemetry to the server: a queue in front of one path, on the engine's timer while there is one, and a bounded end. */

import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import type { Address } from "../sources/http.ts";
import { openBatchQueue, type Attempt, type Batch, type BatchCounts } from "./batch-queue.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { postBatch, type PostPorts } from "./post-batch.ts";

export interface Outbox {
  /** Whether anything is still taken: not after the close, nor by a server that does not know the path. */
  readonly isOpen: boolean;
  readonly after: Schedule["after"];
  add(batch: Batch): void;
  /** Sends what waits, unless the server is being left alone for a while. */
  drainLater(): void;
  /** Sends what waits at once; resolves when nothing does, or an attempt has failed. */
  drain(): Promise<void>;
  counts(): BatchCounts;
  /** Sends what waits within a bound, and gives up the rest; may be called twice. */
  close(): Promise<void>;
}

export type OutboxPorts = Ports & { readonly schedule: Schedule } & Pick<PostPorts, "onAnswer">;

/** Shape: `next` is asked for a batch when none waits; nothing may be added then. */
export function openOutbox(address: Address, path: string, ports: OutboxPorts, next?: () => Batch | undefined): Outbox {
  let isUnwanted = false;
  // Until a server, or a proxy before it, does not take it.
  let { compress } = ports;
  let isClosed = false;
  const closing = new AbortController();
  // The engine's timer is closed before the last batch is sent.
  const after: Schedule["after"] = (delayMs, run) =>
    isClosed ? ports.setTimer(delayMs, run) : ports.schedule.after(delayMs, run);

  const send = async (batch: Batch): Promise<Attempt> => {
    if (isUnwanted) return { outcome: "refused" };
    const attempt = await postBatch(address, path, batch, { ...ports, after, compress }, closing.signal);
    if (attempt === "uncompressed") {
      compress = undefined;
      return await send(batch);
    }
    if (attempt !== "unknown") return attempt;
    isUnwanted = true;
    return { outcome: "refused" };
  };
  const queue = openBatchQueue({ next, send, after, random: ports.random });

  return {
    get isOpen() {
      return !isUnwanted && !isClosed;
    },
    after,
    add: (batch) => queue.add(batch),
    drainLater: () => queue.drainLater(),
    drain: () => queue.drain(),
    counts: () => queue.counts(),
    async close() {
      if (isClosed) return;
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
