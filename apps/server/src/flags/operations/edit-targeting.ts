/** Targets, fallback, requirements, pin policy, budgets, spend and shadow of a flag in one environment. */

import { type FlagEnvironment, sayDollars, type ShadowPolicy, saySpend } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import {
  flagEnvironmentResource,
  originAt,
  requireBlock,
  requireFlag,
  requireLiveFlag,
  requireVariant,
  withConfig,
} from "../project-state.ts";
import type { ProjectState } from "../project-state.ts";
import { pointerSegment, refusal } from "../refusal.ts";
import { copyTargets } from "./edit-serve.ts";
import type { Operate, Step } from "./step.ts";

/** The whole map of named people, in place of the present one. */
export const setTargets: Operate<"set-targets"> = (state, { flag, environment, targets }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  for (const variant of Object.keys(targets)) requireVariant(record, variant, `${pointer}/targets${pointerSegment(variant)}`);
  const people = Object.values(targets).reduce((sum, keys) => sum + keys.length, 0);
  return editField(state, { flag, environment, pointer, field: "targets" }, (config) => {
    const { targets: present, ...rest } = config;
    const next = Object.keys(targets).length === 0 ? rest : { ...rest, targets };
    const inverse: Operation = { kind: "set-targets", flag, environment, targets: copyTargets(present ?? {}) };
    return {
      next,
      inverse,
      summary: `Set the targets of ${flag} in ${environment} to ${people} named ${people === 1 ? "person" : "people"}.`,
    };
  });
};

export const setFallback: Operate<"set-fallback"> = (state, { flag, environment, fallback }, pointer) =>
  editField(state, { flag, environment, pointer, field: "fallback" }, (config) => {
    // The wire type of a condition and the document's differ only in what zod can say of it.
    const next = { ...config, fallback: fallback as FlagEnvironment["fallback"] };
    const inverse = { kind: "set-fallback", flag, environment, fallback: config.fallback } as Operation;
    return { next, inverse, summary: `Set the fallback of ${flag} in ${environment} to ${sayFallback(next.fallback)}.` };
  });

export const setRequires: Operate<"set-requires"> = (state, { flag, environment, requires }, pointer) =>
  editField(state, { flag, environment, pointer, field: "requires" }, (config) => {
    const { requires: present = [], ...rest } = config;
    const next = requires.length === 0 ? rest : { ...rest, requires };
    const inverse = { kind: "set-requires", flag, environment, requires: present } as Operation;
    const needs = requires.map((one) => `${one.flag} (${[one.variant].flat().join(" or ")})`).join(", ");
    return { next, inverse, summary: `Set what ${flag} requires in ${environment} to ${needs || "nothing"}.` };
  });

export const setPin: Operate<"set-pin"> = (state, { flag, environment, pin }, pointer) =>
  editField(state, { flag, environment, pointer, field: "pin" }, (config) => {
    const { pin: present, ...rest } = config;
    const next = pin === null ? rest : { ...rest, pin };
    const inverse: Operation = { kind: "set-pin", flag, environment, pin: present ?? null };
    const policy = pin === null ? "no pins" : `${pin.by} for ${pin.for}`;
    return { next, inverse, summary: `Set the pin policy of ${flag} in ${environment} to ${policy}.` };
  });

/** The whole map of budgets, in place of the present one. */
export const setBudgets: Operate<"set-budgets"> = (state, { flag, environment, budgets }, pointer) =>
  editField(state, { flag, environment, pointer, field: "budgets" }, (config) => {
    const { budgets: present = {}, ...rest } = config;
    const next = Object.keys(budgets).length === 0 ? rest : { ...rest, budgets };
    const inverse: Operation = { kind: "set-budgets", flag, environment, budgets: { ...present } };
    const each = Object.entries(budgets).map(([variant, { callsPerMinute }]) => `${variant} ${callsPerMinute} calls a minute`);
    return { next, inverse, summary: `Set the budgets of ${flag} in ${environment} to ${each.join(", ") || "none"}.` };
  });

export const setShadow: Operate<"set-shadow"> = (state, { flag, environment, shadow }, pointer) =>
  editField(state, { flag, environment, pointer, field: "shadow" }, (config) => {
    const { shadow: present, ...rest } = config;
    // The wire type and the document's differ only in what zod can say of what is absent.
    const next = shadow === null ? rest : { ...rest, shadow: shadow as ShadowPolicy };
    const inverse: Operation = { kind: "set-shadow", flag, environment, shadow: present ?? null };
    const policy = shadow === null ? "nothing" : sayShadow(shadow);
    return { next, inverse, summary: `Set what is tried unseen beside ${flag} in ${environment} to ${policy}.` };
  });

function sayShadow({ variant, percent, callsPerMinute, dailyBudgetMicroUsd }: ShadowOrder): string {
  const money = dailyBudgetMicroUsd === undefined ? "" : ` and ${sayDollars(dailyBudgetMicroUsd)} a day`;
  return `${variant} for ${percent} %, ${callsPerMinute} calls a minute${money} at most`;
}

type ShadowOrder = NonNullable<Extract<Operation, { kind: "set-shadow" }>["shadow"]>;

/** One budget in dollars; what it is not about stays. */
export const setSpend: Operate<"set-spend"> = (state, { flag, environment, budget, spend }, pointer) =>
  editField(state, { flag, environment, pointer, field: "spend" }, (config) => {
    const { spend: present = {}, ...rest } = config;
    const { [budget]: former = null, ...others } = present;
    if (spend === null && !Object.hasOwn(present, budget))
      throw refusal("not-found", `${pointer}/budget`, `${flag} has no budget ${budget} in ${environment}.`, sayBudgets(present));
    const all = spend === null ? others : { ...present, [budget]: spend };
    const next = Object.keys(all).length === 0 ? rest : { ...rest, spend: all };
    const inverse: Operation = { kind: "set-spend", flag, environment, budget, spend: former };
    const what = `the budget ${budget} of ${flag} in ${environment}`;
    return { next, inverse, summary: spend === null ? `Removed ${what}.` : `Set ${what} to ${saySpend(spend)}.` };
  });

function sayBudgets(spend: NonNullable<FlagEnvironment["spend"]>): string {
  const names = Object.keys(spend);
  return names.length === 0 ? "There is none to remove." : `There are: ${names.join(", ")}.`;
}

interface Field {
  readonly flag: string;
  readonly environment: string;
  readonly pointer: string;
  readonly field: "targets" | "fallback" | "requires" | "pin" | "budgets" | "shadow" | "spend";
}

interface Edited {
  readonly next: FlagEnvironment;
  readonly inverse: Operation;
  readonly summary: string;
}

function editField(
  state: ProjectState,
  { flag, environment, pointer, field }: Field,
  edit: (config: FlagEnvironment) => Edited,
): Step {
  // A person must be able to leave an archived flag's targets too.
  const record = field === "targets" ? requireFlag(state, flag, pointer) : requireLiveFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  const { next, inverse, summary } = edit(config);
  return {
    state: withConfig(state, record, environment, next),
    inverse: [inverse],
    summary,
    origins: [originAt(flagEnvironmentResource(flag, environment), `/${field}`, `${pointer}/${field}`)],
  };
}

function sayFallback(fallback: FlagEnvironment["fallback"]): string {
  return typeof fallback === "string" ? fallback : fallback.map((entry) => entry.variant).join(", ");
}
