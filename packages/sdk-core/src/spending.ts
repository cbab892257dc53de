/** How often models are called: budgets of variants and of shadows, counted in this process, as the snapshot says. */

import { slotOf, type EvaluationContext, type FallbackValue, type SnapshotFlag } from "@dimmer/evaluation";
import type { Engine } from "./engine.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import type { Ports } from "./ports.ts";

/**
 * Shape:  asking takes one call of a bucket that holds a minute's worth and fills evenly. What the snapshot says now counts, so an edit
 *         is felt with the next call, and a server that is silent changes nothing. Who has no budget is not counted.
 * Errors: none, whatever is asked.
 * Source: ADR-0053.
 */
export interface Spending {
  takeBudget(flagKey: string, variant: string): boolean;
  shadow(flagKey: string, context: EvaluationContext): FallbackValue | undefined;
}

interface Bucket {
  calls: number;
  atMs: number;
}

export function openSpending(engine: Pick<Engine, "peek" | "snapshot">, { clock }: Pick<Ports, "clock">): Spending {
  const take = openBuckets(clock);
  const flagOf = (flagKey: string): SnapshotFlag | undefined => engine.snapshot?.flags.get(flagKey)?.source;

  return {
    takeBudget(flagKey, variant) {
      const { budgets = {} } = flagOf(flagKey) ?? {};
      const budget = Object.hasOwn(budgets, variant) ? budgets[variant] : undefined;
      return budget === undefined || take(JSON.stringify([flagKey, variant]), budget.callsPerMinute);
    },
    shadow(flagKey, context) {
      const policy = flagOf(flagKey)?.shadow;
      if (policy === undefined || !isSampled(flagKey, context, policy.percent)) return undefined;
      // As an override, so that a kill, `requires`, a stop and `only` decide; what anybody gets is decided elsewhere.
      const { variant, value, flagMetadata } = engine.peek(flagKey, context, { overrides: { [flagKey]: policy.variant } });
      if (variant !== policy.variant || flagMetadata.path !== "override" || value === undefined) return undefined;
      if (engine.peek(flagKey, context).variant === variant) return undefined;
      if (!take(JSON.stringify([flagKey]), policy.callsPerMinute)) return undefined;
      return { variant, value, valueVersion: flagMetadata.valueVersion ?? 1 };
    },
  };
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
