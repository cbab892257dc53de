/** What acts without anybody asking just now: schedules that come due, webhooks that follow the changes, eval runs that wait, judges, watchers. */

import { lookup } from "node:dns/promises";
import type { Logger } from "pino";
import { openWatching, type Watching } from "./alerts/watch/open-watching.ts";
import { openCanaryWatch } from "./canaries/replay-canaries.ts";
import type { HoldRollouts } from "./drift/act-on-drift.ts";
import { openDriftWatch } from "./drift/drift-watch.ts";
import { openDrillWatch } from "./drills/drill-watch.ts";
import { fallbackHealth } from "./drills/fallback-health.ts";
import { type EvalRunner, openEvalRunner } from "./evals/runner.ts";
import { type Judging, openJudging } from "./judges/judging.ts";
import type { Passes } from "./open-passes.ts";
import type { OutboundPolicy } from "./outbound/guard-address.ts";
import type { ManagementPorts } from "./ports.ts";
import { openScheduler, type Scheduler } from "./schedules/scheduler.ts";
import type { HabitStore } from "./telemetry/habit-store.ts";
import type { EventIntake } from "./telemetry/event-intake.ts";
import type { EventStore } from "./telemetry/event-store.ts";
import { type Dispatcher, openDispatcher } from "./webhooks/dispatcher.ts";

export interface Acting {
  readonly scheduler: Scheduler;
  readonly dispatcher: Dispatcher;
  readonly evalRunner: EvalRunner;
  readonly judging: Judging;
  readonly watching: Watching;
  readonly driftWatch: Passes;
  readonly drillWatch: Passes;
  readonly canaryWatch: Passes;
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
  /** Takes what judges say. */
  readonly events: EventIntake;
  /** What watchers ask: what is usual, and what is. */
  readonly telemetry: EventStore & HabitStore;
}

export function openActing(ports: ManagementPorts, logger: Logger, parts: ActingParts): Acting {
  const { allowPrivate, models, events, telemetry, publicUrl } = parts;
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
  const watching = openWatching({
    ...ports,
    setTimer,
    onFailure,
    telemetry,
    snapshotOf: ({ project, environment }) => ports.hub.held(project, environment)?.snapshot,
    told: (project) => ports.committed(project, {}),
  });
  const driftWatch = openDriftWatch({
    ...ports,
    setTimer,
    onFailure,
    events: telemetry,
    fallbackHealth: (place, flag) => fallbackHealth({ ...ports, events: telemetry }, place, flag),
    holdRollouts: NOTHING_RAMPS,
  });
  const drillWatch = openDrillWatch({ ...ports, setTimer, onFailure, events: telemetry });
  const canaryWatch = openCanaryWatch({ ...ports, setTimer, onFailure, wakeRunner: () => evalRunner.wake() });
  return {
    scheduler,
    dispatcher,
    evalRunner,
    judging,
    watching,
    driftWatch,
    drillWatch,
    canaryWatch,
    start() {
      scheduler.wake();
      dispatcher.wake();
      evalRunner.wake();
      judging.wake();
      driftWatch.wake();
      drillWatch.wake();
      canaryWatch.wake();
      watching.wake();
    },
    async close() {
      await canaryWatch.close();
      await watching.close();
      await evalRunner.close();
      await judging.close();
      await driftWatch.close();
      await drillWatch.close();
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

/** As Node has them. */
export function setTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}
