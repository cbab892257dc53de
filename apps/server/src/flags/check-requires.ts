/** What flags require of each other: targets exist, nobody loses what it requires, no cycle, no chain that is too long. */

import { type FlagEnvironment, type Issue, LIMITS } from "@dimmer/evaluation";
import { groupRows } from "../storage/group-rows.ts";
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
  const dependents = dependentsIn(after);
  return [
    ...live.flatMap((record) =>
      Object.keys(record.environments).flatMap((environment) => checkBlock({ before, after, dependents }, record, environment)),
    ),
    ...changed.flatMap((record) => checkDependents({ before, after, dependents }, record)),
  ];
}

interface Compared {
  readonly before: ProjectState;
  readonly after: ProjectState;
  readonly dependents: Dependents;
}

/** Flag → the blocks of flags in use that require it. */
type Dependents = ReadonlyMap<string, readonly Dependent[]>;
interface Dependent {
  readonly key: string;
  readonly environment: string;
}

/** Made once for a change: a look at all flags for each flag that changed would be thousands of looks at thousands. */
function dependentsIn(state: ProjectState): Dependents {
  const live = [...state.flags.values()].filter((record) => record.archivedAt === null);
  const edges = live.flatMap((record) =>
    Object.keys(record.environments).flatMap((environment) => {
      const required = new Set(requiresOf(record, environment).map(({ flag }) => flag));
      return [...required].map((flag) => ({ flag, key: record.key, environment }));
    }),
  );
  return groupRows(edges, ({ flag }) => flag);
}

function checkBlock({ before, after, dependents }: Compared, record: FlagRecord, environment: string): Finding[] {
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
  const problem = chainProblem(after, dependents, environment, record.key);
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
function checkDependents({ before, after, dependents }: Compared, record: FlagRecord): Finding[] {
  const was = before.flags.get(record.key);
  if (was === undefined || !hasLostSomething(was, record)) return [];
  const broken = (dependents.get(record.key) ?? []).flatMap(({ key, environment }) =>
    key !== record.key && isBroken(after, key, environment, record.key) ? [`${key} in ${environment}`] : [],
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

function isBroken(state: ProjectState, key: string, environment: string, required: string): boolean {
  const requires = requiresOf(state.flags.get(key), environment);
  return requires.some((one) => one.flag === required && whyUnmet(state, environment, one) !== undefined);
}

/** The longest chain through the flag, up to those that require it and down to what it requires. */
function chainProblem(state: ProjectState, dependents: Dependents, environment: string, start: string): string | undefined {
  const down = longestChain(start, (key) => requiresOf(state.flags.get(key), environment).map((one) => one.flag));
  if ("cycle" in down) return `These flags require each other: ${down.cycle.join(" → ")}.`;
  const users = (required: string) =>
    (dependents.get(required) ?? []).filter((one) => one.environment === environment).map(({ key }) => key);
  const up = longestChain(start, users);
  const length = "cycle" in up ? Number.POSITIVE_INFINITY : up.length + down.length - 1;
  return length <= LIMITS.chain
    ? undefined
    : `A chain of ${length} flags through "${start}"; at most ${LIMITS.chain} are followed.`;
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
