/** Budgets and shadows of a flag in one environment, in words and as a form has them. */

import { type Budget, listOf, sayDollars, sayPercent, type ShadowPolicy } from "@dimmer/evaluation";

export type Budgets = Readonly<Record<string, Budget>>;

/** Variant → calls a minute as somebody typed it; empty for none. */
export type TypedBudgets = Readonly<Record<string, string>>;

const MOST_CALLS = 1_000_000;

/** "600 calls a minute" */
export const sayCalls = (calls: number): string => `${calls.toLocaleString("en")} ${calls === 1 ? "call" : "calls"} a minute`;

/** One sentence a variant. What else a budget may bound is one more part of it. */
export function sayBudgets(budgets: Budgets): readonly string[] {
  return Object.entries(budgets).map(
    ([variant, { callsPerMinute }]) =>
      `${variant}: at most ${listOf([sayCalls(callsPerMinute)], "and")} in each instance of the app`,
  );
}

export function sayShadow(shadow: ShadowPolicy | null): string {
  if (shadow === null) return "nothing is tried unseen";
  const { variant, percent, callsPerMinute, dailyBudgetMicroUsd } = shadow;
  const money = dailyBudgetMicroUsd === undefined ? "" : `, for ${sayDollars(dailyBudgetMicroUsd)} a day in all`;
  return `${variant} is called beside what ${sayPercent(percent)} of people get, at most ${sayCalls(callsPerMinute)} in each instance of the app${money}; nobody sees its answers`;
}

/** Micro-dollars; undefined where it is no amount. */
export function readDollars(text: string): number | undefined {
  const amount = /^\d{1,7}(?:\.\d{1,6})?$/u.test(text.trim()) ? Math.round(Number(text) * 1e6) : 0;
  return amount >= 1 ? amount : undefined;
}

export const WRONG_DOLLARS = "Dollars are a number such as 20 or 0.5, below ten million.";

/** Undefined where it is no number of calls. */
export function readCalls(text: string): number | undefined {
  const calls = /^\d{1,7}$/u.test(text.trim()) ? Number(text) : 0;
  return calls >= 1 && calls <= MOST_CALLS ? calls : undefined;
}

export const typedOf = (budgets: Budgets): TypedBudgets =>
  Object.fromEntries(Object.entries(budgets).map(([variant, { callsPerMinute }]) => [variant, String(callsPerMinute)]));

export const WRONG_CALLS = `Calls a minute are a whole number from 1 to ${MOST_CALLS.toLocaleString("en")}.`;

/** Shape: empty fields are no budgets. What a budget says besides its calls stays. */
export function readBudgets(typed: TypedBudgets, saved: Budgets): { readonly budgets: Budgets } | { readonly problem: string } {
  const given = Object.entries(typed).filter(([, text]) => text.trim() !== "");
  const wrong = given.find(([, text]) => readCalls(text) === undefined);
  if (wrong !== undefined) return { problem: `How often ${wrong[0]} may be called is no number yet.` };
  return {
    budgets: Object.fromEntries(
      given.map(([variant, text]) => [variant, { ...saved[variant], callsPerMinute: readCalls(text) ?? 1 }]),
    ),
  };
}
