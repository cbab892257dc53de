/** Acts on what was spent: steps flags down and back, through the write path in a name of its own, and says so by alerts. */

import { type Actor, type ChangeResult, ProblemError } from "@dimmer/protocol";
import { type AlertPorts, raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import { announce, type Author, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import type { BudgetRecord } from "../storage/budget-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { alertsOf, keysOf } from "./budget-alerts.ts";
import type { FlagSpend, Ledger } from "./ledger.ts";
import { periodOf } from "./period.ts";
import { planStepDown } from "./step-down.ts";

export interface SettlePorts extends ChangePorts, AlertPorts {
  readonly ledger: Pick<Ledger, "of" | "flagsIn">;
}

const BUDGETS: Actor = { kind: "system", id: "budgets", name: "Budgets" };

/** It may do this in the one environment, and nothing else. */
const authorIn = ({ project, environment }: Place): Author => ({
  actor: BUDGETS,
  grants: [{ role: "budgets", project, environment, rights: ["rule.edit", "flag.kill", "flag.restore"] }],
});

/** What was refused is tried again after so long, as only a person can mend it. */
const REFUSED_MS = 10 * 60_000;
/** Changes of a flag that are looked through for who stopped a variant last. */
const LOOKED_AT = 200;

/**
 * Shape:  one environment at a time. What a budget does was reviewed with the budget, so that no review holds it up. A change that is
 *         refused, as where a file owns the flag, is in the alert, and the leases hold all the same.
 * Errors: the store's own; a refusal is told in an alert.
 * Source: ADR-0064.
 */
export function openSettling(ports: SettlePorts): (place: Place) => Promise<void> {
  /** What each budget was settled for last: while that is so there is nothing to do, and nothing to say. */
  const settled = new Map<string, LastTime>();

  const settle = async (place: Place, what: Settled): Promise<void> => {
    const key = JSON.stringify([place.project, place.environment, what.flag, what.budget]);
    const last = settled.get(key);
    const now = ports.clock();
    if (last !== undefined && now < last.until && last.for === (await signatureOf(ports, place, what))) return;
    const refusal = await act(ports, place, what);
    const said = await say(ports, place, what, { refusal, said: last?.said });
    const until = refusal === undefined ? Number.POSITIVE_INFINITY : now + REFUSED_MS;
    settled.set(key, { for: await signatureOf(ports, place, what), until, said });
    if (what.spend === undefined) settled.delete(key);
  };

  return async (place) => {
    const flags = ports.ledger.flagsIn(place);
    for (const { flag, budget } of await ports.store.listBudgetSteps(place.project, place.environment))
      if (flags.get(flag)?.has(budget) !== true) await settle(place, { flag, budget, spend: undefined });
    for (const [flag, budgets] of flags) {
      const spend = ports.ledger.of(place, flag);
      if (spend !== undefined) for (const budget of budgets.keys()) await settle(place, { flag, budget, spend });
    }
  };
}

interface LastTime {
  readonly for: string;
  readonly until: number;
  /** Its alerts, as they were told. */
  readonly said: string;
}

interface Settled {
  readonly flag: string;
  readonly budget: string | null;
  /** Undefined where the flag has it no more. */
  readonly spend: FlagSpend | undefined;
}

/** All that what is to be done depends on. */
async function signatureOf({ store, clock }: SettlePorts, place: Place, { flag, budget, spend }: Settled): Promise<string> {
  const definition = spend?.budgets.get(budget) ?? null;
  const revision = (await store.getFlag(place.project, flag))?.environments[place.environment]?.revision ?? null;
  const since = definition === null ? null : periodOf(definition.period, clock()).since;
  return JSON.stringify([definition, revision, since, spend?.stages(budget) ?? null]);
}

/** Shape: why it was refused. */
async function act(ports: SettlePorts, place: Place, what: Settled): Promise<string | undefined> {
  try {
    const result = await ports.store.transaction((tx) => stepDown(tx, ports, place, what));
    if (result !== null) announce(ports, place.project, result);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code === "store-unavailable") throw error;
    return error.message;
  }
}

async function stepDown(tx: StoreTransaction, ports: SettlePorts, place: Place, what: Settled): Promise<ChangeResult | null> {
  const { flag, budget, spend } = what;
  // What a shadow may spend is held by its leases alone.
  if (budget === null) return null;
  const record = await tx.getFlag(place.project, flag);
  const config = record?.environments[place.environment]?.config;
  const key = { ...place, flag, budget };
  const known = (await tx.listBudgetSteps(place.project, place.environment)).find((one) => isOf(one, key));
  if (config === undefined || record?.archivedAt !== null) {
    if (known !== undefined) await tx.removeBudgetSteps(key);
    return null;
  }
  const definition = spend?.budgets.get(budget) ?? null;
  const { operations, after } = planStepDown({
    ...key,
    definition,
    spent: spend?.of(budget) ?? [],
    dear: spend === undefined ? [] : [...spend.calls.keys()].filter((variant) => Object.hasOwn(record.variants, variant)),
    config,
    before: known?.steps ?? null,
    pressed: known === undefined ? [] : await pressedByOthers(tx, place, flag, known),
    since: periodOf(definition?.period ?? "day", ports.clock()).since,
  });
  const isEmpty = after.stopped.length + after.rules.length + after.released.length === 0;
  if (isEmpty && known !== undefined) await tx.removeBudgetSteps(key);
  if (!isEmpty) await tx.putBudgetSteps({ ...key, steps: after });
  if (operations.length === 0) return null;
  const order = { project: place.project, operations, reason: `The budget ${budget}.`, source: "budget" };
  return await carryOut(tx, ports, authorIn(place), { ...order, reviewed: { request: `budget ${budget}`, approvals: [] } });
}

const isOf = (one: BudgetRecord, { flag, budget }: { readonly flag: string; readonly budget: string }): boolean =>
  one.flag === flag && one.budget === budget;

async function pressedByOthers(
  tx: StoreTransaction,
  { project, environment }: Place,
  flag: string,
  { steps }: BudgetRecord,
): Promise<readonly string[]> {
  if (steps.stopped.length === 0) return [];
  const changes = await tx.listChanges(project, { flag, environments: [environment], limit: LOOKED_AT });
  return steps.stopped.filter((variant) => {
    const last = changes.find(({ operations }) =>
      operations.some(
        (one) => one.kind === "stop" && one.flag === flag && one.environment === environment && one.variant === variant,
      ),
    );
    return last !== undefined && last.actor.id !== BUDGETS.id;
  });
}

interface Saying {
  readonly refusal: string | undefined;
  readonly said: string | undefined;
}

/** Says what is new of it; what was said and is so no more is resolved. */
async function say(
  ports: SettlePorts,
  place: Place,
  { flag, budget, spend }: Settled,
  { refusal, said }: Saying,
): Promise<string> {
  const alerts = spend === undefined ? [] : alertsOf(place, flag, budget, spend, refusal);
  const now = JSON.stringify(alerts.map(({ key, severity }) => [key, severity, spend?.stages(budget)]));
  if (now === said) return now;
  await ports.store.transaction(async (tx) => {
    for (const alert of alerts) await raiseAlert(tx, ports, alert);
    for (const key of keysOf(place, flag, budget))
      if (!alerts.some((alert) => alert.key === key)) await settleAlert(tx, ports, { project: place.project, key });
  });
  // Whoever follows the notices.
  ports.committed(place.project, {});
  return now;
}
