/** A budget in dollars as a person reads it, the same in histories, the command and on the page. */

import type { SpendBudget } from "../flag.ts";
import { sayDollars } from "./say-measures.ts";

/** Shape: "$200.00 a month", and whose, and what is served once it is spent; of one that nobody has checked, what it says. */
export function saySpend({ amountMicroUsd, period, variant, attribute, value, cheaper }: SpendBudget): string {
  const by = value === undefined ? `each ${attribute}` : `${attribute} ${String(value)}`;
  const whose = variant !== undefined ? ` for ${variant}` : attribute !== undefined ? ` for ${by}` : "";
  return `${sayDollars(amountMicroUsd)} a ${period}${whose}, then ${cheaper ?? "the fallback"}`;
}
