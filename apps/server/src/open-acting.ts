/** What acts without anybody asking just now: schedules that come due, webhooks that follow the changes, eval runs that wait, judges, and what is watched. */

import { lookup } from "node:dns/promises";
import type { Logger } from "pino";
import type { HoldRollouts } from "./drift/act-on-drift.ts";
import { openDriftWatch } from "./drift/drift-watch.ts";
import { fallbackHealth } from "./drills/fallback-health.ts";
import { type EvalRunner, openEvalRunner } from "./evals/runner.ts";
import { type Judging, openJudging } from "./judges/judging.ts";
import type { Passes } from "./open-passes.ts";
import type { OutboundPolicy } from "./outbound/guard-address.ts";
import type { ManagementPorts } from "./ports.ts";
import { openRolloutController, type RolloutController } from "./rollouts/controller.ts";
import { openScheduler, type Scheduler } from "./schedules/scheduler.ts";
import type { EventIntake } from "./telemetry/event-intake.ts";
import type { EventStore } from "./telemetry/event-store.ts";
import { type Dispatcher, openDispatcher } from "./webhooks/dispatcher.ts";

export interface Acting {
  readonly scheduler: Scheduler;
  readonly dispatcher: Dispatcher;
  readonly evalRunner: EvalRunner;
  readonly judging: Judging;
  readonly driftWatch: Passes;
  readonly rollouts: RolloutController;
  /** Starts them, once the server is ready. */
  start(): void;
  /** Resolves when what runs has ended; what is still to do is done at the next start. */
  close(): Promise<void>;
}

export interface ActingParts {
  /** Lets webhooks go to addresses inside the server's own network. */
  readonly allowPrivate: boolean;
  /** Where models may be called. */
  readonly models: OutboundPolicy;
  /** Takes what judges say. */
  readonly events: EventIntake;
  /** What is watched. */
  /** What rollouts are decided on. */
  readonly telemetry: EventStore;
}

export function openActing(
  ports: ManagementPorts,
  logger: Logger,
  { allowPrivate, models, events, telemetry }: ActingParts,
): Acting {
  const onFailure = (err: unknown, what: string): void => logger.error({ err, what }, "acting failed");
  const scheduler = openScheduler({ ...ports, setTimer, onFailure });
  const dispatcher = openDispatcher({
    ...ports,
    setTimer,
    onFailure,
    outbound: { resolve: resolveHost, allowPrivate, purpose: "webhook" },
  });
  const evalRunner = openEvalRunner({ ...ports, setTimer, onFailure, outbound: models });
  const judging = openJudging({ ...ports, setTimer, onFailure, outbound: models, events });
  const driftWatch = openDriftWatch({
    ...ports,
    setTimer,
    onFailure,
    events: telemetry,
    fallbackHealth: (place, flag) => fallbackHealth({ ...ports, events: telemetry }, place, flag),
    holdRollouts: NOTHING_RAMPS,
  });
  const rollouts = openRolloutController({ ...ports, setTimer, onFailure, telemetry, events });
  return {
    scheduler,
    dispatcher,
    evalRunner,
    judging,
    driftWatch,
    rollouts,
    start() {
      scheduler.wake();
      dispatcher.wake();
      evalRunner.wake();
      judging.wake();
      driftWatch.wake();
      rollouts.wake();
    },
    async close() {
      await evalRunner.close();
      await judging.close();
      await driftWatch.close();
      await rollouts.close();
      await scheduler.close();
      await dispatcher.close();
    },
  };
}

/** Rollouts are not there yet: an alarm has its suggested action, and holds nothing. */
const NOTHING_RAMPS: HoldRollouts = () => Promise.resolve();

/** As the system resolves names, hosts file included. */
export const resolveHost = async (hostname: string): Promise<readonly string[]> =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

function setTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}
