/** The rules of a flag in one environment: set, move, remove. A rule's id is its permanent address. */

import { type FlagEnvironment, type Rule, sayServe } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { requireRule, withRules } from "../addresses.ts";
import { layServe } from "../lay-split.ts";
import {
  flagEnvironmentResource,
  originAt,
  requireBlock,
  requireLiveFlag,
  rulePath,
  touchedBy,
  withConfig,
} from "../project-state.ts";
import type { ProjectState } from "../project-state.ts";
import type { FlagRecord } from "../../storage/store.ts";
import { readRule } from "./read-part.ts";
import type { Operate, Step } from "./step.ts";

/** A known id edits that rule in its place, an unknown one is a new rule at the end; `at` says another place. */
export const setRule: Operate<"set-rule"> = (state, { flag, environment, rule: part, at }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  const rules = config.rules ?? [];
  const known = rules.findIndex((rule) => rule.id === (part as Partial<Rule>).id);
  const present = rules[known];
  const authored = readRule(part, present, `${pointer}/rule`, record);
  const next = { ...authored, serve: layServe(authored.serve, present?.serve, record.salt) };
  const place = at ?? (present === undefined ? rules.length : known);
  const inverse: Operation =
    present === undefined
      ? { kind: "remove-rule", flag, environment, rule: next.id }
      : { kind: "set-rule", flag, environment, rule: present, at: known };
  const verb = present === undefined ? "Added" : "Set";
  const summary = `${verb} rule ${next.id} of ${flag} in ${environment}: ${sayServe(next.serve)}.`;
  const edited = placeRule(
    rules.filter((rule) => rule.id !== next.id),
    next,
    place,
  );
  return rulesStep(state, { record, environment, config }, edited, {
    rule: next.id,
    pointer: `${pointer}/rule`,
    inverse,
    summary,
    isWhole: true,
  });
};

export const moveRule: Operate<"move-rule"> = (state, { flag, environment, rule: id, to }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  const { rule, at } = requireRule(record, config, id, pointer);
  const others = (config.rules ?? []).filter((other) => other.id !== id);
  const inverse: Operation = { kind: "move-rule", flag, environment, rule: id, to: at };
  const summary = `Moved rule ${id} of ${flag} in ${environment} to place ${Math.min(to, others.length) + 1}.`;
  return rulesStep(state, { record, environment, config }, placeRule(others, rule, to), { rule: id, pointer, inverse, summary });
};

export const removeRule: Operate<"remove-rule"> = (state, { flag, environment, rule: id }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  const { rule, at } = requireRule(record, config, id, pointer);
  const others = (config.rules ?? []).filter((other) => other.id !== id);
  const inverse: Operation = { kind: "set-rule", flag, environment, rule, at };
  const summary = `Removed rule ${id} of ${flag} in ${environment} (it served ${sayServe(rule.serve)}).`;
  return rulesStep(state, { record, environment, config }, others, { rule: id, pointer, inverse, summary });
};

/** A place past the end is the end, so that an undo still fits after other rules have gone. */
function placeRule(others: readonly Rule[], rule: Rule, at: number): readonly Rule[] {
  return [...others.slice(0, at), rule, ...others.slice(at)];
}

interface Block {
  readonly record: FlagRecord;
  readonly environment: string;
  readonly config: FlagEnvironment;
}

interface RuleEdit {
  readonly rule: string;
  readonly pointer: string;
  readonly inverse: Operation;
  readonly summary: string;
  /** Whether the request holds the whole rule, at `pointer`. */
  readonly isWhole?: boolean;
}

function rulesStep(state: ProjectState, { record, environment, config }: Block, rules: readonly Rule[], edit: RuleEdit): Step {
  const resource = flagEnvironmentResource(record.key, environment);
  return {
    state: withConfig(state, record, environment, withRules(config, rules)),
    inverse: [edit.inverse],
    summary: edit.summary,
    origins: edit.isWhole ? [originAt(resource, rulePath(edit.rule), edit.pointer)] : [touchedBy(resource, edit.pointer)],
  };
}
