/** What acts without anybody asking just now: schedules that come due, webhooks that follow the changes. */

import { lookup } from "node:dns/promises";
import type { Logger } from "pino";
import type { ManagementPorts } from "./ports.ts";
import { openScheduler, type Scheduler } from "./schedules/scheduler.ts";
import { type Dispatcher, openDispatcher } from "./webhooks/dispatcher.ts";

export interface Acting {
  readonly scheduler: Scheduler;
  readonly dispatcher: Dispatcher;
  /** Starts both, once the server is ready. */
  start(): void;
  /** Resolves when what runs has ended; what is still to do is done at the next start. */
  close(): Promise<void>;
}

/** Shape: `allowPrivate` lets webhooks go to addresses inside the server's own network. */
export function openActing(ports: ManagementPorts, logger: Logger, { allowPrivate }: { readonly allowPrivate: boolean }): Acting {
  const onFailure = (err: unknown, what: string): void => logger.error({ err, what }, "acting failed");
  const scheduler = openScheduler({ ...ports, setTimer, onFailure });
  const dispatcher = openDispatcher({
    ...ports,
    setTimer,
    onFailure,
    outbound: { resolve: resolveHost, allowPrivate, purpose: "webhook" },
  });
  return {
    scheduler,
    dispatcher,
    start() {
      scheduler.wake();
      dispatcher.wake();
    },
    async close() {
      await scheduler.close();
      await dispatcher.close();
    },
  };
}

/** As the system resolves names, hosts file included. */
export const resolveHost = async (hostname: string): Promise<readonly string[]> =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

function setTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}
