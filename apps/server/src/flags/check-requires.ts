/** What flags require of each other: targets exist, nobody loses what it requires, no cycle, no chain that is too long. */

import { type FlagEnvironment, type Issue, LIMITS } from "@dimmer/evaluation";
import type { FlagRecord } from "../storage/store.ts";
import type { Finding } from "./locate-issue.ts";
import { blockOf, flagEnvironmentResource, flagResource, type ProjectState } from "./project-state.ts";
import { isSameJson } from "./same-json.ts";

/**
 * Checks what changed: the requirements that are new, and the flags that others require.
 *
 * Shape:  findings by resource; pure, over the state after the change. Wherever this matters the state holds every flag that
 *         requires something, and what the changed flags require.
 * Errors: none thrown.
 */
export function checkRequires(before: ProjectState, after: ProjectState): Finding[] {
  const changed = [...after.flags.values()].filter((record) => record !== before.flags.get(record.key));
  const live = changed.filter((record) => record.archivedAt === null);
  return [
    ...live.flatMap((record) =>
      Object.keys(record.environments).flatMap((environment) => checkBlock(before, after, record, environment)),
    ),
    ...changed.flatMap((record) => checkDependents(before, after, record)),
  ];
}

function checkBlock(before: ProjectState, after: ProjectState, record: FlagRecord, environment: string): Finding[] {
  const requires = requiresOf(record, environment);
  const was = before.flags.get(record.key);
  const isNew = was === undefined || was.archivedAt !== null || !isSameJson(requiresOf(was, environment), requires);
  if (requires.length === 0 || !isNew) return [];
  const resource = flagEnvironmentResource(record.key, environment);
  const missing = requires.flatMap((one, index) => {
    const message = whyUnmet(after, environment, one);
    return message === undefined
      ? []
      : [finding(resource, `/requires/${index}`, "requires-missing", message, "Correct the requirement.")];
  });
  if (missing.length > 0) return missing;
  const problem = chainProblem(after, environment, record.key);
  return problem === undefined ? [] : [finding(resource, "/requires", "requires-chain", problem, "Break the chain.")];
}

type Requirement = NonNullable<FlagEnvironment["requires"]>[number];

/** Why the requirement can never be met as things are; undefined where it can. */
function whyUnmet(state: ProjectState, environment: string, { flag, variant }: Requirement): string | undefined {
  const record = state.flags.get(flag);
  if (record === undefined) return `There is no flag "${flag}".`;
  if (record.archivedAt !== null) return `Flag "${flag}" is archived.`;
  if (blockOf(record, environment) === undefined) return `Flag "${flag}" is not configured in ${environment}.`;
  const unknown = [variant].flat().find((name) => !Object.hasOwn(record.variants, name));
  return unknown === undefined ? undefined : `Flag "${flag}" has no variant "${unknown}".`;
}

/** A flag that leaves, or loses a variant, while another still requires it. */
function checkDependents(before: ProjectState, after: ProjectState, record: FlagRecord): Finding[] {
  const was = before.flags.get(record.key);
  if (was === undefined || !hasLostSomething(was, record)) return [];
  const broken = [...after.flags.values()].flatMap((other) =>
    other.archivedAt === null && other.key !== record.key ? brokenBlocks(after, other, record.key) : [],
  );
  if (broken.length === 0) return [];
  const message = `Flag "${record.key}" is still required: ${broken.join("; ")}.`;
  return [finding(flagResource(record.key), "", "required", message, "Take the requirements away first, or in the same change.")];
}

function hasLostSomething(was: FlagRecord, is: FlagRecord): boolean {
  if (was.archivedAt === null && is.archivedAt !== null) return true;
  const lost = (one: object, other: object) => Object.keys(one).some((name) => !Object.hasOwn(other, name));
  return lost(was.variants, is.variants) || lost(was.environments, is.environments);
}

function brokenBlocks(state: ProjectState, other: FlagRecord, required: string): string[] {
  return Object.keys(other.environments).flatMap((environment) => {
    const broken = requiresOf(other, environment).some(
      (one) => one.flag === required && whyUnmet(state, environment, one) !== undefined,
    );
    return broken ? [`${other.key} in ${environment}`] : [];
  });
}

/** The longest chain through the flag, up to those that require it and down to what it requires. */
function chainProblem(state: ProjectState, environment: string, start: string): string | undefined {
  const down = longestChain(start, (key) => requiresOf(state.flags.get(key), environment).map((one) => one.flag));
  if ("cycle" in down) return `These flags require each other: ${down.cycle.join(" → ")}.`;
  const dependents = dependentsIn(state, environment);
  const up = longestChain(start, (key) => dependents.get(key) ?? []);
  const length = "cycle" in up ? Number.POSITIVE_INFINITY : up.length + down.length - 1;
  return length <= LIMITS.chain
    ? undefined
    : `A chain of ${length} flags through "${start}"; at most ${LIMITS.chain} are followed.`;
}

function dependentsIn(state: ProjectState, environment: string): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const record of state.flags.values()) {
    if (record.archivedAt !== null) continue;
    for (const { flag } of requiresOf(record, environment)) dependents.set(flag, [...(dependents.get(flag) ?? []), record.key]);
  }
  return dependents;
}

/** Length of the longest chain from a start, itself included; or the cycle that it runs into. */
export function longestChain(
  start: string,
  next: (key: string) => readonly string[],
): { readonly length: number } | { readonly cycle: readonly string[] } {
  const known = new Map<string, number>();
  const path: string[] = [];
  const visit = (key: string): number | readonly string[] => {
    const measured = known.get(key);
    if (measured !== undefined) return measured;
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    path.push(key);
    let longest = 0;
    for (const other of next(key)) {
      const length = visit(other);
      if (typeof length !== "number") return length;
      longest = Math.max(longest, length);
    }
    path.pop();
    known.set(key, longest + 1);
    return longest + 1;
  };
  const found = visit(start);
  return typeof found === "number" ? { length: found } : { cycle: found };
}

function requiresOf(record: FlagRecord | undefined, environment: string): readonly Requirement[] {
  return blockOf(record, environment)?.config.requires ?? [];
}

function finding(resource: string, path: string, code: string, message: string, mend: string): Finding {
  const issue: Issue = { path, code, message, mend, severity: "error" };
  return { resource, issue };
}
