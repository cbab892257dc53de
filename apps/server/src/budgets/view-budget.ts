/** Budgets as the API shows them: what they are, what was spent, and where that leads. */

import type { SpendBudget } from "@dimmer/evaluation";
import { type BudgetView, SPEND_LIMITS } from "@dimmer/protocol";
import type { Place, SnapshotHub } from "../delivery/snapshot-hub.ts";
import { stageOf } from "./flag-budgets.ts";
import type { FlagSpend, Ledger, UnitSpend } from "./ledger.ts";
import type { Pace } from "./pace.ts";
import { periodOf } from "./period.ts";

export interface BudgetPorts {
  readonly hub: Pick<SnapshotHub, "current">;
  readonly ledger: Pick<Ledger, "of" | "read" | "flagsIn">;
  readonly pace: Pick<Pace, "of">;
  readonly clock: () => number;
}

/** Errors: those of the telemetry store, where something was not read yet. */
export async function viewBudgets(ports: BudgetPorts, place: Place, flag?: string): Promise<readonly BudgetView[]> {
  const { hub, ledger } = ports;
  await hub.current(place.project, place.environment);
  await ledger.read(place);
  return Array.from(ledger.flagsIn(place)).flatMap(([name, budgets]) => {
    const spend = flag === undefined || flag === name ? ledger.of(place, name) : undefined;
    if (spend === undefined) return [];
    return Array.from(budgets, ([budget, definition]) => viewBudget(ports, place, { flag: name, budget, definition, spend }));
  });
}

interface Shown {
  readonly flag: string;
  readonly budget: string | null;
  readonly definition: SpendBudget;
  readonly spend: FlagSpend;
}

function viewBudget({ pace, clock }: BudgetPorts, place: Place, { flag, budget, definition, spend }: Shown): BudgetView {
  const { since, until } = periodOf(definition.period, clock());
  const all: readonly UnitSpend[] = definition.attribute === undefined ? [spend.unit(budget, null)] : spend.of(budget);
  const { burns = null, forecast = null } = pace.of(place, flag, budget) ?? {};
  return {
    flag,
    budget,
    definition,
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    spent: all.slice(0, SPEND_LIMITS.shown).map(({ value, spentMicroUsd, calls, unpriced }) => ({
      value,
      spentMicroUsd,
      calls,
      unpriced,
      stage: stageOf(definition, spentMicroUsd),
    })),
    others: Math.max(0, all.length - SPEND_LIMITS.shown),
    burns,
    forecast,
  };
}
