/** Budgets in dollars: what an instance of an app may spend for a while, and how budgets stand. */

import { z } from "zod";
import type { SpendBudget } from "@dimmer/evaluation";

export const SPEND_LIMITS = {
  /** Leases of one answer; values of attributes that one answer is about count among them. */
  leases: 200,
  /** Values of one attribute that are added up in a period, the dearest of them where there are more. */
  values: 5_000,
  /** Of them, how many are named to whoever looks, and how many a rule steps down. */
  shown: 100,
  steppedDown: 100,
} as const;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const microUsd = z.int();

/**
 * What one instance may spend of a budget until another lease comes, with every answer to its events.
 *
 * Shape:  `budget` null is the flag's shadow; `value` is that of the budget's attribute, where it has one. Once it is over, an instance
 *         that hears nothing goes on at `hourlyMicroUsd`, which is the pace that lasts to the period's end.
 * Source: ADR-0064.
 */
export interface SpendLease {
  readonly flag: string;
  readonly budget: string | null;
  readonly value: string | number | boolean | null;
  /** Of the budget as the server knows it: a lease on another amount is none. */
  readonly amountMicroUsd: number;
  readonly microUsd: number;
  /** The same for the budget's `cheaper` variant; null where it has none. */
  readonly cheaperMicroUsd: number | null;
  readonly hourlyMicroUsd: number;
  readonly forMs: number;
  /** Until the period ends. */
  readonly periodMs: number;
  /** Variant → what a call has cost of late. */
  readonly callMicroUsd: Readonly<Record<string, number>>;
}

export const SpendLeasePart: z.ZodType<SpendLease> = z
  .object({
    flag: z.string(),
    budget: z.string().nullable().describe("Null for the flag's shadow."),
    value: scalar.nullable().describe("Of the budget's attribute."),
    amountMicroUsd: microUsd,
    microUsd: microUsd.describe("What this instance may still spend."),
    cheaperMicroUsd: microUsd.nullable(),
    hourlyMicroUsd: microUsd.describe("What it may spend once the lease is over and no other came."),
    forMs: z.int(),
    periodMs: z.int(),
    callMicroUsd: z.record(z.string(), microUsd).describe("Variant → what a call has cost of late."),
  })
  .meta({ id: "SpendLease" });

/** Of how much of a budget was spent: `spent` is at its amount, `off` where even the cheaper variant is. */
export const SPEND_STAGES = ["fine", "warned", "spent", "off"] as const;
export type SpendStage = (typeof SPEND_STAGES)[number];

/** One budget, or one value of its attribute, in the present period. */
export interface SpendStatus {
  readonly value: string | number | boolean | null;
  readonly spentMicroUsd: number;
  readonly calls: number;
  /** Of them, those whose cost is not known. */
  readonly unpriced: number;
  readonly stage: SpendStage;
}

/** How fast a budget is spent, where that is too fast: a window and how many times the even pace. */
export interface BudgetBurn {
  readonly severity: "page" | "warn";
  readonly hours: number;
  readonly rate: number;
}

/** What the whole period will come to, by how weeks usually go; and the chance that it is more than the amount. */
export interface BudgetForecast {
  readonly totalMicroUsd: number;
  readonly chanceOver: number;
}

export interface BudgetView {
  readonly flag: string;
  /** Null for what the flag's shadow may spend in a day. */
  readonly budget: string | null;
  readonly definition: SpendBudget;
  readonly since: string;
  readonly until: string;
  /** The dearest first; one where the budget is by no attribute, and none of those that nobody spent of. */
  readonly spent: readonly SpendStatus[];
  /** Values of which more was spent than nothing and that are not named here. */
  readonly others: number;
  /** Empty where it is spent at an even pace or slower; null for a budget of each value, and until it was looked at. */
  readonly burns: readonly BudgetBurn[] | null;
  /** Null where there is no week of calls to go by, and as for `burns`. */
  readonly forecast: BudgetForecast | null;
}
