/** How fast budgets are spent and where that leads: looked at every few minutes, said by alerts. */

import { type SpendAttributes, type SpendBudget, spendUnits } from "@dimmer/evaluation";
import type { BudgetBurn, BudgetForecast } from "@dimmer/protocol";
import { burnRate, DAILY_BURN_RULES, followLevel, forecastSpend, judgeBurn, MONTHLY_BURN_RULES } from "@dimmer/statistics";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { EventStore, SpendRow } from "../telemetry/event-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import type { FlagBudgets } from "./flag-budgets.ts";
import { type Period, periodOf } from "./period.ts";

/** Shape: milliseconds; the longest window of a rule, and the weeks that say what is usual. */
const STEP_MS = 5 * MINUTE_MS;
const WINDOW_MS = 3 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;
const WEEKS = 4;
const WEEK_HOURS = 168;
/** What forecasts are wrong by where no week before says. */
const USUAL_ERROR = 0.25;

export interface BudgetPace {
  readonly burns: readonly BudgetBurn[];
  readonly forecast: BudgetForecast | null;
}

export interface Pace {
  /** Looks at the budgets of a flag; a budget of each value of an attribute has no pace of its own. */
  look(place: Place, flag: string, budgets: FlagBudgets): Promise<void>;
  of(place: Place, flag: string, budget: string | null): BudgetPace | undefined;
}

/**
 * Errors: the store's own, from `look`.
 * Source: ADR-0064; reference statistics 5.3 and 5.4.
 */
export function openPace({ store, clock }: { readonly store: Pick<EventStore, "spend">; readonly clock: () => number }): Pace {
  const known = new Map<string, BudgetPace>();
  const keyOf = ({ project, environment }: Place, flag: string, budget: string | null): string =>
    JSON.stringify([project, environment, flag, budget]);

  return {
    async look(place, flag, budgets) {
      const now = clock();
      const byAttributes = Array.from(budgets.values()).some(({ attribute }) => attribute !== undefined);
      const ask = (sinceMs: number, stepMs: number) =>
        store.spend(place, { flag, since: now - sinceMs, until: now + MINUTE_MS, stepMs, byAttributes });
      const recent = await ask(WINDOW_MS, STEP_MS);
      const hours = await ask(WEEKS * WEEK_MS, HOUR_MS);
      for (const [budget, definition] of budgets) {
        if (definition.attribute !== undefined && definition.value === undefined) continue;
        const isOf = (row: SpendRow): boolean => belongs(row, budget, definition);
        known.set(keyOf(place, flag, budget), paceOf(definition, recent.filter(isOf), hours.filter(isOf), now));
      }
    },
    of: (place, flag, budget) => known.get(keyOf(place, flag, budget)),
  };
}

function belongs({ variant, isShadow, attributes }: SpendRow, budget: string | null, definition: SpendBudget): boolean {
  if (budget === null) return isShadow;
  const said = attributes === null ? undefined : (JSON.parse(attributes) as SpendAttributes);
  return spendUnits({ [budget]: definition }, { variant, attributes: said }).length > 0;
}

type Spent = Pick<SpendRow, "at" | "costMicroUsd">;

/** From what was spent in the last days and weeks; pure. */
export function paceOf(definition: SpendBudget, recent: readonly Spent[], hours: readonly Spent[], now: number): BudgetPace {
  const period = periodOf(definition.period, now);
  return { burns: burnsOf(definition, recent, period, now), forecast: forecastOf(definition, hours, period, now) };
}

function burnsOf({ period, amountMicroUsd }: SpendBudget, recent: readonly Spent[], { since, until }: Period, now: number) {
  const periodHours = (until - since) / HOUR_MS;
  const spentWithin = (windowHours: number): number =>
    sumOf(recent.filter(({ at }) => at + STEP_MS > now - windowHours * HOUR_MS));
  const rules = period === "day" ? DAILY_BURN_RULES : MONTHLY_BURN_RULES;
  return judgeBurn(spentWithin, amountMicroUsd, periodHours, rules).map(({ rule }): BudgetBurn => {
    const { severity, longHours } = rule;
    const rate = burnRate(spentWithin(longHours), amountMicroUsd, longHours, periodHours);
    return { severity: severity === "page" ? "page" : "warn", hours: longHours, rate };
  });
}

/** By how each hour of a week usually goes; without a week there is nothing to go by. */
function forecastOf(
  { amountMicroUsd }: SpendBudget,
  hours: readonly Spent[],
  { since, until }: Period,
  now: number,
): BudgetForecast | null {
  const first = Math.min(...hours.map(({ at }) => at));
  const weeks = Math.min(WEEKS, (now - first) / WEEK_MS);
  if (!(weeks >= 1)) return null;
  const profile = Array.from({ length: WEEK_HOURS }, () => 0);
  const byHour = new Map<number, number>();
  for (const { at, costMicroUsd } of hours) {
    profile[hourOfWeek(at)] = (profile[hourOfWeek(at)] as number) + costMicroUsd / weeks;
    byHour.set(at, (byHour.get(at) ?? 0) + costMicroUsd);
  }
  const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS;
  let level = 1;
  for (let at = thisHour - WEEK_MS; at < thisHour; at += HOUR_MS)
    level = followLevel(level, byHour.get(at) ?? 0, profile[hourOfWeek(at)] as number);
  const remainingProfile: number[] = [];
  for (let at = thisHour + HOUR_MS; at < until; at += HOUR_MS) remainingProfile.push(profile[hourOfWeek(at)] as number);
  const spent = sumOf(hours.filter(({ at }) => at >= since));
  const { total, chanceOver } = forecastSpend({
    spent,
    budget: amountMicroUsd,
    remainingProfile,
    level,
    relativeError: errorOf(hours, thisHour, Math.floor(weeks)),
  });
  return { totalMicroUsd: Math.round(total), chanceOver };
}

const hourOfWeek = (at: number): number => Math.floor(at / HOUR_MS) % WEEK_HOURS;
const sumOf = (all: readonly Spent[]): number => all.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);

/** How much whole weeks differ from their mean. */
function errorOf(hours: readonly Spent[], until: number, weeks: number): number {
  if (weeks < 2) return USUAL_ERROR;
  const sums = Array.from({ length: weeks }, (_, week) =>
    sumOf(hours.filter(({ at }) => at >= until - (week + 1) * WEEK_MS && at < until - week * WEEK_MS)),
  );
  const mean = sums.reduce((sum, one) => sum + one, 0) / weeks;
  if (mean === 0) return USUAL_ERROR;
  return Math.sqrt(sums.reduce((sum, one) => sum + (one / mean - 1) ** 2, 0) / (weeks - 1));
}
