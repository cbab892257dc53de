/** What a flag serves in one environment, in words. */

import { liveShares } from "../bucketing/live-shares.ts";
import type { FlagEnvironment, Serve } from "../flag.ts";
import { listOf, sayCondition } from "./say-condition.ts";

/** "opus", or "10 % opus and 90 % sonnet"; nobody gets what has no share. */
export function sayServe(serve: Serve): string {
  if ("variant" in serve) return serve.variant;
  const shares = [...liveShares(serve)];
  const said = shares.length === 1 && serve.rest === undefined ? shares.map(([variant]) => variant) : shares.map(sayShare);
  return listOf([...said, ...sayRest(serve.rest)], "and");
}

const sayShare = ([variant, percent]: readonly [string, number]): string => `${sayPercent(percent)} ${variant}`;

/** "12.5 %"; at most three decimals, as no share is finer. */
export const sayPercent = (percent: number): string => `${Number(percent.toFixed(3))} %`;

function sayRest(rest: "next-rule" | { readonly variant: string } | undefined): readonly string[] {
  if (rest === undefined) return [];
  return rest === "next-rule" ? ["the rest as below"] : [`the rest ${rest.variant}`];
}

/** "plain", or "sonnet where region is us, plain otherwise"; the last resort is the caller's. */
export function sayFallback({ fallback, stopped = [] }: Pick<FlagEnvironment, "fallback" | "stopped">): string {
  const entries = (typeof fallback === "string" ? [{ variant: fallback }] : fallback).filter(
    ({ variant }) => !stopped.includes(variant),
  );
  const said: string[] = [];
  for (const { variant, ...entry } of entries) {
    if (!("when" in entry) || entry.when === undefined)
      return [...said, said.length === 0 ? variant : `${variant} otherwise`].join(", ");
    said.push(`${variant} where ${sayCondition(entry.when)}`);
  }
  return [...said, `the default in the code${said.length === 0 ? "" : " otherwise"}`].join(", ");
}

/**
 * What people get now, one sentence a path, in the order in which the paths are tried.
 *
 * Shape:  no capital and no full stop; joined with "; " it is the whole answer.
 * Errors: none.
 */
export function sayServing(config: FlagEnvironment): readonly string[] {
  if (!config.enabled) return [`off: everyone gets ${sayFallback(config)}`];
  const { targets = {}, rules = [], stopped = [] } = config;
  const named = Object.entries(targets).filter(([, keys]) => keys.length > 0);
  const paths = [
    ...named.map(([variant, keys]) => `${variant} for ${keys.length === 1 ? "one named person" : `${keys.length} named people`}`),
    ...rules.map(
      ({ when, serve }) => `${sayServe(serve)} ${when === undefined ? "for everyone" : `where ${sayCondition(when)}`}`,
    ),
  ];
  const rest = `${sayServe(config.default)} for everyone${paths.length === 0 ? "" : " else"}`;
  const stops = stopped.length === 0 ? [] : [`${listOf(stopped, "and")} stopped: ${sayFallback(config)} instead`];
  return [...paths, rest, ...stops];
}

/**
 * How bright the flag's lamp is: the share of people who get what is new, which is the first of its variants.
 *
 * Shape:  takes the names of the flag's variants in order; 0 when killed or where nobody gets it, 1 where everybody does. Without counts of people a rule weighs half, as it holds for
 *         some and nobody knows for how many.
 * Errors: none.
 */
export function brightnessOf([lit]: readonly string[], config: FlagEnvironment): number {
  if (!config.enabled || lit === undefined || config.stopped?.includes(lit) === true) return 0;
  const shareIn = (serve: Serve): number => (liveShares(serve).get(lit) ?? 0) / 100;
  const everyone = shareIn(config.default);
  const some = Math.max(0, ...(config.rules ?? []).map(({ serve }) => shareIn(serve)));
  return Math.max(everyone, (everyone + some) / 2);
}
