/** The rules of a drill: for as long as they are there, a sliver of everybody gets what the fallback would give them. */

import { type Condition, type FallbackEntry, type FlagEnvironment, type Rule, storeSplit } from "@dimmer/evaluation";
import { DRILL_RULE } from "../drift/watched-variants.ts";

/** Whoever has no key is in no split, and must not be asked for one. */
const HAS_KEY: Condition = { targetingKey: { matches: "." } };
/** Entries of a fallback that are drilled. */
const MOST_ENTRIES = 20;

/**
 * Shape:  one rule for each entry that may serve, with its condition and without those of the entries before it; the split of each is of
 *         the drill's own salt, so that who is drilled hangs on nothing else, and all others go on to the next rule. None where every
 *         entry is stopped.
 * Errors: none.
 * Source: ADR-0066.
 */
export function drillRules({ fallback, stopped = [] }: FlagEnvironment, salt: string, percent: number): readonly Rule[] {
  const entries: readonly FallbackEntry[] = typeof fallback === "string" ? [{ variant: fallback }] : fallback;
  const serving = entries.filter(({ variant }) => !stopped.includes(variant)).slice(0, MOST_ENTRIES);
  const open = serving.findIndex(({ when }) => when === undefined);
  const reached = open === -1 ? serving : serving.slice(0, open + 1);
  return reached.map(({ when, variant }, at) => {
    const before = reached.slice(0, at).flatMap((entry) => (entry.when === undefined ? [] : [{ not: entry.when }]));
    const all: readonly Condition[] = [HAS_KEY, ...before, ...(when === undefined ? [] : [when])];
    const split = { [variant]: percent };
    return {
      id: `${DRILL_RULE}-${at + 1}`,
      name: "Drill of the fallback",
      when: all.length === 1 ? HAS_KEY : { all },
      serve: { split, rest: "next-rule", stored: storeSplit(split, { salt, by: "targetingKey" }) },
    };
  });
}

/** Those of a drill that are there. */
export const drillRulesOf = ({ rules = [] }: FlagEnvironment): readonly Rule[] =>
  rules.filter(({ id }) => id.startsWith(DRILL_RULE));
