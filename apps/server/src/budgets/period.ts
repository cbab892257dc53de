/** Days and months of UTC, in which budgets are spent. */

import type { SpendBudget } from "@dimmer/evaluation";
import { DAY_MS, dayOf } from "../telemetry/times.ts";

export type PeriodKind = SpendBudget["period"];

export interface Period {
  readonly since: number;
  /** The first moment of the next. */
  readonly until: number;
}

/** The one in which a time lies, epoch milliseconds. */
export function periodOf(kind: PeriodKind, at: number): Period {
  if (kind === "day") return { since: dayOf(at), until: dayOf(at) + DAY_MS };
  const date = new Date(at);
  const month = (ahead: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead);
  return { since: month(0), until: month(1) };
}
