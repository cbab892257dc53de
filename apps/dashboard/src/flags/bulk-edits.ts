/** What can be done with several flags at once: the operations of one change. */

import type { FlagSummary, Operation } from "@dimmer/protocol";

export interface TagEdit {
  /** Empty where none is added. */
  readonly add: string;
  /** Empty where none is taken away. */
  readonly remove: string;
}

/** Shape: only flags whose tags change. */
export function tagEdits(flags: readonly FlagSummary[], { add, remove }: TagEdit): readonly Operation[] {
  return flags.flatMap(({ key, tags }): readonly Operation[] => {
    const kept = tags.filter((tag) => tag !== remove);
    const next = add === "" || kept.includes(add) ? kept : [...kept, add];
    const isSame = next.length === tags.length && next.every((tag, at) => tag === tags[at]);
    return isSame ? [] : [{ kind: "update-flag", flag: key, fields: { tags: next } }];
  });
}

export const ownerEdits = (flags: readonly FlagSummary[], owner: string): readonly Operation[] =>
  flags.filter((flag) => flag.owner !== owner).map(({ key }) => ({ kind: "update-flag", flag: key, fields: { owner } }));

/** Every tag of the flags, with how many have it. */
export function countTags(flags: readonly FlagSummary[]): readonly { readonly tag: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const tag of flags.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([one], [other]) => one.localeCompare(other)).map(([tag, count]) => ({ tag, count }));
}

/** What each flag can be asked here: an archived one does nothing, and what is not set up cannot be turned off. */
export const sortOut = (flags: readonly FlagSummary[]) => ({
  live: flags.filter(({ archived, state }) => !archived && state === "on"),
  killed: flags.filter(({ archived, state }) => !archived && state === "killed"),
  inUse: flags.filter(({ archived }) => !archived),
  archived: flags.filter(({ archived }) => archived),
});

export const sayFlags = (count: number): string => (count === 1 ? "1 flag" : `${count.toLocaleString("en")} flags`);
