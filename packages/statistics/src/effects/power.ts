/** What an experiment can see before it runs, and how much longer one that runs has to. */

import { bisect } from "../special/bisect.ts";
import { normalCdf, normalQuantile, normalTail } from "../special/normal.ts";
import type { Effect } from "./effect.ts";

/**
 * Which estimates a read calls an effect: those below the one and those above the other. A sequential read is as wide as its bound
 * over `n` users of both arms; a fixed one does not look at them.
 */
export type ReadRule = (standardError: number, n: number) => { readonly below: number; readonly above: number };

/** One planned two-sided read. */
export function fixedRead(alpha: number): ReadRule {
  const z = normalQuantile(1 - alpha / 2);
  return (standardError) => ({ below: -z * standardError, above: z * standardError });
}

/** A posterior's central interval that leaves 0 out. */
export function posteriorRead(alpha: number, prior: { readonly mean: number; readonly variance: number }): ReadRule {
  const z = normalQuantile(1 - alpha / 2);
  return (standardError) => {
    const [variance, weight] = [standardError ** 2, 1 / prior.variance];
    const radius = z * Math.sqrt(1 / variance + weight) * variance;
    const shift = -weight * prior.mean * variance;
    return { below: shift - radius, above: shift + radius };
  };
}

/** How likely the read calls an effect of that size. */
export function powerOf(effect: number, standardError: number, n: number, rule: ReadRule): number {
  const { below, above } = rule(standardError, n);
  return normalTail((above - effect) / standardError) + normalCdf((below - effect) / standardError);
}

/** What a planned comparison of two means is known by before it runs; the variance is one user's. */
export interface Plan {
  readonly control: number;
  readonly treatment: number;
  readonly mean: number;
  readonly variance: number;
}

/**
 * The power to see a relative effect of a mean.
 *
 * Shape:  users of both arms above 0, a mean that is not 0; both arms have the same variance.
 * Errors: none.
 * Source: delta method: the effect is in its own variance; reference statistics 6.
 */
export function powerOfRelative(plan: Plan, effect: number, rule: ReadRule): number {
  return powerOf(effect, relativeError(plan, effect), plan.control + plan.treatment, rule);
}

function relativeError({ control, treatment, mean, variance }: Plan, effect: number): number {
  return Math.sqrt((variance * (1 / treatment + (1 + effect) ** 2 / control)) / mean ** 2);
}

/** Beyond it a mean has grown a thousandfold: whatever needs more is not seen. */
const LARGEST_EFFECT = 1000;

/**
 * The smallest relative increase that is seen with that power.
 *
 * Shape:  `power` below 1; none where no increase is: the control's own error grows with the effect, so a small control arm has a limit.
 * Errors: none.
 */
export function smallestRelative(plan: Plan, power: number, rule: ReadRule): number | undefined {
  const isUnseen = (effect: number) => powerOfRelative(plan, effect, rule) < power;
  const limit = [0.01, 0.1, 1, 10, 100, LARGEST_EFFECT].find((effect) => !isUnseen(effect));
  return limit === undefined ? undefined : bisect(isUnseen, 0, limit);
}

/**
 * Users of all arms together that a fixed two-sided read needs for an absolute effect.
 *
 * Shape:  `shares` of control and treatment in all users; whole users.
 * Errors: none.
 * Source: (z + z)²σ²(1/ρ_T + 1/ρ_C)/δ², reference statistics 6.
 */
export function usersNeeded(of: {
  readonly effect: number;
  readonly variance: number;
  readonly alpha: number;
  readonly power: number;
  readonly shares: readonly [control: number, treatment: number];
}): number {
  const z = normalQuantile(1 - of.alpha / 2) + normalQuantile(of.power);
  const perUser = of.variance * (1 / of.shares[0] + 1 / of.shares[1]);
  return Math.ceil((z * z * perUser) / of.effect ** 2);
}

/** More than any experiment will wait for. */
const LARGEST_FACTOR = 1e6;

/**
 * How many times the users so far have to come still, for the power to see an effect of that size.
 *
 * Shape:  the running experiment's effect, of which only the standard error and n are looked at; 0 where there are enough, none where a
 *         million times as many would be too few.
 * Errors: none.
 * Source: reference statistics 2.8: a sequential read needs its bound wider, not its error.
 */
export function additionalUsers(running: Effect, effect: number, power: number, rule: ReadRule): number | undefined {
  const isUnseen = (more: number) =>
    powerOf(effect, running.standardError / Math.sqrt(1 + more), running.n * (1 + more), rule) < power;
  if (!isUnseen(0)) return 0;
  return isUnseen(LARGEST_FACTOR) ? undefined : bisect(isUnseen, 0, LARGEST_FACTOR);
}
