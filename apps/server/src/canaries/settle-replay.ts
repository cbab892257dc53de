/** What becomes of a replay of canary prompts: its result is kept, its budget settled, and an alert raised or resolved. */

import { type Actor, type EvalItem, WATCH_LIMITS } from "@dimmer/protocol";
import { type AlertPorts, raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import { dayOf } from "../connections/connections.ts";
import type { Author } from "../flags/apply-change.ts";
import type { CanaryRecord, CanaryResultRecord, CanaryUsage } from "../storage/canary-record.ts";
import type { CanaryReplay, EvalRunRecord } from "../storage/eval-suite-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { compareReplay, countFailures, scoresByItem } from "./compare-replay.ts";

export const CANARIES: Actor = { kind: "system", id: "canaries", name: "Canary prompts" };
export const EMPTY_USAGE: CanaryUsage = { replays: 0, putOff: 0, costMicroUsd: 0, reservedMicroUsd: 0 };
const KEPT_DAYS = 31;

/** Nobody asked just now, so that it acts by itself, with this one right in this one place. */
export const replayAuthor = ({ project, environment }: EvalRunRecord): Author => ({
  actor: CANARIES,
  grants: [{ role: "canaries", project, environment, rights: ["playground.run"] }],
});

export const putUsage = (tx: StoreTransaction, canary: string, now: number, day: string, usage: CanaryUsage): Promise<void> =>
  tx.putCanaryDay(canary, day, usage, dayOf(now - KEPT_DAYS * DAY_MS));

/** A run that replays a set. */
export type ReplayRun = EvalRunRecord & { readonly canary: CanaryReplay };
export const isReplay = (record: EvalRunRecord): record is ReplayRun => record.canary !== null;

export interface ReplayEnd {
  readonly items: readonly EvalItem[];
  readonly models: readonly string[];
  /** Null where the process that knew is gone: what was held counts as spent. */
  readonly spentMicroUsd: number | null;
  /** Why it did not get to its end. */
  readonly message: string | null;
}

/**
 * Ends a replay, inside the caller's transaction.
 *
 * Shape:  the run goes, and its result stays; of a set that was removed meanwhile nothing does. One that is incomplete raises nothing and
 *         resolves nothing, as silence is no health.
 * Errors: the store's own.
 * Source: ADR-0066.
 */
export async function settleReplay(tx: StoreTransaction, ports: AlertPorts, run: ReplayRun, end: ReplayEnd): Promise<void> {
  await tx.removeEvalRun(run.project, run.id);
  const record = await tx.getCanary(run.project, run.environment, run.canary.id);
  if (record === null) return;
  await settleUsage(tx, ports, run, end.spentMicroUsd);
  const result = await resultOf(tx, ports, record, run, end);
  await tx.putCanaryResult(result, WATCH_LIMITS.results);
  await tell(tx, ports, record, result);
}

async function settleUsage(tx: StoreTransaction, ports: AlertPorts, { canary }: ReplayRun, spent: number | null): Promise<void> {
  if (spent === null) return;
  const usage = (await tx.getCanaryDay(canary.id, canary.day)) ?? EMPTY_USAGE;
  await putUsage(tx, canary.id, ports.clock(), canary.day, {
    ...usage,
    costMicroUsd: usage.costMicroUsd + spent,
    reservedMicroUsd: Math.max(0, usage.reservedMicroUsd - canary.heldMicroUsd),
  });
}

async function resultOf(
  tx: StoreTransaction,
  ports: AlertPorts,
  { id: canary, definition }: CanaryRecord,
  { id, variant, configHash }: ReplayRun,
  { items, models, spentMicroUsd, message }: ReplayEnd,
): Promise<CanaryResultRecord> {
  const reference = await tx.getCanaryReference(canary, variant, configHash);
  const others = await tx.countCanaryVariants(canary);
  const compared = compareReplay(items, reference?.items ?? null, definition, others);
  const isReference = compared.verdict === "reference";
  const kept = scoresByItem(items);
  return {
    canary,
    id,
    variant,
    configHash,
    at: ports.clock(),
    isReference,
    result: {
      ...compared,
      say: message === null ? compared.say : `${compared.say} ${message}`,
      reference: isReference ? null : (reference?.id ?? null),
      models,
      failures: definition.prompts - items.length + countFailures(kept),
      costMicroUsd: spentMicroUsd ?? 0,
    },
    items: kept,
  };
}

async function tell(tx: StoreTransaction, ports: AlertPorts, record: CanaryRecord, result: CanaryResultRecord): Promise<void> {
  const { project, environment, id, definition } = record;
  const { variant, configHash } = result;
  const { verdict, say, models, scores } = result.result;
  const key = `canary ${JSON.stringify([id, variant])}`;
  if (verdict === "steady" || verdict === "better") await settleAlert(tx, ports, { project, key });
  if (verdict !== "worse") return;
  const reference = await tx.getCanaryReference(id, variant, configHash);
  const before = reference?.result.models ?? [];
  const isOther = models.join() !== before.join();
  const why = isOther
    ? `${models.join(", ")} answers, where ${before.join(", ")} did: the provider changed the model behind the name.`
    : "The prompts, the value and the checks are the same as then, and no user is in it: what has changed is the provider's.";
  await raiseAlert(tx, ports, {
    project,
    key,
    kind: "canary-failed",
    severity: "warn",
    environment,
    flag: definition.flag,
    variant,
    title: `${definition.flag}: ${variant} answers the canary prompts of ${definition.name} worse`,
    cause: `${say} ${why}`,
    evidence: {
      canary: id,
      result: result.id,
      reference: reference?.id ?? null,
      models: { before: [...before], now: [...models] },
      scores: scores.map((score) => ({ ...score })),
    },
    action: {
      kind: "change",
      label: `Stop ${variant}: its share gets the fallback`,
      operations: [{ kind: "stop", flag: definition.flag, environment, variant }],
    },
  });
}
