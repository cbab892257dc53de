/** A connection, its day and a test of it, in words. */

import { sayCount, sayDollars, sayMilliseconds } from "@dimmer/evaluation";
import type { ConnectionView, ModelAnswer } from "@dimmer/protocol";

/** "openai, in eu, at api.openai.com". */
export function sayWhere({ provider, region, baseUrl }: Pick<ConnectionView, "provider" | "region" | "baseUrl">): string {
  return `${provider}${region === null ? "" : `, in ${region}`}, at ${new URL(baseUrl).host}`;
}

/** "12 calls today for $0.0310 of $5.00. What 1 of them cost is not known." */
export function sayToday({ today, dailyBudgetMicroUsd }: Pick<ConnectionView, "today" | "dailyBudgetMicroUsd">): string {
  const budget = dailyBudgetMicroUsd === null ? ", without a budget" : ` of ${sayDollars(dailyBudgetMicroUsd)}`;
  const unknown = today.unpriced === 0 ? "" : ` What ${sayCount(today.unpriced)} of them cost is not known.`;
  const calls = today.calls === 1 ? "1 call" : `${today.calls === 0 ? "No" : sayCount(today.calls)} calls`;
  return `${calls} today for ${sayDollars(today.costMicroUsd)}${budget}.${unknown}`;
}

/** What is left of the day's budget: nothing is red. */
export const isSpent = ({ today, dailyBudgetMicroUsd }: Pick<ConnectionView, "today" | "dailyBudgetMicroUsd">): boolean =>
  dailyBudgetMicroUsd !== null && today.costMicroUsd + today.reservedMicroUsd >= dailyBudgetMicroUsd;

export function sayTest(model: string, { failure, responseModel, durationMs, costMicroUsd }: ModelAnswer): string {
  if (failure !== null) return failure.message;
  const cost = costMicroUsd === null ? "at an unknown cost" : `for ${sayDollars(costMicroUsd)}`;
  return `${responseModel ?? model} answered in ${sayMilliseconds(durationMs)}, ${cost}.`;
}

/**
 * Reads what somebody typed as a day's budget.
 *
 * Shape:  micro-dollars; null where nothing was typed, undefined for what is no amount.
 */
export function readDollars(text: string): number | null | undefined {
  const typed = text.trim().replace(/^\$/u, "");
  if (typed === "") return null;
  return /^\d{1,5}(?:\.\d{1,6})?$/u.test(typed) ? Math.round(Number(typed) * 1e6) : undefined;
}
