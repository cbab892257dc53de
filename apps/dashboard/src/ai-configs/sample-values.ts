/** Sample values of a prompt's variables: what somebody types, and what that stands for. */

import type { VariablePath } from "@dimmer/ai/parts";
import { readValue } from "../evaluations/question.ts";

/** By the variable's name, as typed. A variable without one has its stand-in; one that is empty is left out. */
export type Samples = Readonly<Record<string, string>>;

export interface Variable {
  readonly name: string;
  /** What stands for it until somebody says another: its own name, so that one sees where it goes. */
  readonly standIn: string;
}

/** Shape: one for each name, in the order of the prompt; a variable whose fields are asked for stands as an object that has them. */
export function variablesOf(paths: readonly VariablePath[]): readonly Variable[] {
  const byName = new Map<string, VariablePath[]>();
  for (const [name, ...fields] of paths) {
    if (name === undefined) continue;
    const known = byName.get(name) ?? [];
    byName.set(name, fields.length === 0 ? known : [...known, fields]);
  }
  return Array.from(byName, ([name, fields]) => ({
    name,
    standIn: fields.length === 0 ? `[${name}]` : JSON.stringify(nest(name, fields)),
  }));
}

type Nested = { [field: string]: Nested | string };

function nest(name: string, ways: readonly VariablePath[]): Nested {
  const root: Nested = {};
  for (const way of ways) {
    let at = root;
    for (const [index, field] of way.entries()) {
      if (index === way.length - 1) at[field] ??= `[${[name, ...way].join(".")}]`;
      else at = enter(at, field);
    }
  }
  return root;
}

/** A field that is used whole elsewhere still has those of its own that are asked for. */
function enter(at: Nested, field: string): Nested {
  const held = at[field];
  if (typeof held === "object") return held;
  const inner: Nested = {};
  at[field] = inner;
  return inner;
}

/** Shape: lists and objects as JSON, everything else as the text that it is: a variable that looks like a number is one of those too. */
export function sampleVariables(variables: readonly Variable[], samples: Samples): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    variables.flatMap(({ name, standIn }) => {
      const typed = samples[name] ?? standIn;
      return typed === "" ? [] : [[name, typed === `[${name}]` ? typed : readValue(typed)]];
    }),
  );
}
