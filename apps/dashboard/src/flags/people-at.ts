/** How many people came to one rule. */

import type { PeopleView } from "@dimmer/protocol";

/** Undefined where nobody was counted there: no number is better than none that is true. */
export const peopleAt = (view: PeopleView | undefined, flag: string, rule: string): number | undefined =>
  view?.addresses.find((address) => address.flag === flag && address.rule === rule)?.people;
