/** The one variant that everybody gets in an environment, where there is one. */

import type { FlagEnvironment, Serve } from "@dimmer/evaluation";
import type { FlagRecord } from "../storage/store.ts";

export interface ServedToEveryone {
  readonly variant: string;
  readonly isKilled: boolean;
}

/**
 * Shape:  undefined where two people may get different variants, or one may get the caller's default: a second variant at a target,
 *         a rule, the default or an `else`, a flag that must serve something first, an `only`, a condition in the fallback.
 * Errors: none.
 */
export function servedToEveryone(variants: FlagRecord["variants"], config: FlagEnvironment): ServedToEveryone | undefined {
  const isKilled = !config.enabled;
  const fallback = onlyFallback(config);
  const served = isKilled ? fallback : onlyServed(config);
  if (served === undefined) return undefined;
  const variant = !isKilled && config.stopped?.includes(served) === true ? fallback : served;
  if (variant === undefined || variants[variant]?.only !== undefined) return undefined;
  return { variant, isKilled };
}

function onlyServed({ requires = [], targets = {}, rules = [], default: fallThrough }: FlagEnvironment): string | undefined {
  if (requires.length > 0) return undefined;
  const named = Object.entries(targets).flatMap(([variant, people]) => (people.length > 0 ? [variant] : []));
  return onlyOne([...named, ...[...rules.map(({ serve }) => serve), fallThrough].flatMap(variantsOf)]);
}

/** The first entry without a condition ends the list, as nobody gets past it. */
function onlyFallback({ fallback, stopped = [] }: FlagEnvironment): string | undefined {
  const listed = typeof fallback === "string" ? [{ variant: fallback }] : fallback;
  const serving = listed.filter(({ variant }) => !stopped.includes(variant));
  const last = serving.findIndex((entry) => !("when" in entry) || entry.when === undefined);
  return last < 0 ? undefined : onlyOne(serving.slice(0, last + 1).map(({ variant }) => variant));
}

function variantsOf(serve: Serve): readonly string[] {
  if (!("split" in serve)) return [serve.variant];
  const shares = Object.entries(serve.split).flatMap(([variant, percent]) => (percent > 0 ? [variant] : []));
  const rest = typeof serve.rest === "object" ? [serve.rest.variant] : [];
  return [...shares, ...rest, ...(serve.else === undefined ? [] : [serve.else])];
}

function onlyOne(variants: readonly string[]): string | undefined {
  return new Set(variants).size === 1 ? variants[0] : undefined;
}
