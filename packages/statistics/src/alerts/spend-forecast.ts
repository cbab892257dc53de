/** Whether a budget will last to the end of its period, by how weeks usually go and how this one goes. */

import { normalTail } from "../special/normal.ts";

export interface SpendForecast {
  /** Of the whole period, at its end. */
  readonly total: number;
  readonly chanceOver: number;
  readonly advice: "fine" | "warn" | "act";
}

export interface SpendSoFar {
  readonly spent: number;
  readonly budget: number;
  /** What each hour that is left usually takes, by the hour of its week. */
  readonly remainingProfile: readonly number[];
  /** How this week goes, in usual ones. */
  readonly level: number;
  /** Of earlier forecasts at this point: (came − forecast) ÷ forecast of what was still to come. 0 where there are none. */
  readonly relativeError: number;
}

const HALF_LIFE_HOURS = 24;
const WARN_ABOVE = 0.5;
const ACT_ABOVE = 0.9;

/**
 * How this week goes, after one more hour: 2 where it takes twice the usual.
 *
 * Shape:  an hour that usually takes nothing leaves it as it is.
 * Errors: none.
 * Source: exponentially weighted, half of it the last 24 hours; reference statistics 5.4.
 */
export function followLevel(level: number, spent: number, usual: number, halfLifeHours: number = HALF_LIFE_HOURS): number {
  if (!(usual > 0)) return level;
  const kept = 2 ** (-1 / halfLifeHours);
  return kept * level + (1 - kept) * (spent / usual);
}

/**
 * Forecasts the period.
 *
 * Shape:  without an error of earlier forecasts the chance is 0 or 1.
 * Errors: none.
 * Source: reference statistics 5.4: warn above 50 %, act above 90 %.
 */
export function forecastSpend(so: SpendSoFar): SpendForecast {
  const toCome = so.level * so.remainingProfile.reduce((sum, usual) => sum + usual, 0);
  const total = so.spent + toCome;
  const error = so.relativeError * toCome;
  const over = total - so.budget;
  const certain = over > 0 ? 1 : 0;
  const chanceOver = error > 0 ? normalTail(-over / error) : certain;
  return { total, chanceOver, advice: adviseOn(chanceOver) };
}

function adviseOn(chanceOver: number): SpendForecast["advice"] {
  if (chanceOver > ACT_ABOVE) return "act";
  return chanceOver > WARN_ABOVE ? "warn" : "fine";
}
