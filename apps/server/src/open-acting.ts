/** What acts without anybody asking just now: schedules that come due, webhooks that follow the changes, eval runs that wait, judges, watchers. */

import { lookup } from "node:dns/promises";
import type { Logger } from "pino";
import { openWatching, type Watching } from "./alerts/watch/open-watching.ts";
import { type EvalRunner, openEvalRunner } from "./evals/runner.ts";
import { type Judging, openJudging } from "./judges/judging.ts";
import { openSpendReading } from "./budgets/reading.ts";
import { openSettling } from "./budgets/settle-budgets.ts";
import type { Ledger } from "./budgets/ledger.ts";
import type { Pace } from "./budgets/pace.ts";
import { openPaceWatch } from "./budgets/watch-pace.ts";
import type { Passes } from "./open-passes.ts";
import type { OutboundPolicy } from "./outbound/guard-address.ts";
import type { ManagementPorts } from "./ports.ts";
import { openScheduler, type Scheduler } from "./schedules/scheduler.ts";
import type { HabitStore } from "./telemetry/habit-store.ts";
import type { EventIntake } from "./telemetry/event-intake.ts";
import { type Dispatcher, openDispatcher } from "./webhooks/dispatcher.ts";

export interface Acting {
  readonly scheduler: Scheduler;
  readonly dispatcher: Dispatcher;
  readonly evalRunner: EvalRunner;
  readonly judging: Judging;
  readonly budgets: Passes;
  readonly watching: Watching;
  /** Starts them, once the server is ready. */
  start(): void;
  /** Resolves when what runs has ended; what is still to do is done at the next start. */
  close(): Promise<void>;
}

export interface ActingParts {
  /** Where people find this server. */
  readonly publicUrl: () => string;
  /** Lets webhooks go to addresses inside the server's own network. */
  readonly allowPrivate: boolean;
  /** Where models may be called. */
  readonly models: OutboundPolicy;
  /** What watchers ask what is usual. */
  readonly telemetry: HabitStore;
  /** Takes what judges say. */
  readonly events: EventIntake;
  /** What was spent of budgets, and how fast. */
  readonly ledger: Ledger;
  readonly pace: Pace;
}

export function openActing(ports: ManagementPorts, logger: Logger, parts: ActingParts): Acting {
  const { allowPrivate, models, events, telemetry, ledger, pace, publicUrl } = parts;
  const onFailure = (err: unknown, what: string): void => logger.error({ err, what }, "acting failed");
  const scheduler = openScheduler({ ...ports, setTimer, onFailure });
  const dispatcher = openDispatcher({
    ...ports,
    setTimer,
    onFailure,
    publicUrl,
    outbound: { resolve: resolveHost, allowPrivate, purpose: "webhook" },
  });
  const evalRunner = openEvalRunner({ ...ports, setTimer, onFailure, outbound: models });
  const judging = openJudging({ ...ports, setTimer, onFailure, outbound: models, events });
  const settle = openSettling({ ...ports, ledger });
  const watchPace = openPaceWatch({ ...ports, ledger, pace, told: (project) => ports.committed(project, {}) });
  const budgets = openSpendReading({
    ...ports,
    ledger,
    setTimer,
    onFailure,
    async settle(place) {
      await settle(place);
      await watchPace(place);
    },
  });
  const watching = openWatching({
    ...ports,
    setTimer,
    onFailure,
    telemetry,
    snapshotOf: ({ project, environment }) => ports.hub.held(project, environment)?.snapshot,
    told: (project) => ports.committed(project, {}),
  });
  return {
    scheduler,
    dispatcher,
    evalRunner,
    judging,
    budgets,
    watching,
    start() {
      scheduler.wake();
      dispatcher.wake();
      evalRunner.wake();
      judging.wake();
      budgets.wake();
      watching.wake();
    },
    async close() {
      await watching.close();
      await evalRunner.close();
      await judging.close();
      await budgets.close();
      await scheduler.close();
      await dispatcher.close();
    },
  };
}

/** As the system resolves names, hosts file included. */
export const resolveHost = async (hostname: string): Promise<readonly string[]> =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

/** As Node has them. */
export function setTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}
