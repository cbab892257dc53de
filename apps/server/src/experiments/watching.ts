/** Looks after the experiments that run: the planned read, their end by time, alerts, and a bandit's weights. */

import type { ExperimentResult, ExperimentVerdict } from "@dimmer/protocol";
import { raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import type { ChangePorts } from "../flags/apply-change.ts";
import { blockOf } from "../flags/project-state.ts";
import { openPasses } from "../open-passes.ts";
import type { ExperimentRecord, ResultMaterial } from "../storage/experiment-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { DAY_MS, MINUTE_MS } from "../telemetry/times.ts";
import { analyseMaterial, gatherMaterial, hasStarted, peopleIn, type StartedExperiment } from "./ask-people.ts";
import { endIn, keepResult } from "./end-experiment.ts";
import { endsAt } from "./experiments.ts";
import { giveWeights, ROBOT } from "./give-weights.ts";

/** Each experiment is looked at so often: a look is a question to the telemetry store. */
const LOOK_MS = 10 * MINUTE_MS;
const RETRY_MS = MINUTE_MS;

export interface WatchPorts extends ChangePorts {
  readonly telemetry: Pick<EventStore, "experiment">;
}

export interface WatchPassPorts extends WatchPorts {
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly onFailure: (error: unknown, what: string) => void;
}

export interface ExperimentWatch {
  /** To be called at the start of the server, and when an experiment starts. */
  wake(): void;
  close(): Promise<void>;
}

/**
 * Errors: none; one whose people cannot be asked for is looked at again at the next pass, and the others are looked at all the same.
 * Source: ADR-0065.
 */
export function openExperimentWatch(ports: WatchPassPorts): ExperimentWatch {
  const lookedAt = new Map<string, number>();
  async function runDue(): Promise<number> {
    const running = await ports.store.listRunningExperiments();
    for (const id of lookedAt.keys()) if (!running.some((record) => record.id === id)) lookedAt.delete(id);
    for (const record of running) {
      const now = ports.clock();
      if (now - (lookedAt.get(record.id) ?? Number.NEGATIVE_INFINITY) < LOOK_MS) continue;
      try {
        await lookAfterExperiment(ports, record);
        lookedAt.set(record.id, now);
      } catch (error) {
        ports.onFailure(error, `experiment ${record.id}`);
      }
    }
    return running.length === 0 ? LOOK_MS : RETRY_MS;
  }
  return openPasses({ ...ports, runDue, retryMs: RETRY_MS, what: "experiments" });
}

/**
 * One look.
 *
 * Shape:  whatever it does is one transaction, on the record as it is then: a person who ended it meanwhile has the last word.
 * Errors: `ProblemError`: telemetry-unavailable, question-too-large; the store's own.
 */
export async function lookAfterExperiment(ports: WatchPorts, record: ExperimentRecord): Promise<void> {
  if (!hasStarted(record)) return;
  const now = ports.clock();
  const isGone = !(await isServed(ports, record));
  const material = await gatherMaterial(ports, record, now);
  const isOver = now >= (endsAt(record.body) ?? now);
  await ports.store.transaction(async (tx) => {
    const current = await tx.getExperiment(record.project, record.id);
    if (current === null || current.state !== "running" || !hasStarted(current)) return;
    if (isGone || isOver) {
      const { record: over, result } = await endIn(tx, ports, ROBOT, current, { why: isGone ? "flag-gone" : "time", material });
      if (result !== null) await tell(tx, ports, over, result, current.body.latest?.verdict);
      return;
    }
    await note(tx, ports, current, material, now);
  });
  if (record.body.definition.bandit !== null && !isGone && !isOver) await giveWeights(ports, record, material, now);
}

async function isServed({ store }: WatchPorts, { project, environment, flag }: ExperimentRecord): Promise<boolean> {
  const found = await store.getFlag(project, flag);
  return found !== null && found.archivedAt === null && blockOf(found, environment) !== undefined;
}

/** Keeps the planned read where it is due, and the newest headline: no new revision, as nobody edited anything. */
async function note(
  tx: StoreTransaction,
  ports: WatchPorts,
  record: StartedExperiment,
  material: ResultMaterial,
  now: number,
): Promise<void> {
  const result = isPlannedReadDue(record, material, now)
    ? await keepResult(tx, record, { ...material, planned: material.statistics }, "planned", now)
    : analyseMaterial(record, material, null, now);
  const { verdict, say } = result;
  await tx.putExperiment({ ...record, body: { ...record.body, latest: { verdict, say, at: now } } });
  await tell(tx, ports, record, result, record.body.latest?.verdict);
}

/** Both the people and the whole weeks: the first week that has enough people may have no weekend. */
function isPlannedReadDue(
  { body: { started, definition } }: StartedExperiment,
  { statistics, planned }: ResultMaterial,
  now: number,
) {
  if (planned !== null || started.people === null || definition.bandit !== null) return false;
  return peopleIn(statistics) >= started.people && now - started.at >= (started.days ?? 0) * DAY_MS;
}

const READY: readonly ExperimentVerdict[] = ["winner", "harm", "no-difference", "inconclusive"];

export const experimentAlerts = (id: string) => ({
  sampleRatio: `experiment-sample-ratio/${id}`,
  ready: `experiment-ready/${id}`,
});

/** A mismatch as long as it stands; that one is ready once, when its verdict changes. */
async function tell(
  tx: StoreTransaction,
  ports: WatchPorts,
  { project, environment, flag, id, body }: StartedExperiment,
  { verdict, say, sampleRatio, people, ship }: ExperimentResult,
  before: ExperimentVerdict | undefined,
): Promise<void> {
  const keys = experimentAlerts(id);
  const { name } = body.definition;
  const about = { project, environment, flag };
  const action = { kind: "page", label: "Look at the result", path: `/projects/${project}/experiments/${id}` } as const;
  if (sampleRatio.isFlagged)
    await raiseAlert(tx, ports, {
      ...about,
      key: keys.sampleRatio,
      kind: "experiment-sample-ratio",
      severity: "warn",
      title: `${name}: people are not split as planned`,
      cause: `${say} Nothing else of it is to be believed until that is explained.`,
      evidence: {
        logEvidence: sampleRatio.logEvidence,
        flaggedAt: sampleRatio.flaggedAt,
        people: people.map((one) => ({ ...one })),
      },
      action,
    });
  else await settleAlert(tx, ports, { project, key: keys.sampleRatio });
  if (READY.includes(verdict) && verdict !== before)
    await raiseAlert(tx, ports, {
      ...about,
      key: keys.ready,
      kind: "experiment-ready",
      severity: "note",
      ...(ship === null ? {} : { variant: ship }),
      title: `${name}: there is a result`,
      cause: say,
      evidence: { verdict, ship },
      action,
    });
}
