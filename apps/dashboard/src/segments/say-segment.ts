/** Who is in a segment and who asks for it, in words; and lists of people as somebody pastes them. */

import { LIMITS, listOf, sayCondition, type SegmentEnvironment } from "@dimmer/evaluation";
import type { PeopleView, SegmentUse } from "@dimmer/protocol";
import { peopleAt } from "../flags/people-at.ts";

/** "240 named people, and everyone where plan is pro; tester-7 never". */
export function saySegment(config: SegmentEnvironment | undefined): string {
  if (config === undefined) return "Not set up here: what asks for it cannot be told, and does not match.";
  const { include = [], exclude = [], when } = config;
  const who = [
    ...(include.length === 0 ? [] : [sayPeople(include)]),
    ...(when === undefined ? [] : [`everyone where ${sayCondition(when)}`]),
  ];
  const inside = who.length === 0 ? "Nobody" : listOf(who, "and").replace(/^everyone/u, "Everyone");
  if (exclude.length === 0) return `${inside}.`;
  return `${inside}; ${sayPeople(exclude)} never.`;
}

const sayPeople = (keys: readonly string[]): string =>
  keys.length <= 3 ? listOf(keys, "and") : `${keys.length.toLocaleString("en")} named people`;

/** "the rule early in production", "whoever may get new". */
export function sayUse({ place, name, environment }: SegmentUse): string {
  const where = environment === null ? "everywhere" : `in ${environment}`;
  if (place === "rule") return `the rule ${name} ${where}`;
  if (place === "only") return `who may get ${name}, ${where}`;
  return `${place === "fallback" ? "the fallback" : "its condition"} ${where}`;
}

export interface PastedKeys {
  readonly keys: readonly string[];
  /** How many stood there more than once. */
  readonly repeated: number;
  readonly problem?: string;
}

/** Shape: one a line, or with commas or semicolons between; quotes around one and empty lines are taken away. */
export function readKeys(text: string): PastedKeys {
  const written = text
    .split(/[\n,;]/u)
    .map((key) => key.trim().replace(/^(["'])(.*)\1$/u, "$2"))
    .filter((key) => key !== "");
  const keys = [...new Set(written)];
  const repeated = written.length - keys.length;
  const long = keys.find((key) => key.length > LIMITS.text);
  const problem =
    keys.length > LIMITS.segmentKeys
      ? `A list holds at most ${LIMITS.segmentKeys.toLocaleString("en")} people; these are ${keys.length.toLocaleString("en")}. Use a condition on an attribute instead.`
      : long === undefined
        ? undefined
        : `“${long.slice(0, 20)}…” is longer than ${LIMITS.text} characters.`;
  return { keys, repeated, ...(problem === undefined ? {} : { problem }) };
}

export const writeKeys = (keys: readonly string[] | undefined): string => (keys ?? []).join("\n");

/** What an edit does to who is in it: "2 people come in by name; 1 is never in it any more; the condition becomes plan is pro." */
export function sayEdit(before: SegmentEnvironment | undefined, after: SegmentEnvironment): string {
  const [come, go] = [newIn(after.include, before?.include), newIn(before?.include, after.include)];
  const [shut, free] = [newIn(after.exclude, before?.exclude), newIn(before?.exclude, after.exclude)];
  const parts = [
    ...(come === 0 ? [] : [`${sayCount(come)} ${come === 1 ? "comes" : "come"} in by name`]),
    ...(go === 0 ? [] : [`${sayCount(go)} ${go === 1 ? "is" : "are"} no longer in it by name`]),
    ...(shut === 0 ? [] : [`${sayCount(shut)} ${shut === 1 ? "is" : "are"} never in it from now on`]),
    ...(free === 0 ? [] : [`${sayCount(free)} ${free === 1 ? "is" : "are"} kept out no longer`]),
    ...(JSON.stringify(before?.when) === JSON.stringify(after.when)
      ? []
      : [after.when === undefined ? "the condition goes" : `the condition becomes: ${sayCondition(after.when)}`]),
  ];
  if (parts.length === 0) return before === undefined ? "Set up, with nobody in it." : "Nobody comes in or goes out.";
  const said = parts.join("; ");
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

const newIn = (keys: readonly string[] = [], others: readonly string[] = []): number => {
  const known = new Set(others);
  return keys.filter((key) => !known.has(key)).length;
};

export const sayCount = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "person" : "people"}`;

const sayOthers = (count: number, isMore: boolean): string =>
  `${count} ${isMore ? "other " : ""}${count === 1 ? "place" : "places"}`;

/** Rules that are said one by one; of more only how many. */
const RULES_SAID = 4;

/**
 * Whom an edit may move: the rules that ask for the segment there, with the people who came to them.
 *
 * Shape:  the server counts people and keeps no contexts, so that who matches a new condition is known once it runs.
 */
export function sayReach(uses: readonly SegmentUse[], environment: string, people: PeopleView | undefined): string {
  const here = uses.filter((use) => use.environment === null || use.environment === environment);
  if (here.length === 0) return "Nothing asks for it here yet, so nobody changes variant.";
  const rules = here.flatMap(({ by, place, key, name }) =>
    by === "flag" && place === "rule" ? [{ flag: key, rule: name ?? "" }] : [],
  );
  const said = rules.slice(0, RULES_SAID).map(({ flag, rule }) => {
    const seen = peopleAt(people, flag, rule);
    return `rule ${rule} of ${flag}${seen === undefined ? "" : ` (about ${seen.toLocaleString("en")} people this week)`}`;
  });
  const others = here.length - said.length;
  const all = [...said, ...(others === 0 ? [] : [sayOthers(others, said.length > 0)])];
  return `Asked for by ${listOf(all, "and")}. Who changes variant there shows once it runs.`;
}
