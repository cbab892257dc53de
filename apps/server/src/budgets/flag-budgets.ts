/** The budgets of one flag as money sees them: those of its `spend`, and what its shadow may spend in a day. */

import type { Scalar, Snapshot, SnapshotFlag, SpendBudget } from "@dimmer/evaluation";
import type { SpendStage } from "@dimmer/protocol";

/** By name; null is the shadow's. */
export type FlagBudgets = ReadonlyMap<string | null, SpendBudget>;

/** Undefined where the flag has none. */
export function budgetsOf({ spend, shadow }: Pick<SnapshotFlag, "spend" | "shadow">): FlagBudgets | undefined {
  const own = Object.entries(spend ?? {});
  const daily = shadow?.dailyBudgetMicroUsd;
  if (own.length === 0 && daily === undefined) return undefined;
  const ofShadow: SpendBudget | undefined = daily === undefined ? undefined : { period: "day", amountMicroUsd: daily };
  return new Map<string | null, SpendBudget>([...own, ...(ofShadow === undefined ? [] : [[null, ofShadow] as const])]);
}

/** Those of a snapshot that have any, with what they are of. */
export function budgetedFlags(snapshot: Snapshot): readonly (readonly [flag: string, budgets: FlagBudgets])[] {
  const known = seen.get(snapshot);
  if (known !== undefined) return known;
  const found = Object.entries(snapshot.flags).flatMap(([flag, config]) => {
    const budgets = budgetsOf(config);
    return budgets === undefined ? [] : [[flag, budgets] as const];
  });
  seen.set(snapshot, found);
  return found;
}

/** Snapshots are swapped whole, so that each is looked through once. */
const seen = new WeakMap<Snapshot, ReturnType<typeof budgetedFlags>>();

const WARN_AT = 80;
const OFF_AT = 120;

/** Micro-dollars at which the variants other than the cheaper one are spent, and at which everything is. */
export function capsOf({ amountMicroUsd, cheaper, offAt = OFF_AT }: SpendBudget): {
  readonly spent: number;
  readonly off: number;
} {
  const off = cheaper === undefined ? amountMicroUsd : Math.floor((amountMicroUsd * offAt) / 100);
  return { spent: amountMicroUsd, off };
}

/** How far a budget is. */
export function stageOf(budget: SpendBudget, spentMicroUsd: number): SpendStage {
  const { spent, off } = capsOf(budget);
  if (spentMicroUsd >= off) return "off";
  if (spentMicroUsd >= spent) return "spent";
  return spentMicroUsd * 100 >= budget.amountMicroUsd * (budget.warnAt ?? WARN_AT) ? "warned" : "fine";
}

/** A budget and the value of its attribute, as a key. */
export const unitKey = (budget: string | null, value: Scalar | null): string => JSON.stringify([budget, value]);
