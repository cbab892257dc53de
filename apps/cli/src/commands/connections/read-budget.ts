/** Reads `--budget`: dollars a day, or none. */

import { CONNECTION_LIMITS } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import type { Call } from "../../verb.ts";

/** Shape: micro-dollars; null for `none`, undefined where it was not given. */
export function readBudget(call: Call): number | null | undefined {
  const text = call.option("budget");
  if (text === undefined) return undefined;
  if (text === "none") return null;
  const microUsd = /^\d{1,5}(?:\.\d{1,6})?$/u.test(text) ? Math.round(Number(text) * 1e6) : Number.NaN;
  if (microUsd <= CONNECTION_LIMITS.budgetMicroUsd) return microUsd;
  throw wrongUsage(`A budget is dollars a day, up to ${CONNECTION_LIMITS.budgetMicroUsd / 1e6}, or none; ${text} is neither.`);
}
