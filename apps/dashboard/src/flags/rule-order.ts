/** Another order of the rules, and rules to be removed, before any of it is saved. */

import { type Rule, sayServe } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import type { SplitAddress } from "./shares.ts";

export interface RuleOrder {
  /** Ids of all rules, also of those that are to go. */
  readonly order: readonly string[];
  readonly removed: readonly string[];
}

export const moved = ({ order, removed }: RuleOrder, rule: string, to: number): RuleOrder => {
  const others = order.filter((id) => id !== rule);
  return { order: [...others.slice(0, to), rule, ...others.slice(to)], removed };
};

export const toggled = ({ order, removed }: RuleOrder, rule: string): RuleOrder => ({
  order,
  removed: removed.includes(rule) ? removed.filter((id) => id !== rule) : [...removed, rule],
});

/** Shape: removals first, then as few moves as one finds without a search: one where one is enough. */
export function orderEdits(
  saved: readonly string[],
  { order, removed }: RuleOrder,
  here: Omit<SplitAddress, "rule">,
): readonly Operation[] {
  const wanted = order.filter((id) => !removed.includes(id));
  const kept = saved.filter((id) => wanted.includes(id));
  return [
    ...removed.map((rule): Operation => ({ kind: "remove-rule", ...here, rule })),
    ...movesTo(kept, wanted).map(({ rule, to }): Operation => ({ kind: "move-rule", ...here, rule, to })),
  ];
}

interface RuleMove {
  readonly rule: string;
  readonly to: number;
}

function movesTo(saved: readonly string[], wanted: readonly string[]): readonly RuleMove[] {
  if (isSameOrder(saved, wanted)) return [];
  const without = (ids: readonly string[], rule: string) => ids.filter((id) => id !== rule);
  const single = wanted.find((rule) => isSameOrder(without(saved, rule), without(wanted, rule)));
  if (single !== undefined) return [{ rule: single, to: wanted.indexOf(single) }];
  const moves: RuleMove[] = [];
  let present = saved;
  for (const [to, rule] of wanted.entries()) {
    if (present[to] === rule) continue;
    moves.push({ rule, to });
    present = moved({ order: present, removed: [] }, rule, to).order;
  }
  return moves;
}

const isSameOrder = (one: readonly string[], other: readonly string[]): boolean => one.join("/") === other.join("/");

/** "Removes Staff; Paying customers becomes rule 1". */
export function sayOrder(rules: readonly Rule[], edits: readonly Operation[]): string {
  const nameOf = (id: string) => nameOfRule(rules.find((rule) => rule.id === id) ?? { id });
  return edits
    .flatMap((edit) => {
      if (edit.kind === "remove-rule") return [`Removes ${nameOf(edit.rule)}`];
      return edit.kind === "move-rule" ? [`${nameOf(edit.rule)} becomes rule ${edit.to + 1}`] : [];
    })
    .join("; ");
}

export const nameOfRule = ({ id, name }: Pick<Rule, "id" | "name">): string => name ?? `rule ${id}`;

/** Sentences that are said of an edit; beyond that it is said as a whole. */
const SAID = 4;

/**
 * Who may get something else, as far as it is known: how many came to a rule that goes, and what changes for those whom two rules hold for.
 *
 * Shape:  one sentence a rule that is removed, or a pair that is asked the other way round.
 */
export function sayWhoMoves(
  rules: readonly Rule[],
  { order, removed }: RuleOrder,
  peopleOf: (rule: string) => number | undefined,
): readonly string[] {
  const gone = rules
    .filter(({ id }) => removed.includes(id))
    .map((rule) => {
      const people = peopleOf(rule.id);
      return people === undefined
        ? `For whoever matches ${nameOfRule(rule)}, the next rule that holds decides.`
        : `About ${people.toLocaleString("en")} people came to ${nameOfRule(rule)} this week; the next rule that holds decides for them.`;
    });
  const kept = order.flatMap((id) => rules.filter((rule) => rule.id === id && !removed.includes(id)));
  const before = (rule: Rule) => rules.indexOf(rule);
  const turned = kept.flatMap((first, at) =>
    kept
      .slice(at + 1)
      .filter((second) => before(second) < before(first))
      .map((second) => sayTurned(first, second)),
  );
  const all = [...gone, ...turned];
  return all.length > SAID
    ? [...all.slice(0, SAID - 1), `And ${all.length - SAID + 1} more. How many people that is shows once it runs.`]
    : all;
}

function sayTurned(first: Rule, second: Rule): string {
  const [is, was] = [sayServe(first.serve), sayServe(second.serve)];
  const who = `Whoever matches both ${nameOfRule(first)} and ${nameOfRule(second)}`;
  return is === was ? `${who} gets ${is} as before.` : `${who} gets ${is} instead of ${was}.`;
}
