/** What has changed since a change, so that undoing it would take away more than it brought. */

import type { Issue } from "@dimmer/evaluation";
import type { Effect } from "@dimmer/protocol";
import type { ChangeRecord, StoreReader } from "../storage/store.ts";
import { valueAt } from "./value-at.ts";
import type { ProjectState } from "./project-state.ts";
import { isSameJson } from "./same-json.ts";
import { viewResource } from "./view-resource.ts";

/** Later changes that are read at a time. */
const PAGE = 500;

/**
 * Compares every place of a change's effects with what stands there now.
 *
 * Shape:  one issue a place that is no longer as the change left it, saying who changed it since; and one a kill or stop that
 *         somebody else has pressed since.
 * Errors: none thrown.
 */
export async function findConflicts(reader: StoreReader, state: ProjectState, change: ChangeRecord): Promise<readonly Issue[]> {
  const moved = change.effects.filter((effect) => matters(effect, change) && !stands(state, effect));
  const emergencies = change.operations.filter((operation) => operation.kind === "kill" || operation.kind === "stop");
  if (moved.length === 0 && emergencies.length === 0) return [];
  const since = new Map<Effect, ChangeRecord>();
  const repeated: ChangeRecord[] = [];
  for await (const one of laterChanges(reader, change)) {
    for (const effect of moved) {
      if (!since.has(effect) && one.effects.some((other) => meets(other, effect))) since.set(effect, one);
    }
    if (one.undoneBy === null && emergencies.some((emergency) => repeats(one, emergency))) repeated.push(one);
    if (emergencies.length === 0 && since.size === moved.length) break;
  }
  return [
    ...moved.map((effect) => issueOf(effect.resource, effect.path, since.get(effect))),
    ...repeated.map((one) => issueOf("", "", one)),
  ];
}

/** Newest first, page by page, so that nobody is overlooked however much came since. */
async function* laterChanges(reader: StoreReader, { project, sequence, effects }: ChangeRecord): AsyncGenerator<ChangeRecord> {
  const flags = new Set(effects.map(({ resource }) => (resource.startsWith("flags/") ? resource.split("/")[1] : undefined)));
  const [flag] = flags;
  const only = flags.size === 1 && flag !== undefined ? { flag } : {};
  let before: number | undefined;
  do {
    const page = await reader.listChanges(project, {
      limit: PAGE,
      after: sequence,
      ...only,
      ...(before === undefined ? {} : { before }),
    });
    yield* page;
    before = page.length < PAGE ? undefined : page.at(-1)?.sequence;
  } while (before !== undefined);
}

/** Places that only ever grow, or that follow from others, say nothing about intent. */
export function matters({ resource, path }: Effect, { effects }: Pick<ChangeRecord, "effects">): boolean {
  if (path.startsWith("/pinEpochs") || /^\/variants\/[^/]+\/latest$/.test(path) || path.endsWith("/stored/previous"))
    return false;
  if (path !== "/ruleOrder") return true;
  return !effects.some((other) => other.resource === resource && other.path.startsWith("/rules/"));
}

function stands(state: ProjectState, { resource, path, after }: Effect): boolean {
  return isSameJson(valueAt(viewResource(state, resource), path), after);
}

function meets(other: Effect, { resource, path }: Effect): boolean {
  if (other.resource !== resource) return false;
  return other.path === path || other.path.startsWith(`${path}/`) || path.startsWith(`${other.path}/`);
}

function repeats(later: ChangeRecord, emergency: ChangeRecord["operations"][number]): boolean {
  return later.operations.some((operation) => isSameJson(operation, emergency));
}

function issueOf(resource: string, path: string, since: ChangeRecord | undefined): Issue {
  const where = resource === "" ? "The same kill or stop" : `${resource}${path}`;
  const who = since === undefined ? "since" : `since by ${since.actor.name} (change ${since.id}: ${since.summary.join(" ")})`;
  const message = resource === "" ? `${where} was pressed again ${who}.` : `${where} was changed ${who}.`;
  return { path: "", code: "changed-since", message, mend: "Undo that first, or force this undo.", severity: "error" };
}
