/** What acts without anybody asking just now: schedules that come due, webhooks that follow the changes, eval runs that wait, judges, watchers. */

import { lookup } from "node:dns/promises";
import type { Logger } from "pino";
import { openWatching, type Watching } from "./alerts/watch/open-watching.ts";
import type { Ledger } from "./budgets/ledger.ts";
import type { Pace } from "./budgets/pace.ts";
import { openSpendReading } from "./budgets/reading.ts";
import { openSettling } from "./budgets/settle-budgets.ts";
import { openPaceWatch } from "./budgets/watch-pace.ts";
import { openCanaryWatch } from "./canaries/replay-canaries.ts";
import { openDriftWatch } from "./drift/drift-watch.ts";
import { openDrillWatch } from "./drills/drill-watch.ts";
import { fallbackHealth } from "./drills/fallback-health.ts";
import { type EvalRunner, openEvalRunner } from "./evals/runner.ts";
import { type ExperimentWatch, openExperimentWatch } from "./experiments/watching.ts";
import { type Judging, openJudging } from "./judges/judging.ts";
import type { Passes } from "./open-passes.ts";
import type { OutboundPolicy } from "./outbound/guard-address.ts";
import type { ManagementPorts } from "./ports.ts";
import { openRolloutController, type RolloutController } from "./rollouts/controller.ts";
import { holdRollouts } from "./rollouts/hold-rollouts.ts";
import { openScheduler, type Scheduler } from "./schedules/scheduler.ts";
import type { EventIntake } from "./telemetry/event-intake.ts";
import type { EventStore } from "./telemetry/event-store.ts";
import type { HabitStore } from "./telemetry/habit-store.ts";
import { type Dispatcher, openDispatcher } from "./webhooks/dispatcher.ts";

export interface Acting {
  readonly scheduler: Scheduler;
  readonly dispatcher: Dispatcher;
  readonly evalRunner: EvalRunner;
  readonly judging: Judging;
  readonly rollouts: RolloutController;
  readonly experiments: ExperimentWatch;
  readonly watching: Watching;
  readonly budgets: Passes;
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
  /** What rollouts are decided on, what is watched, and what is usual there. */
  readonly telemetry: EventStore & HabitStore;
  /** What was spent of budgets, and how fast. */
  readonly ledger: Ledger;
  readonly pace: Pace;
  /** Takes what judges say. */
  readonly events: EventIntake;
}

export function openActing(ports: ManagementPorts, logger: Logger, parts: ActingParts): Acting {
  const { allowPrivate, models, events, telemetry, ledger, pace, publicUrl } = parts;
  const onFailure = (err: unknown, what: string): void => logger.error({ err, what }, "acting failed");
  const passing = { ...ports, setTimer, onFailure };
  const scheduler = openScheduler(passing);
  const dispatcher = openDispatcher({
    ...passing,
    publicUrl,
    outbound: { resolve: resolveHost, allowPrivate, purpose: "webhook" },
  });
  const evalRunner = openEvalRunner({ ...passing, outbound: models });
  const judging = openJudging({ ...passing, outbound: models, events });
  const told = (project: string): void => ports.committed(project, {});
  const settle = openSettling({ ...ports, ledger });
  const watchPace = openPaceWatch({ ...ports, ledger, pace, told });
  const budgets = openSpendReading({
    ...passing,
    ledger,
    async settle(place) {
      await settle(place);
      await watchPace(place);
    },
  });
  const watching = openWatching({
    ...passing,
    telemetry,
    snapshotOf: ({ project, environment }) => ports.hub.held(project, environment)?.snapshot,
    told,
  });
  const driftWatch = openDriftWatch({
    ...passing,
    events: telemetry,
    fallbackHealth: (place, flag) => fallbackHealth({ ...ports, events: telemetry }, place, flag),
    holdRollouts: (tx, trouble) => holdRollouts(tx, ports, trouble),
  });
  const drillWatch = openDrillWatch({ ...passing, events: telemetry });
  const canaryWatch = openCanaryWatch({ ...passing, wakeRunner: () => evalRunner.wake() });
  const rollouts = openRolloutController({ ...passing, telemetry, events });
  const experiments = openExperimentWatch({ ...passing, telemetry });
  // In the order in which they end: what tells others of it comes last.
  const all = [
    canaryWatch,
    watching,
    driftWatch,
    drillWatch,
    evalRunner,
    judging,
    budgets,
    rollouts,
    experiments,
    scheduler,
    dispatcher,
  ];
  return {
    scheduler,
    dispatcher,
    evalRunner,
    judging,
    rollouts,
    experiments,
    watching,
    budgets,
    drillWatch,
    canaryWatch,
    start() {
      for (const one of all) one.wake();
    },
    async close() {
      for (const one of all) await one.close();
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
