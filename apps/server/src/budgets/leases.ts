/** Shares out what is left of budgets among the instances that spend them, a little at a time. */

import { type SpendAttributes, type SpendBudget, spendUnits } from "@dimmer/evaluation";
import { SPEND_LIMITS, type SpendLease } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { KeptEvent } from "../telemetry/event-store.ts";
import { HOUR_MS } from "../telemetry/times.ts";
import { capsOf, unitKey } from "./flag-budgets.ts";
import type { FlagSpend, Ledger, UnitSpend } from "./ledger.ts";
import { periodOf } from "./period.ts";

/** An instance that calls models tells of it every second; one that has told of nothing for so long gives back what it had. */
export const LEASE_MS = 15_000;
/** Units of which leases are out, and instances of each; beyond, the oldest is forgotten. */
const UNITS = 20_000;
const INSTANCES = 2_000;

export interface Leases {
  /**
   * What this instance may spend of the budgets that its events are about.
   *
   * Shape:  of what is left, what others hold is taken off, and the rest is divided by those who spend of it; so all leases together are
   *         never more than what is left. An instance without a name, or with a flag of whose budgets nothing is known yet, gets none.
   * Errors: none.
   */
  lease(place: Place, instance: string | undefined, events: readonly KeptEvent[]): readonly SpendLease[];
}

interface Amounts {
  readonly spent: number;
  readonly off: number;
}

/** Until when an instance holds how much: its lease, and what it may have under way of the ones before. */
interface Hold extends Amounts {
  readonly untilMs: number;
  readonly lease: Amounts;
  /** When what is under way is looked at anew: calls seldom take longer than a lease. */
  readonly lookedAtMs: number;
}

const NOTHING: Amounts = { spent: 0, off: 0 };

export function openLeases({ ledger, clock }: { readonly ledger: Pick<Ledger, "of">; readonly clock: () => number }): Leases {
  const holds = new Map<string, Map<string, Hold>>();

  const holdersOf = (unit: string, now: number): Map<string, Hold> => {
    const all = holds.get(unit) ?? new Map<string, Hold>();
    for (const [name, { untilMs }] of all) if (untilMs <= now) all.delete(name);
    holds.delete(unit);
    holds.set(unit, all);
    dropOldest(holds, UNITS);
    return all;
  };

  const leaseOf = ({ unit, flag, budget, definition, value, told, spend }: Asked, instance: string, now: number): SpendLease => {
    const holders = holdersOf(unit, now);
    const before = holders.get(instance);
    holders.delete(instance);
    const { spentMicroUsd } = spend.unit(budget, value);
    const caps = capsOf(definition);
    const { until } = periodOf(definition.period, now);
    const share = (cap: "spent" | "off"): number => {
      const left = caps[cap] - spentMicroUsd - Array.from(holders.values()).reduce((sum, hold) => sum + hold[cap], 0);
      return Math.max(0, Math.floor(left / (holders.size + 1)));
    };
    const lease = { spent: share("spent"), off: share("off") };
    // What it was given before and has not told of may be under way, whatever it is given now.
    const isDue = before === undefined || before.lookedAtMs <= now;
    const earlier = (isDue ? before?.lease : before) ?? NOTHING;
    const mayBeSpent = (cap: "spent" | "off"): number => Math.max(lease[cap], earlier[cap] - told);
    holders.set(instance, {
      untilMs: now + LEASE_MS,
      spent: mayBeSpent("spent"),
      off: mayBeSpent("off"),
      lease,
      lookedAtMs: isDue ? now + LEASE_MS : before.lookedAtMs,
    });
    dropOldest(holders, INSTANCES);
    const hours = Math.max(1 / 60, (until - now) / HOUR_MS);
    return {
      flag,
      budget,
      value,
      amountMicroUsd: definition.amountMicroUsd,
      microUsd: lease.spent,
      cheaperMicroUsd: definition.cheaper === undefined ? null : lease.off,
      hourlyMicroUsd: Math.max(0, Math.floor((caps.off - spentMicroUsd) / hours / holders.size)),
      forMs: LEASE_MS,
      periodMs: until - now,
      callMicroUsd: Object.fromEntries(Array.from(spend.calls, ([variant, microUsd]) => [variant, Math.ceil(microUsd)])),
    };
  };

  return {
    lease(place, instance, events) {
      if (instance === undefined) return [];
      const now = clock();
      const asked = new Map<string, Asked>();
      const known = new Map<string, FlagSpend | undefined>();
      for (const event of events) {
        const { served, attributes = {} } = event;
        if (served === undefined) continue;
        const { flag } = served;
        if (!known.has(flag)) known.set(flag, ledger.of(place, flag));
        const spend = known.get(flag);
        if (spend === undefined) continue;
        for (const one of unitsOf(place, flag, spend, attributes)) {
          const before = asked.get(one.unit);
          if (before === undefined && asked.size >= SPEND_LIMITS.leases) continue;
          asked.set(one.unit, { ...one, told: (before?.told ?? 0) + costOf(event, one) });
        }
      }
      return Array.from(asked.values(), (one) => leaseOf(one, instance, now));
    },
  };
}

/** What an event tells of a unit's spending. */
function costOf(event: KeptEvent, { budget, definition }: Asked): number {
  if (event.kind !== "generation" || event.costMicroUsd === undefined) return 0;
  const isOf = budget === null ? event.shadow === true : (definition.variant ?? event.served?.variant) === event.served?.variant;
  return isOf ? event.costMicroUsd : 0;
}

interface Asked {
  /** In all of the installation. */
  readonly unit: string;
  readonly flag: string;
  readonly budget: string | null;
  readonly definition: SpendBudget;
  readonly value: UnitSpend["value"];
  readonly spend: FlagSpend;
  /** What these events say was spent of it. */
  readonly told: number;
}

function unitsOf({ project, environment }: Place, flag: string, spend: FlagSpend, attributes: SpendAttributes): readonly Asked[] {
  return Array.from(spend.budgets, ([budget, definition]) =>
    spendUnits({ [budget ?? ""]: definition }, { variant: definition.variant ?? "", attributes }).map(({ value }) => {
      const unit = JSON.stringify([project, environment, flag, unitKey(budget, value)]);
      return { unit, flag, budget, definition, value, spend, told: 0 };
    }),
  ).flat();
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
