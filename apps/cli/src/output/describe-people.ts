/** Numbers of people, which are estimates and are said as such. */

import type { MovesOfSplit, PeopleView } from "@dimmer/protocol";

/** Environment → its people; one that has none, or whose server cannot say, is missing. */
export type PeopleByEnvironment = ReadonlyMap<string, PeopleView>;

/** "4,200": no more digits than an estimate has; small numbers are nearly exact. */
export function roundPeople(people: number): string {
  const whole = Math.round(people);
  if (whole < 100) return String(whole);
  const step = 10 ** (Math.floor(Math.log10(whole)) - 1);
  return (Math.round(whole / step) * step).toLocaleString("en-US");
}

/** " That is about 4,200 of the 42,000 people whom it answered this week, about 300 of them pinned."; empty where that is not known. */
export function describeMovers(split: MovesOfSplit, people: PeopleByEnvironment): string {
  const view = people.get(split.environment);
  const answered = view?.addresses.find(({ flag, rule }) => flag === split.flag && rule === split.rule)?.people ?? 0;
  if (view === undefined || answered === 0) return "";
  const share = split.percent / 100;
  const pinned = (view.pinned[split.flag] ?? 0) * share;
  const pins = pinned < 0.5 ? "" : `, about ${roundPeople(pinned)} of them pinned`;
  const movers = roundPeople(answered * share);
  return ` That is about ${movers} of the ${roundPeople(answered)} people whom it answered this week${pins}.`;
}

/** "About 42,000 people were seen this week, about 9,000 of them today." */
export function describeSeen({ today, week }: PeopleView): string {
  return `About ${roundPeople(week.people)} people were seen this week, about ${roundPeople(today.people)} of them today.`;
}
