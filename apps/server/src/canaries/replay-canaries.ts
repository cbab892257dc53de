/** Puts replays of canary sets that are due in the line of the runner of suites, each held to what is left of its day. */

import type { JsonValue } from "@dimmer/evaluation";
import { drawId } from "../access/draw-id.ts";
import type { AccessPorts } from "../access/access-ports.ts";
import { dayOf } from "../connections/connections.ts";
import { settingsOf, watchedVariants } from "../drift/watched-variants.ts";
import { callsModel } from "../drills/fallback-health.ts";
import { digestOf } from "../flags/value-digest.ts";
import { openPasses, type Passes } from "../open-passes.ts";
import type { CanaryRecord, CanaryUsage } from "../storage/canary-record.ts";
import type { EvalRunRecord } from "../storage/eval-suite-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { MINUTE_MS } from "../telemetry/times.ts";
import { CANARIES, EMPTY_USAGE, putUsage } from "./settle-replay.ts";

const RECHECK_MS = 5 * MINUTE_MS;
const RETRY_MS = MINUTE_MS;
const AT_ONCE = 20;

export interface CanaryPorts extends AccessPorts {
  readonly onFailure: (error: unknown, what: string) => void;
  /** To be called when a run was put in line. */
  readonly wakeRunner: () => void;
}

/**
 * Errors: none; told to `onFailure` and tried again.
 * Source: ADR-0066.
 */
export function openCanaryWatch(
  ports: CanaryPorts & { readonly setTimer: (ms: number, fire: () => void) => () => void },
): Passes {
  return openPasses({ ...ports, runDue: () => replayDue(ports), retryMs: RETRY_MS, what: "canary prompts" });
}

/** One pass; gives the milliseconds until there may be more. */
export async function replayDue(ports: CanaryPorts): Promise<number> {
  const due = await ports.store.listDueCanaries(ports.clock(), AT_ONCE);
  for (const { project, environment, id } of due)
    await ports.store.transaction(async (tx) => {
      const record = await tx.getCanary(project, environment, id);
      if (record !== null && record.message === null && record.nextAt <= ports.clock()) await replay(tx, ports, record);
    });
  if (due.length > 0) ports.wakeRunner();
  const next = await ports.store.nextCanaryAt();
  return next === null ? RECHECK_MS : Math.min(RECHECK_MS, Math.max(0, next - ports.clock()));
}

/** One run for each live variant; none while those of before go on. */
async function replay(tx: StoreTransaction, ports: CanaryPorts, record: CanaryRecord): Promise<void> {
  const { project, id, definition } = record;
  const now = ports.clock();
  await tx.putCanary({ ...record, nextAt: now + definition.everyMinutes * MINUTE_MS });
  if ((await tx.countCanaryReplays(project, id)) > 0) return;
  if ((await tx.getEvalSuite(project, definition.suite, definition.suiteNumber)) === null) {
    const message = `The suite ${definition.suite} was removed. Make a set of another one.`;
    return await tx.putCanary({ ...record, message });
  }
  const values = await liveValues(tx, record);
  if (values.length === 0) return;
  const day = dayOf(now);
  const usage = (await tx.getCanaryDay(id, day)) ?? EMPTY_USAGE;
  const left = definition.dailyBudgetMicroUsd - usage.costMicroUsd - usage.reservedMicroUsd;
  const heldMicroUsd = Math.floor(left / values.length);
  if (heldMicroUsd < Math.max(1, await lastCost(tx, record, values)))
    return await putUsage(tx, id, now, day, { ...usage, putOff: usage.putOff + 1 });
  for (const { variant, value } of values)
    await tx.putEvalRun(await runOf(tx, ports, record, { variant, value, day, heldMicroUsd }));
  const held: CanaryUsage = {
    ...usage,
    replays: usage.replays + values.length,
    reservedMicroUsd: usage.reservedMicroUsd + heldMicroUsd * values.length,
  };
  await putUsage(tx, id, now, day, held);
}

interface LiveValue {
  readonly variant: string;
  readonly value: JsonValue;
}

/** The live variants that call a model, as they are replayed. */
export async function liveValues(
  store: StoreReader,
  { project, environment, definition: { flag, temperature } }: CanaryRecord,
): Promise<readonly LiveValue[]> {
  const record = await store.getFlag(project, flag);
  if (record === null) return [];
  const watched = watchedVariants(record, environment, { ...settingsOf(record, undefined), isOn: true });
  const places = watched.map(({ variant, valueVersion }) => ({
    flag,
    variant,
    number: valueVersion ?? record.variants[variant]?.latest ?? 1,
  }));
  const values = await store.listValuesAt(project, places);
  return watched.flatMap(({ variant }) => {
    const value = values.find((one) => one.variant === variant)?.value;
    return value === undefined || !callsModel(value) ? [] : [{ variant, value: atTemperature(value, temperature) }];
  });
}

function atTemperature(value: JsonValue, temperature: 0 | null): JsonValue {
  if (temperature === null) return value;
  const config = value as { readonly parameters?: { readonly [name: string]: JsonValue } };
  return { ...config, parameters: { ...config.parameters, temperature } };
}

/** The dearest of the last replays, so that one that would not get to its end is not begun. */
async function lastCost(tx: StoreTransaction, { id }: CanaryRecord, values: readonly LiveValue[]): Promise<number> {
  let most = 0;
  for (const { variant } of values) {
    const [last] = await tx.listCanaryResults(id, variant, 1);
    most = Math.max(most, last?.result.costMicroUsd ?? 0);
  }
  return most;
}

async function runOf(
  tx: StoreTransaction,
  ports: CanaryPorts,
  { project, environment, id, definition }: CanaryRecord,
  { variant, value, day, heldMicroUsd }: LiveValue & { readonly day: string; readonly heldMicroUsd: number },
): Promise<EvalRunRecord> {
  return {
    project,
    id: drawId("evalrun", ports.random),
    sequence: (await tx.lastEvalRunSequence(project)) + 1,
    environment,
    suite: definition.suite,
    suiteNumber: definition.suiteNumber,
    flag: definition.flag,
    variant,
    value,
    configHash: digestOf(value),
    connection: null,
    state: "queued",
    done: 0,
    total: definition.prompts,
    message: null,
    report: null,
    canary: { id, day, heldMicroUsd },
    actor: CANARIES,
    createdAt: ports.clock(),
    startedAt: null,
    endedAt: null,
  };
}
