/** Says that a budget burns too fast, or will not last: an alert while it is so. */

import { sayDollars, saySpend } from "@dimmer/evaluation";
import type { Store } from "../storage/store.ts";
import { type AlertPorts, raiseAlert, type RaisedAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import { HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import { pageOf } from "./budget-alerts.ts";
import type { Ledger } from "./ledger.ts";
import type { BudgetPace, Pace } from "./pace.ts";

/** Between two looks, and between two times that what is still so is said. */
const LOOK_EVERY_MS = 5 * MINUTE_MS;
const AGAIN_MS = HOUR_MS;
const OVER_LIKELY = 0.5;

export interface WatchPacePorts extends AlertPorts {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "of" | "flagsIn">;
  readonly pace: Pace;
  /** Wakes whoever follows the notices of a project. */
  readonly told: (project: string) => void;
}

/** Errors: the stores' own. Source: ADR-0064. */
export function openPaceWatch(ports: WatchPacePorts): (place: Place) => Promise<void> {
  const lookedAt = new Map<string, number>();
  const saidLast = new Map<string, { readonly at: number; readonly severity: string }>();

  return async (place) => {
    const name = JSON.stringify([place.project, place.environment]);
    if (ports.clock() - (lookedAt.get(name) ?? Number.NEGATIVE_INFINITY) < LOOK_EVERY_MS) return;
    lookedAt.set(name, ports.clock());
    for (const [flag, budgets] of ports.ledger.flagsIn(place)) {
      await ports.pace.look(place, flag, budgets);
      for (const budget of budgets.keys()) {
        const pace = ports.pace.of(place, flag, budget);
        if (pace !== undefined) for (const found of findingsOf(ports, place, flag, budget, pace)) await say(place, found);
      }
    }
  };

  async function say({ project }: Place, { key, alert }: Finding): Promise<void> {
    const name = JSON.stringify([project, key]);
    const last = saidLast.get(name);
    const at = ports.clock();
    if (alert === undefined && !(await stands(project, key))) return;
    if (alert !== undefined && last?.severity === alert.severity && at - last.at < AGAIN_MS) return;
    await ports.store.transaction(async (tx) => {
      if (alert === undefined) await settleAlert(tx, ports, { project, key });
      else await raiseAlert(tx, ports, alert);
    });
    if (alert === undefined) saidLast.delete(name);
    else saidLast.set(name, { at, severity: alert.severity });
    ports.told(project);
  }

  async function stands(project: string, key: string): Promise<boolean> {
    const newest = await ports.store.newestAlert(project, key);
    return newest !== null && newest.state !== "resolved";
  }
}

/** Shape: without an alert it is not so. */
interface Finding {
  readonly key: string;
  readonly alert: RaisedAlert | undefined;
}

function findingsOf(
  { ledger }: WatchPacePorts,
  place: Place,
  flag: string,
  budget: string | null,
  { burns, forecast }: BudgetPace,
): readonly Finding[] {
  const definition = ledger.of(place, flag)?.budgets.get(budget);
  const name = budget === null ? `The shadow of ${flag}` : `The budget ${budget} of ${flag}`;
  const keyOf = (kind: string): string => `${kind}:${place.environment}:${flag}:${budget ?? ""}`;
  const [burning, lasting] = [keyOf("budget-burn"), keyOf("budget-forecast")];
  const [burn] = burns;
  const isOver = forecast !== null && forecast.chanceOver > OVER_LIKELY;
  if (definition === undefined) return [];
  const common = {
    ...place,
    flag,
    action: { kind: "page", label: "Look at the budget", path: pageOf(place, flag) },
  } as const;
  return [
    {
      key: burning,
      alert: burn && {
        ...common,
        key: burning,
        kind: "budget-burn",
        severity: burn.severity,
        title: `${name} burns too fast in ${place.environment}`,
        cause: `In the last ${burn.hours} h it was spent ${burn.rate.toFixed(1)} times as fast as would last: ${saySpend(definition)}.`,
        evidence: { burns: burns.map((one) => ({ ...one })) },
      },
    },
    {
      key: lasting,
      alert: isOver
        ? {
            ...common,
            key: lasting,
            kind: "budget-warning",
            severity: "warn",
            title: `${name} will not last in ${place.environment}`,
            cause: `By how weeks usually go and this one does, the ${definition.period} will come to ${sayDollars(forecast.totalMicroUsd)}, of ${saySpend(definition)}.`,
            evidence: { ...forecast },
          }
        : undefined,
    },
  ];
}
