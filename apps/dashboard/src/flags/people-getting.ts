/** How many people get a variant in an environment, as far as they are counted. */

import { type FlagEnvironment, liveShares, type Serve } from "@dimmer/evaluation";
import type { PeopleView } from "@dimmer/protocol";
import { peopleAt } from "./people-at.ts";

/**
 * Shape:  people of this week, over all rules, by their shares now; undefined where nobody is counted. Nobody where the flag is killed or the
 *         variant stopped.
 */
export function peopleGetting(
  view: PeopleView | undefined,
  flag: string,
  { enabled, stopped = [], rules = [], default: everyone }: FlagEnvironment,
  variant: string,
): number | undefined {
  if (!enabled || stopped.includes(variant)) return 0;
  const served = [...rules.map(({ id, serve }) => ({ rule: id, serve })), { rule: "default", serve: everyone }];
  const counts = served.flatMap(({ rule, serve }) => {
    const share = shareOf(serve, variant);
    const people = peopleAt(view, flag, rule);
    return share === 0 || people === undefined ? [] : [(share / 100) * people];
  });
  if (counts.length > 0) return Math.round(counts.reduce((sum, count) => sum + count, 0));
  return served.some(({ serve }) => shareOf(serve, variant) > 0) ? undefined : 0;
}

const shareOf = (serve: Serve, variant: string): number => liveShares(serve).get(variant) ?? 0;
