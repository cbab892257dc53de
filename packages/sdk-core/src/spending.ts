/** How often models are called and what that may cost: budgets of variants, flags and shadows, held in this process. */

import {
  slotOf,
  spendAttributes,
  spendUnits,
  type EvaluationContext,
  type FallbackValue,
  type SnapshotFlag,
  type SpendAttributes,
} from "@dimmer/evaluation";
import type { Engine } from "./engine.ts";
import { openLeases, type LeasedCall } from "./leases.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import type { Ports } from "./ports.ts";

/**
 * Shape:  asking takes one call of a bucket that holds a minute's worth and fills evenly. What the snapshot says now counts, so an edit
 *         is felt with the next call, and a server that is silent changes nothing. Who has no budget is not counted. Budgets in dollars
 *         are leased by the server; what such a call has cost of late is taken of each that it belongs to.
 * Errors: none, whatever is asked.
 * Source: ADR-0053, ADR-0064.
 */
export interface Spending {
  takeBudget(flagKey: string, variant: string, context?: EvaluationContext): boolean;
  /** What of the context the flag's budgets are by. */
  attributes(flagKey: string, context: EvaluationContext): SpendAttributes | undefined;
  shadow(flagKey: string, context: EvaluationContext): FallbackValue | undefined;
}

interface Bucket {
  calls: number;
  atMs: number;
}

export function openSpending(engine: Pick<Engine, "peek" | "snapshot" | "events">, { clock }: Pick<Ports, "clock">): Spending {
  const take = openBuckets(clock);
  const leases = openLeases({ clock });
  engine.events?.onAnswer((answer, calls) => leases.hear(answer, calls));
  const flagOf = (flagKey: string): SnapshotFlag | undefined => engine.snapshot?.flags.get(flagKey)?.source;

  /** Of each lease, or of none; `callsPerMinute` last, as asking takes one. */
  const takeAll = (call: LeasedCall, takeCall: () => boolean): boolean => {
    if (!leases.isLeft(call) || !takeCall()) return false;
    leases.take(call);
    return true;
  };

  return {
    takeBudget(flagKey, variant, context = {}) {
      const { budgets = {}, spend } = flagOf(flagKey) ?? {};
      const budget = Object.hasOwn(budgets, variant) ? budgets[variant] : undefined;
      const isLeft = () => budget === undefined || take(JSON.stringify([flagKey, variant]), budget.callsPerMinute);
      return takeAll(callOf(flagKey, spend, variant, context), isLeft);
    },
    attributes: (flagKey, context) => attributesOf(flagOf(flagKey)?.spend, context),
    shadow(flagKey, context) {
      const policy = flagOf(flagKey)?.shadow;
      if (policy === undefined || !isSampled(flagKey, context, policy.percent)) return undefined;
      // As an override, so that a kill, `requires`, a stop and `only` decide; what anybody gets is decided elsewhere.
      const { variant, value, flagMetadata } = engine.peek(flagKey, context, { overrides: { [flagKey]: policy.variant } });
      if (variant !== policy.variant || flagMetadata.path !== "override" || value === undefined) return undefined;
      if (engine.peek(flagKey, context).variant === variant) return undefined;
      const call = shadowCall(flagKey, policy, attributesOf(flagOf(flagKey)?.spend, context));
      if (!takeAll(call, () => take(JSON.stringify([flagKey]), policy.callsPerMinute))) return undefined;
      return { variant, value, valueVersion: flagMetadata.valueVersion ?? 1 };
    },
  };
}

type Spend = SnapshotFlag["spend"];

function callOf(flag: string, spend: Spend, variant: string, context: EvaluationContext): LeasedCall {
  if (spend === undefined) return { flag, variant, attributes: undefined, units: [] };
  const attributes = attributesOf(spend, context);
  const units = spendUnits(spend, { variant, attributes }).flatMap(({ budget, value }) => {
    const definition = spend[budget];
    if (definition === undefined) return [];
    const { amountMicroUsd, cheaper } = definition;
    return [{ flag, budget, value, amountMicroUsd, cheaper }];
  });
  return { flag, variant, attributes, units };
}

/** Nothing is known of a context whose getters throw. */
function attributesOf(spend: Spend, context: EvaluationContext): SpendAttributes | undefined {
  try {
    return spendAttributes(spend, context);
  } catch {
    return undefined;
  }
}

/** Told under the name of its variant, as every call is: what the variant's own budgets take comes when it is asked for. */
function shadowCall(
  flag: string,
  { variant, dailyBudgetMicroUsd }: NonNullable<SnapshotFlag["shadow"]>,
  attributes: SpendAttributes | undefined,
): LeasedCall {
  const unit = { flag, budget: null, value: null };
  const units = dailyBudgetMicroUsd === undefined ? [] : [{ ...unit, amountMicroUsd: dailyBudgetMicroUsd }];
  return { flag, variant, attributes, units };
}

/** The same people each time, and not those whom the flag's own splits put first: the salt is another. */
function isSampled(flagKey: string, { targetingKey }: EvaluationContext, percent: number): boolean {
  if (typeof targetingKey !== "string" || targetingKey === "") return false;
  return slotOf(`${flagKey}:shadow`, targetingKey) < percent * 1_000;
}

/** Takes one of `callsPerMinute`; false where none is left. */
function openBuckets(clock: Ports["clock"]): (name: string, callsPerMinute: number) => boolean {
  const buckets = new Map<string, Bucket>();
  return (name, callsPerMinute) => {
    const now = clock.monotonicMs();
    const { calls, atMs } = buckets.get(name) ?? { calls: callsPerMinute, atMs: now };
    const filled = Math.min(callsPerMinute, calls + ((now - atMs) * callsPerMinute) / 60_000);
    const isLeft = filled >= 1;
    buckets.delete(name);
    buckets.set(name, { calls: isLeft ? filled - 1 : filled, atMs: now });
    if (buckets.size > ENGINE_LIMITS.budgets) dropOldest(buckets);
    return isLeft;
  };
}

function dropOldest(buckets: Map<string, Bucket>): void {
  for (const oldest of buckets.keys()) return void buckets.delete(oldest);
}
