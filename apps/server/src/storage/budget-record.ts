/** What a budget in dollars has changed of its flag, in the store. */

import type { Rule } from "@dimmer/evaluation";

export interface BudgetRecord {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly budget: string;
  readonly steps: BudgetSteps;
}

/** Shape: epoch milliseconds of the beginning of the period. */
export interface BudgetSteps {
  readonly since: number;
  /** Variants that it stopped and has not restored. */
  readonly stopped: readonly string[];
  /** Rules that it wrote, as they stood then, and has not removed. */
  readonly rules: readonly Rule[];
  /** Variants and ids of rules that somebody took out of its hands; it leaves them alone until the period ends. */
  readonly released: readonly string[];
}

export interface BudgetReads {
  /** Of one environment. */
  listBudgetSteps(project: string, environment: string): Promise<readonly BudgetRecord[]>;
}

export interface BudgetWrites {
  putBudgetSteps(record: BudgetRecord): Promise<void>;
  removeBudgetSteps(record: Omit<BudgetRecord, "steps">): Promise<void>;
}
